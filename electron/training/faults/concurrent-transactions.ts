import { cents, subtractCents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { type Logged, lockCard, writeOrder } from '../field.ts';
import { BARS } from '../world.ts';
import { type Fault, lastOf } from './kit.ts';

export const concurrentTransactions: Fault = ({
  basketFor,
  database,
  onCard,
  pause,
  planner,
  random,
  scanMs,
  traffic,
}) =>
  onCard(
    'concurrent_transactions',
    (card) => card.balance >= 2_000,
    async (card) => {
      const previous = await database.write((tx) => lockCard(tx, card.id));
      // The card could have paid for both: put right, it is not overdrawn.
      const half = cents(Math.floor(previous / 2));
      const first = basketFor(half);
      let second = basketFor(half);
      while (second.total === first.total) second = basketFor(half);
      const rows: Logged[] = [];
      // Both tills have read the same balance; the later one overwrites what the first had left.
      for (const basket of [first, second]) {
        if (rows.length > 0) await pause(random.between(200, 700));
        card.balance = subtractCents(previous, basket.total);
        const row = await database.write((tx) =>
          writeOrder(tx, {
            ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs() },
            ...{ status: 'completed', previous, next: card.balance, card: card.balance, scanned: rows.length === 0 },
          }),
        );
        traffic.count(row, { failed: false });
        rows.push(row);
      }
      return {
        amountCents: first.total,
        discrepancyCents: first.total,
        logIds: rows.map((row) => row.logId),
        at: lastOf(rows),
        expects: [
          expected('concurrent_transaction_detection', card),
          expected('balance_chain_break', card),
          expected('balance_mismatch_detection', card),
        ],
      };
    },
  );
