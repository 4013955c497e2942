import { cents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { lockCard, writeForeign } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

export const unknownType: Fault = ({ database, onCard, ownName, random, traffic }) =>
  onCard(
    'unknown_type',
    (card) => card.balance >= 800,
    async (card) => {
      const type = ownName('voucher').replace('-', '_');
      const place = random.pick(BARS).name;
      const row = await database.write(async (tx) => {
        const balance = await lockCard(tx, card.id);
        return writeForeign(tx, { cardId: card.id, type, amount: cents(300), balance, place });
      });
      traffic.count(row, { failed: false });
      return {
        amountCents: cents(300),
        about: type,
        logIds: [row.logId],
        at: row.at,
        expects: [expected('unknown_transaction_type', null)],
      };
    },
  );
