import type { Runbook } from '../domain/runbook.ts';
import { tellVisitor, watchForRecurrence } from './steps.ts';

/** Guide, "Balance Discrepancy Alerts": card balance mismatch detected. */
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
      title: { en: 'The card against its history', fr: 'La carte face à son historique' },
      text: {
        en: 'Does the difference still stand? If it is gone, the alert says so by itself.',
        fr: 'La différence est-elle toujours là ? Si elle a disparu, l’alerte le dit d’elle-même.',
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
      title: { en: 'Everything that happened on this card', fr: 'Tout ce qui s’est passé sur cette carte' },
      text: {
        en: 'Look for a failed order that changed the balance, a recharge that was never logged, and anything done twice.',
        fr: 'Cherchez une commande échouée qui a changé le solde, une recharge jamais notée, et tout ce qui est en double.',
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
      title: { en: 'Which one is wrong?', fr: 'Lequel des deux est faux ?' },
      text: {
        en: 'The card is wrong when money moved that nobody paid or spent. The history is wrong when something real was never logged.',
        fr: 'La carte est fausse si de l’argent a bougé que personne n’a payé ni dépensé. L’historique est faux si une opération réelle n’a jamais été notée.',
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
        fr: 'Choisissez dans la fenêtre ce qui est faux : la carte, ou l’historique.',
      },
    },
    tellVisitor(
      [5, 15],
      {
        en: 'Above a few euros the visitor should hear it from you, and not find it out at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous, et non au prochain bar. Dites :',
      },
      {
        en: 'The balance of your card was wrong. We have set it right.',
        fr: 'Le solde de votre carte était faux. Nous l’avons corrigé.',
      },
    ),
    watchForRecurrence([5, 15]),
    {
      id: 'close',
      kind: 'action',
      action: 'resolve',
      window: [5, 15],
      title: { en: 'Close with your finding', fr: 'Clore avec votre constat' },
      text: {
        en: 'Write down the explanation, so that the same difference is understood the next time.',
        fr: 'Écrivez l’explication, pour que la même différence soit comprise la prochaine fois.',
      },
    },
  ],
};
