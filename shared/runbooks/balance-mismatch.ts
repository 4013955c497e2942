import type { Runbook } from '../domain/runbook.ts';
import { tellVisitor, watchForRecurrence } from './steps.ts';

/** A card whose balance does not match its history. */
export const balanceMismatch: Runbook = {
  id: 'balance-mismatch',
  version: 2,
  title: { en: 'Card does not match its history', fr: 'Carte différente de son historique' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts',
  algorithms: ['balance_mismatch_detection'],
  steps: [
    {
      id: 'card-against-history',
      kind: 'query',
      window: [0, 2],
      title: { en: 'The card against its history', fr: 'La carte comparée à son historique' },
      text: {
        en: 'Is the difference still there? If not, the alert clears automatically.',
        fr: 'La différence est-elle toujours là ? Sinon, l’alerte disparaît automatiquement.',
      },
      sql: `select c.amount as actual_balance, console.expected_balance(c.id) as expected_balance,
  c.amount - console.expected_balance(c.id) as discrepancy
from table_cards c
where c.id = :card_id`,
    },
    {
      id: 'all-transactions',
      kind: 'query',
      window: [2, 5],
      title: { en: 'Full history of this card', fr: 'Historique complet de cette carte' },
      text: {
        en: 'Look for a failed order that changed the balance, a top-up that was never logged, and anything done twice.',
        fr: 'Cherchez une commande échouée qui a changé le solde, une recharge jamais enregistrée, et tout ce qui est en double.',
      },
      sql: `select log_id, timestamp, transaction_type, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale
from app_transaction_log
where card_id = :card_id
order by log_id desc
limit 50`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Which one is wrong?', fr: 'Lequel des deux est inexact ?' },
      text: {
        en: 'The card is wrong if money moved that nobody paid or spent. The history is wrong if something real was never logged.',
        fr: 'La carte est inexacte si de l’argent a bougé que personne n’a payé ni dépensé. L’historique est inexact si une opération réelle n’a jamais été enregistrée.',
      },
      choices: [
        {
          id: 'wrong',
          label: { en: 'The card or the history: correct it', fr: 'La carte ou l’historique : corriger' },
          tone: 'danger',
          next: 'correct',
        },
        {
          id: 'explained',
          label: { en: 'Neither: I can explain it', fr: 'Aucun : je peux l’expliquer' },
          tone: 'safe',
          next: 'close',
        },
      ],
    },
    {
      id: 'correct',
      kind: 'action',
      action: 'correct',
      window: [5, 15],
      title: { en: 'Correct it', fr: 'Corriger' },
      text: {
        en: 'Choose in the dialog what is wrong: the card, or the history.',
        fr: 'Choisissez dans la fenêtre ce qui est inexact : la carte, ou l’historique.',
      },
    },
    tellVisitor(
      [5, 15],
      {
        en: 'For more than a few euros, the visitor should hear it from you rather than at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous plutôt qu’au prochain bar. Dites :',
      },
      {
        en: 'The balance of your card was wrong. We have corrected it.',
        fr: 'Le solde de votre carte était inexact. Nous l’avons corrigé.',
      },
    ),
    watchForRecurrence([5, 15]),
    {
      id: 'close',
      kind: 'action',
      action: 'resolve',
      window: [5, 15],
      title: { en: 'Close with your finding', fr: 'Clôturer avec votre constat' },
      text: {
        en: 'Write down the explanation, so that the same difference is understood next time.',
        fr: 'Écrivez l’explication, pour que la même différence soit comprise la prochaine fois.',
      },
    },
  ],
};
