import { FAILURE_SPACING_MS } from '../card-book.ts';
import { expected } from '../fault.ts';
import { type Logged, lockCard, writeOrder } from '../field.ts';
import type { Label } from '../labels.ts';
import { BARS } from '../world.ts';
import { type Fault, lastOf } from './kit.ts';

/** Transactions of one card closer than 2 s would be another fault. */
const RETRY_MS = 2_600;

export const consecutiveFailures: Fault = async ({
  countFailures,
  basketFor,
  database,
  makeRoom,
  now,
  onCard,
  pause,
  planner,
  random,
  scanMs,
}) => {
  const attempts = random.between(3, 5);
  await makeRoom(attempts);
  return onCard(
    'consecutive_failures',
    (card) => card.balance >= 800,
    async (card) => {
      card.noFailureUntil = now() + FAILURE_SPACING_MS;
      const counter = planner.counterAt(BARS);
      const basket = basketFor(card.balance);
      const rows: Logged[] = [];
      const spikes: Label['expects'] = [];
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        // The barkeeper tries again without a new tap.
        if (attempt > 0) await pause(RETRY_MS);
        const row = await database.write(async (tx) => {
          const previous = await lockCard(tx, card.id);
          return writeOrder(tx, {
            ...{ cardId: card.id, counter, basket, scanMs: scanMs(), scanned: attempt === 0 },
            ...{ status: 'failed', previous, next: previous },
            error: { code: 'READER_TIMEOUT', message: 'The reader did not confirm the payment' },
          });
        });
        rows.push(row);
        spikes.push(...countFailures([row]));
      }
      return {
        amountCents: null,
        logIds: rows.map((row) => row.logId),
        at: lastOf(rows),
        expects: [expected('consecutive_failures', card), ...spikes.slice(0, 1)],
      };
    },
  );
};
