import { type Answer, failed } from '../../shared/contract/errors.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import type { Parts } from './parts.ts';

/** Does what needs the festival's database; answers `offline` when it isn't reachable. */
export const whenReachable = async <T>(
  { festival }: Pick<Parts, 'festival'>,
  work: () => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  if (!festival().reachable()) return failed('offline');
  try {
    return await work();
  } catch (error) {
    if (isConnectionError(error)) return failed('offline');
    throw error;
  }
};
