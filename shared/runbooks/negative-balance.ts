import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, cardHistory, close, correct, tellVisitor, watchForRecurrence } from './steps.ts';

/** A card below zero. */
export const negativeBalance: Runbook = {
  id: 'negative-balance',
  version: 2,
  title: { en: 'Card below zero', fr: 'Carte sous zéro' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts',
  algorithms: ['negative_balance_detection'],
  steps: [
    cardAgainstHistory([0, 2]),
    cardHistory([0, 5], {
      en: 'Look for the row that took the card below zero: one order, the same order twice, or two orders at the same time?',
      fr: 'Cherchez la ligne qui a fait passer la carte sous zéro : une commande, deux fois la même, ou deux au même instant ?',
    }),
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Was the visitor served?', fr: 'Le visiteur a-t-il été servi ?' },
      text: {
        en: 'If the history explains the negative balance, the visitor spent more than was on the card and the till allowed it. If not, money was deducted for nothing.',
        fr: 'Si l’historique explique le solde négatif, le visiteur a dépensé plus que sa carte ne contenait et la caisse l’a accepté. Sinon, de l’argent a été débité pour rien.',
      },
      choices: [
        { id: 'taken', label: { en: 'No: refund it', fr: 'Non : rembourser' }, tone: 'danger', next: 'correct' },
        { id: 'spent', label: { en: 'Yes: it was spent', fr: 'Oui : c’est dépensé' }, tone: 'safe', next: 'recharge' },
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
        en: 'Your card was overcharged. The amount is back on your card.',
        fr: 'Votre carte a été trop débitée. Le montant a été remis sur votre carte.',
      },
    ),
    watchForRecurrence([5, 15]),
    {
      id: 'recharge',
      kind: 'instruction',
      window: [5, 15],
      title: { en: 'Send the visitor to a top-up station', fr: 'Envoyer le visiteur à une borne de recharge' },
      text: {
        en: 'The next top-up settles the negative balance. Tell the bar manager that the till sells without checking the balance.',
        fr: 'La prochaine recharge comblera le solde négatif. Dites au responsable du bar que sa caisse vend sans vérifier le solde.',
      },
    },
    close([5, 15]),
  ],
};
