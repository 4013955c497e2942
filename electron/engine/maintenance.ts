import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import { sql } from '../postgres/sql.ts';
import type { Lease } from './lease.ts';

/** The database says what is due (migrations/functions/maintenance.sql); it is asked so often. */
const LOOK_MS = 20_000;
/** Between two pieces: what is new comes first. */
const BETWEEN_MS = 1_000;

const answerRow = z.object({
  answer: z.object({ more: z.boolean(), done: z.uuid().nullable(), missed: z.int() }),
});

/** Does the next piece of the daily maintenance, in a transaction of the leader (docs/maintenance.md). */
const maintain = (lease: Lease, laptop: string): Promise<z.output<typeof answerRow>['answer']> =>
  lease.write(
    async (tx) =>
      (await tx.row(answerRow, sql`/* regie:maintain */ select console.maintain(${laptop}) as answer`)).answer,
  );

/** The daily maintenance of the laptop that leads, whenever it leads: piece by piece, between the cycles. */
export const createMaintenance = (options: { lease: Lease; laptop: string; clock: Pick<Clock, 'monotonic'> }) => {
  const { lease, laptop, clock } = options;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    isDue: (): boolean => clock.monotonic() >= dueAt,
    run: async (): Promise<void> => {
      // Should it fail, it is tried again later.
      dueAt = clock.monotonic() + LOOK_MS;
      const { more } = await maintain(lease, laptop);
      if (more) dueAt = clock.monotonic() + BETWEEN_MS;
    },
  };
};
