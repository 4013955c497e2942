import type { CallOutput } from '../../../shared/contract/calls.ts';
import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import { useCall } from '../../query.ts';

/** The runbooks of this laptop and the runs that belong to no alert. */
export const useRunbooks = (): RunbookList | null => useCall('runbooks.get', {}).data ?? null;

/** A run that belongs to no alert. `gone` where this laptop does not know it. */
export const useRun = (runId: string): CallOutput<'runbooks.run'> | 'gone' | null => {
  const { data, error } = useCall('runbooks.run', { runId });
  return error === null ? (data ?? null) : 'gone';
};
