import { cents } from '../../../shared/domain/money.ts';
import { expected, FaultImpossible } from '../fault.ts';
import { editHistory } from '../field.ts';
import type { Fault } from './kit.ts';

export const editedLog: Fault = ({ database, onCard, random }) =>
  onCard(
    'edited_log',
    (card) => card.balance >= 1_000,
    async (card) => {
      const change = cents(random.between(1, 12) * 50);
      const edited = await database.write((tx) => editHistory(tx, card.id, change));
      if (edited === undefined) throw new FaultImpossible('the card has no history');
      card.balance = edited.balance;
      return {
        amountCents: change,
        logIds: [edited.logId],
        at: edited.at,
        expects: [expected('ledger_drift', card)],
      };
    },
  );
