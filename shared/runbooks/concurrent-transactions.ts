import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, close, correct, tellVisitor, watchForRecurrence } from './steps.ts';

/** Two transactions at the same moment: was anything processed twice? */
export const concurrentTransactions: Runbook = {
  id: 'concurrent-transactions',
  version: 2,
  title: { en: 'Concurrent transactions on one card', fr: 'Transactions simultanées sur une carte' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts',
  algorithms: ['concurrent_transaction_detection', 'balance_chain_break'],
  steps: [
    {
      id: 'transactions',
      kind: 'query',
      window: [0, 5],
      title: { en: 'The transactions around that moment', fr: 'Les transactions autour de cet instant' },
      text: {
        en: 'Each “balance before” should equal the “balance after” of the row above. Where it does not, one of the two was overwritten.',
        fr: 'Chaque « solde avant » devrait être égal au « solde après » de la ligne précédente. Sinon, l’une des deux a été écrasée.',
      },
      sql: `select log_id, timestamp, transaction_type, status, amount_involved, previous_balance, new_balance,
  lag(new_balance) over (order by log_id) as balance_before_it, details ->> 'point_of_sale' as point_of_sale
from app_transaction_log
where card_id = :card_id
  and timestamp between :occurred_at::timestamptz - interval '10 minutes' and :occurred_at::timestamptz + interval '10 minutes'
order by log_id
limit 50`,
    },
    cardAgainstHistory([0, 5]),
    {
      id: 'impact',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Is the card’s balance wrong now?', fr: 'Le solde de la carte est-il inexact ?' },
      text: {
        en: 'A difference of zero means that both were counted in the end.',
        fr: 'Une différence de zéro veut dire que les deux ont finalement été comptées.',
      },
      choices: [
        { id: 'wrong', label: { en: 'Yes: correct it', fr: 'Oui : corriger' }, tone: 'danger', next: 'correct' },
        { id: 'right', label: { en: 'No: it agrees', fr: 'Non : il est juste' }, tone: 'safe', next: 'close' },
      ],
    },
    correct([5, 15], {
      en: 'The dialog suggests restoring the card to its history.',
      fr: 'La fenêtre suggère de rétablir la carte d’après son historique.',
    }),
    tellVisitor(
      [5, 15],
      {
        en: 'For more than a few euros, the visitor should hear it from you rather than at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous plutôt qu’au prochain bar. Dites :',
      },
      {
        en: 'Two orders overlapped on your card, and its balance was wrong. It is correct again now.',
        fr: 'Deux commandes se sont croisées sur votre carte et son solde était inexact. Il est de nouveau correct.',
      },
    ),
    watchForRecurrence([5, 15]),
    close([5, 15]),
  ],
};
