import { isContention } from './postgres-errors.ts';

const ATTEMPTS = 4;

/**
 * Does a transaction again, a few times, where the server ended it so that another session could go on: nothing of it was
 * written then.
 * @param work one whole transaction
 * @throws what the last attempt threw, or at once what is no contention
 */
export const unlessContended = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
    }
  }
};
