import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, isItExpected, tellTechnicalLead } from './steps.ts';

/** Rows whose card the festival does not have. */
export const unknownRecords: Runbook = {
  id: 'unknown-records',
  version: 4,
  title: { en: 'Nonexistent card', fr: 'Carte inexistante' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts (root cause analysis)',
  algorithms: ['unknown_card'],
  steps: [
    {
      id: 'rows',
      kind: 'query',
      window: [0, 15],
      title: { en: 'Its rows', fr: 'Ses lignes' },
      text: {
        en: 'The latest rows with this card, and who wrote them.',
        fr: 'Les lignes les plus récentes de cette carte, et qui les a écrites.',
      },
      sql: `select log_id, timestamp, card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale
from app_transaction_log
where card_id = :card_id
order by log_id desc
limit 20`,
    },
    isItExpected([5, 60], {
      en: 'A card that was removed still has rows. One that never existed was mistyped or forged.',
      fr: 'Une carte supprimée garde ses lignes. Une carte qui n’a jamais existé a été mal saisie ou falsifiée.',
    }),
    tellTechnicalLead(
      [5, 60],
      {
        en: 'Read the card and its till to the technical lead: something is writing rows that nobody announced.',
        fr: 'Lisez la carte et sa caisse au responsable technique : quelque chose écrit des lignes que personne n’a annoncées.',
      },
      'close',
    ),
    falseAlarm([5, 60]),
    close([5, 60]),
  ],
};
