import { cents, subtractCents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { type Logged, lockCard, writeOrder } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

/** Longer apart than two transactions at the same moment, and than a burst of scans needs. */
const SECOND_CHARGE_MS = { from: 2_600, to: 6_000 };

export const doubleCharge: Fault = ({ basketFor, database, onCard, pause, planner, random, scanMs, traffic }) =>
  onCard(
    'double_charge',
    (card) => card.balance >= 2_000,
    async (card) => {
      const counter = planner.counterAt(BARS);
      const basket = basketFor(cents(card.balance / 2));
      const rows: Logged[] = [];
      // The till got no answer and sends the order again, under another id and without a tap.
      for (const scanned of [true, false]) {
        if (!scanned) await pause(random.between(SECOND_CHARGE_MS.from, SECOND_CHARGE_MS.to));
        const row = await database.write(async (tx) => {
          const previous = await lockCard(tx, card.id);
          card.balance = subtractCents(previous, basket.total);
          return writeOrder(tx, {
            ...{ cardId: card.id, counter, basket, scanMs: scanMs(), scanned, status: 'completed' },
            ...{ previous, next: card.balance, card: card.balance },
          });
        });
        traffic.count(row, { failed: false });
        rows.push(row);
      }
      return {
        amountCents: basket.total,
        logIds: rows.map((row) => row.logId),
        at: rows.at(-1)?.at ?? '',
        expects: [expected('duplicate_charge', card)],
      };
    },
  );
