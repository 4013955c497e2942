import { cents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { lockCard, writeForeign } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

/** A till of another make writes orders with a status of its own, and leaves the card as it is. */
export const unknownStatus: Fault = ({ database, onCard, ownName, random }) =>
  onCard(
    'unknown_status',
    (card) => card.balance >= 800,
    async (card) => {
      const status = ownName('ok').replace('-', '_');
      const place = random.pick(BARS).name;
      const row = await database.write(async (tx) => {
        const balance = await lockCard(tx, card.id);
        return writeForeign(tx, { cardId: card.id, type: 'bar_order', status, amount: cents(300), balance, place });
      });
      return {
        amountCents: cents(300),
        about: status,
        logIds: [row.logId],
        at: row.at,
        expects: [expected('unknown_transaction_status', null)],
      };
    },
  );
