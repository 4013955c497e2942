import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, tellVisitor, watchForRecurrence } from './steps.ts';

/** Money that was taken by a failed transaction. */
export const deductionOnFailure: Runbook = {
  id: 'deduction-on-failure',
  version: 2,
  title: { en: 'Money taken by a failed order', fr: 'Argent pris par une commande échouée' },
  source: 'Alert Interpretation and Response Procedures > Transaction Failure Alerts',
  algorithms: ['balance_deduction_on_failure'],
  steps: [
    {
      id: 'open-events',
      kind: 'query',
      window: [0, 2],
      title: { en: 'Which transactions are affected?', fr: 'Quelles transactions sont touchées ?' },
      text: {
        en: 'All open alerts of this type, newest first. More than a few at once point to a bar or a reader, not to a card.',
        fr: 'Toutes les alertes ouvertes de ce type, les plus récentes d’abord. Plusieurs à la fois viennent d’un bar ou d’un lecteur, pas d’une carte.',
      },
      sql: `select event_id, card_id, transaction_id, affected_amount, detection_timestamp
from monitoring_events
where event_type = 'transaction_failure'
  and severity = 'CRITICAL'
  and status in ('OPEN', 'INVESTIGATING')
order by detection_timestamp desc
limit 50`,
    },
    {
      id: 'transaction',
      kind: 'query',
      window: [0, 2],
      title: { en: 'The failed transaction', fr: 'La transaction échouée' },
      text: {
        en: 'The order failed, yet the balance after it differs from the balance before. The difference is what was deducted.',
        fr: 'La commande a échoué, pourtant le solde après diffère du solde avant. La différence est ce qui a été débité.',
      },
      sql: `select log_id, transaction_id, card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
  timestamp, details
from app_transaction_log
where transaction_id = :transaction_id::uuid or log_id = :log_id::bigint`,
    },
    cardAgainstHistory([2, 5]),
    {
      id: 'processing-log',
      kind: 'query',
      window: [2, 5],
      title: { en: 'What else happened on this card', fr: 'Ce qui s’est passé d’autre sur cette carte' },
      text: {
        en: 'Look for a second attempt that went through, or a refund that has already been made.',
        fr: 'Cherchez une seconde tentative qui a abouti, ou un remboursement déjà effectué.',
      },
      sql: `select log_id, timestamp, transaction_type, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale, details ->> 'error' as error
from app_transaction_log
where card_id = :card_id
order by log_id desc
limit 20`,
    },
    {
      id: 'charged',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Was the visitor charged wrongly?', fr: 'Le visiteur a-t-il été débité à tort ?' },
      text: {
        en: 'Yes, if the difference is negative and nothing in the history explains it.',
        fr: 'Oui, si la différence est négative et que rien dans l’historique ne l’explique.',
      },
      choices: [
        { id: 'yes', label: { en: 'Yes: refund it', fr: 'Oui : rembourser' }, tone: 'danger', next: 'give-back' },
        {
          id: 'no',
          label: { en: 'No: the card is right', fr: 'Non : la carte est juste' },
          tone: 'safe',
          next: 'close-without-loss',
        },
      ],
    },
    {
      id: 'give-back',
      kind: 'action',
      action: 'correct',
      window: [5, 15],
      title: { en: 'Refund the money', fr: 'Rembourser' },
      text: {
        en: 'The correction restores the card to its history and closes the alert in one step. It is applied exactly once, whatever the network does.',
        fr: 'La correction rétablit la carte d’après son historique et clôture l’alerte en une fois. Elle est appliquée une seule fois, quoi qu’il arrive au réseau.',
      },
    },
    tellVisitor(
      [5, 15],
      {
        en: 'For more than a few euros, the visitor should hear it from you rather than at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous plutôt qu’au prochain bar. Dites :',
      },
      {
        en: 'An order failed but your card was charged anyway. The amount is back on your card.',
        fr: 'Une commande a échoué mais votre carte a quand même été débitée. Le montant a été remis sur votre carte.',
      },
    ),
    watchForRecurrence([5, 15], {
      id: 'bar',
      label: {
        en: 'The bar knows about it and will call if an order fails again',
        fr: 'Le bar est au courant et appellera si une commande échoue encore',
      },
    }),
    {
      id: 'close-without-loss',
      kind: 'action',
      action: 'resolve',
      window: [5, 15],
      title: { en: 'Close with your finding', fr: 'Clôturer avec votre constat' },
      text: {
        en: 'Write down why no money is missing, for someone who was not here.',
        fr: 'Écrivez pourquoi il ne manque pas d’argent, pour quelqu’un qui n’était pas là.',
      },
    },
  ],
};
