import { cents, subtractCents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { lockCard, writeOrder } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

export const deductionOnFailure: Fault = async ({
  countFailures,
  basketFor,
  database,
  makeRoom,
  onCard,
  planner,
  scanMs,
}) => {
  await makeRoom(1);
  return onCard(
    'deduction_on_failure',
    (card) => card.balance >= 800,
    async (card) => {
      const { logged, basket } = await database.write(async (tx) => {
        const previous = await lockCard(tx, card.id);
        const basket = basketFor(previous);
        const next = subtractCents(previous, basket.total);
        card.balance = next;
        const logged = await writeOrder(tx, {
          ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs() },
          ...{ status: 'failed', previous, next, card: next },
          error: { code: 'CONFIRMATION_TIMEOUT', message: 'Timeout while the order was confirmed' },
        });
        return { logged, basket };
      });
      return {
        amountCents: basket.total,
        discrepancyCents: cents(-basket.total),
        logIds: [logged.logId],
        at: logged.at,
        expects: [
          expected('balance_deduction_on_failure', card),
          expected('balance_mismatch_detection', card),
          ...countFailures([logged]),
        ],
      };
    },
  );
};
