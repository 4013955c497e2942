import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, correct, falseAlarm, tellVisitor, watchForRecurrence } from './steps.ts';

/** A card that was charged twice: corrected like a failed transaction. */
export const duplicateCharge: Runbook = {
  id: 'duplicate-charge',
  version: 2,
  title: { en: 'The same order was charged twice', fr: 'La même commande débitée deux fois' },
  source: 'Alert Interpretation and Response Procedures > Duplicate NFC Scans',
  algorithms: ['duplicate_charge'],
  steps: [
    {
      id: 'orders',
      kind: 'query',
      window: [0, 2],
      title: { en: 'The orders of this card', fr: 'Les commandes de cette carte' },
      text: {
        en: 'Same amount, same bar, a few seconds apart. A different client_request_id means that the till sent it again.',
        fr: 'Même montant, même bar, à quelques secondes. Un autre client_request_id veut dire que la caisse l’a renvoyée.',
      },
      sql: `select log_id, timestamp, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale, client_request_id, transaction_id
from app_transaction_log
where card_id = :card_id and transaction_type = 'bar_order'
  and timestamp between :occurred_at::timestamptz - interval '5 minutes' and :occurred_at::timestamptz + interval '5 minutes'
order by log_id
limit 50`,
    },
    cardAgainstHistory([0, 2]),
    {
      id: 'refunded',
      kind: 'query',
      window: [2, 5],
      title: { en: 'Has it already been refunded?', fr: 'A-t-elle déjà été remboursée ?' },
      text: {
        en: 'Corrections of this card today.',
        fr: 'Corrections de cette carte aujourd’hui.',
      },
      sql: `select timestamp, amount_involved, details ->> 'kind' as kind, details ->> 'operator' as operator, details ->> 'note' as note
from app_transaction_log
where card_id = :card_id and transaction_type = 'manual_correction' and timestamp > now() - interval '24 hours'
order by log_id desc
limit 20`,
    },
    {
      id: 'twice',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'One order or two?', fr: 'Une commande ou deux ?' },
      text: {
        en: 'Ask the bar: was the visitor served once or twice? A second round within thirty seconds does happen.',
        fr: 'Demandez au bar : le visiteur a-t-il été servi une fois ou deux ? Une seconde tournée en trente secondes, cela arrive.',
      },
      choices: [
        {
          id: 'one',
          label: { en: 'One: refund the second', fr: 'Une : rembourser la seconde' },
          tone: 'danger',
          next: 'correct',
        },
        {
          id: 'two',
          label: { en: 'Two: both are correct', fr: 'Deux : les deux sont correctes' },
          tone: 'safe',
          next: 'false-alarm',
        },
      ],
    },
    correct([5, 15], {
      en: 'Both orders are in the history, so use a goodwill correction for the second amount.',
      fr: 'Les deux commandes sont dans l’historique : faites un geste commercial du second montant.',
    }),
    tellVisitor(
      [5, 15],
      {
        en: 'For more than a few euros, the visitor should hear it from you rather than at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous plutôt qu’au prochain bar. Dites :',
      },
      {
        en: 'Your order was charged twice. The second amount is back on your card.',
        fr: 'Votre commande a été débitée deux fois. Le second montant a été remis sur votre carte.',
      },
    ),
    watchForRecurrence([5, 15]),
    falseAlarm([5, 15]),
  ],
};
