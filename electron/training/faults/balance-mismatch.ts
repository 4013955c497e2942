import { addCents, cents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { changeCardSilently, lockCard } from '../field.ts';
import type { Fault } from './kit.ts';

export const balanceMismatch: Fault = ({ database, onCard, random }) =>
  onCard(
    'balance_mismatch',
    (card) => card.balance >= 1_000,
    async (card) => {
      const change = cents(random.between(2, 18) * 50 * (random.chance(0.7) ? -1 : 1));
      const at = await database.write(async (tx) => {
        card.balance = addCents(await lockCard(tx, card.id), change);
        return changeCardSilently(tx, card.id, card.balance);
      });
      return {
        amountCents: cents(Math.abs(change)),
        discrepancyCents: change,
        logIds: [],
        at,
        expects: [expected('balance_mismatch_detection', card)],
      };
    },
  );
