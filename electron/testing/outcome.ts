import { eventually } from './eventually.ts';

/**
 * Sends the same command until its outcome is known: on a busy machine the first answer may be that it waits.
 * @param send one and the same command each time
 */
export const outcomeOf = <T extends { readonly outcome: string }>(send: () => Promise<T>): Promise<T> =>
  eventually(async () => {
    const answer = await send();
    if (answer.outcome === 'waiting') throw new Error('it still waits');
    return answer;
  });
