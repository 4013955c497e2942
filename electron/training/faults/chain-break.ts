import { addCents, cents, subtractCents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { lockCard, writeOrder } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

export const chainBreak: Fault = ({ basketFor, database, onCard, planner, random, scanMs, traffic }) =>
  onCard(
    'chain_break',
    (card) => card.balance >= 800,
    async (card) => {
      const gap = cents(random.between(1, 9) * 50);
      const row = await database.write(async (tx) => {
        const balance = await lockCard(tx, card.id);
        const basket = basketFor(balance);
        card.balance = subtractCents(balance, basket.total);
        // The till noted an older balance; what it took is right.
        return writeOrder(tx, {
          ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs(), status: 'completed' },
          ...{ previous: addCents(balance, gap), next: card.balance, card: card.balance },
        });
      });
      traffic.count(row, { failed: false });
      return {
        amountCents: gap,
        logIds: [row.logId],
        at: row.at,
        expects: [expected('balance_chain_break', card)],
      };
    },
  );
