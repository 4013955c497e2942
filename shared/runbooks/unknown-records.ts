import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, isItExpected, tellTechnicalLead } from './steps.ts';

/** Rows whose transaction type or card the festival does not have. */
export const unknownRecords: Runbook = {
  id: 'unknown-records',
  version: 3,
  title: { en: 'Unknown type or card', fr: 'Type ou carte inconnus' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts (root cause analysis)',
  algorithms: ['unknown_transaction_type', 'unknown_card'],
  steps: [
    {
      id: 'rows',
      kind: 'query',
      window: [0, 15],
      title: { en: 'Its rows', fr: 'Ses lignes' },
      text: {
        en: 'The latest rows with this type or card, and who wrote them.',
        fr: 'Les lignes les plus récentes de ce type ou de cette carte, et qui les a écrites.',
      },
      sql: `select log_id, timestamp, card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale
from app_transaction_log
where card_id = :card_id
  or (:transaction_type::text is not null and transaction_type = :transaction_type and log_id >= (
  select min(log_id) from (select log_id from app_transaction_log order by log_id desc limit 20000) as newest))
order by log_id desc
limit 20`,
    },
    isItExpected([5, 60], {
      en: 'Such rows are ignored in the expected balance. If they move money, every card that has one will look wrong.',
      fr: 'Ces lignes sont ignorées dans le solde attendu. Si elles déplacent de l’argent, chaque carte concernée semblera inexacte.',
    }),
    tellTechnicalLead(
      [5, 60],
      {
        en: 'Read the type or the card and its till to the technical lead: something is writing rows that nobody announced.',
        fr: 'Lisez le type ou la carte et sa caisse au responsable technique : quelque chose écrit des lignes que personne n’a annoncées.',
      },
      'close',
    ),
    falseAlarm([5, 60]),
    close([5, 60]),
  ],
};
