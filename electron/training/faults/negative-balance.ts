import { cents, subtractCents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { lockCard, writeOrder } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

export const negativeBalance: Fault = ({ database, onCard, planner, scanMs, traffic }) =>
  onCard(
    'negative_balance',
    (card) => card.balance > 0 && card.balance <= 4_000,
    async (card) => {
      const { logged, next } = await database.write(async (tx) => {
        const previous = await lockCard(tx, card.id);
        const basket = planner.basketAbove(previous);
        const next = subtractCents(previous, basket.total);
        const logged = await writeOrder(tx, {
          ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs() },
          ...{ status: 'completed', previous, next, card: next },
        });
        return { logged, next };
      });
      card.balance = next;
      traffic.count(logged, { failed: false });
      return {
        amountCents: cents(-next),
        logIds: [logged.logId],
        at: logged.at,
        expects: [expected('negative_balance_detection', card)],
      };
    },
  );
