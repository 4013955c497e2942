import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Log } from '../../lib/log.ts';
import { singleFlight } from '../../lib/single-flight.ts';
import { type FestivalDatabase, OutcomeUnknown } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

/**
 * Applies the items of approved bulks, a few in each transaction. Every laptop may do it at the same time: an item is claimed
 * by its row's lock, and is applied and marked in one transaction, so that whoever dies leaves it as it was.
 */
export type Batches = {
  /** Works until nothing is left; a second call joins the first. */
  work(): Promise<void>;
  close(): Promise<void>;
};

const SLICE = 5;
/** Between two batches: bars and single corrections come first. */
const REST_MS = 20;
/** Nothing could be claimed: others work on it, or a bar holds the cards. */
const IDLE_MS = 300;

const answerRow = z.object({ answer: z.object({ decided: z.int(), open: z.int() }) });

export const createBatches = (options: {
  database: FestivalDatabase;
  /** False while the festival does not answer. */
  reachable: () => boolean;
  log: Pick<Log, 'warn'>;
}): Batches => {
  const { database, log } = options;
  let closed = false;

  const batch = async (): Promise<{ decided: number; open: number }> => {
    const { answer } = await database.write((tx) =>
      tx.row(answerRow, sql`/* regie:bulk */ select console.apply_proposal_batch(${SLICE}::int) as answer`),
    );
    return answer;
  };

  const work = singleFlight(async (): Promise<void> => {
    while (!closed && options.reachable()) {
      try {
        const { decided, open } = await batch();
        if (open === 0) return;
        await sleep(decided === 0 ? IDLE_MS : REST_MS);
      } catch (error) {
        if (closed) return;
        // Whether the batch was committed does not matter: the next one begins with what is left.
        log.warn('a batch of corrections was not answered', { error });
        if (!(error instanceof OutcomeUnknown)) return;
      }
    }
  });

  return {
    work,
    close: async () => {
      closed = true;
      await work.settled();
    },
  };
};
