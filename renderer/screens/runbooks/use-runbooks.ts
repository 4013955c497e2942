import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract/calls.ts';
import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

/** The runbooks of this laptop and the runs that belong to no alert, asked for again whenever they change. */
export const useRunbooks = (): RunbookList | null => {
  const revision = useSystem((state) => state.runbooksRevision);
  const [list, setList] = useState<RunbookList | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is why it is asked again
  useEffect(() => {
    void call('runbooks.get', {}).then((answer) => {
      if (answer.ok) setList(answer.value);
    });
  }, [revision]);
  return list;
};

/** A run that belongs to no alert. `gone` where this laptop does not know it. */
export const useRun = (runId: string): CallOutput<'runbooks.run'> | 'gone' | null => {
  const revision = useSystem((state) => state.runbooksRevision);
  const [run, setRun] = useState<CallOutput<'runbooks.run'> | 'gone' | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is why it is asked again
  useEffect(() => {
    let wanted = true;
    void call('runbooks.run', { runId }).then((answer) => {
      if (wanted) setRun(answer.ok ? answer.value : 'gone');
    });
    return () => {
      wanted = false;
    };
  }, [runId, revision]);
  return run;
};
