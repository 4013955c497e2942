import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, cardHistory, close, correct, tellVisitor, watchForRecurrence } from './steps.ts';

/** Guide, "Balance Discrepancy Alerts": a card below zero. */
export const negativeBalance: Runbook = {
  id: 'negative-balance',
  version: 2,
  title: { en: 'Card below zero', fr: 'Carte en dessous de zéro' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts',
  algorithms: ['negative_balance_detection'],
  steps: [
    cardAgainstHistory([0, 2]),
    cardHistory([0, 5], {
      en: 'Look for the row that took the card below zero: was it one order, the same order twice, or two orders at the same moment?',
      fr: 'Cherchez la ligne qui a fait passer la carte sous zéro : une commande, deux fois la même, ou deux au même instant ?',
    }),
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Did the visitor get what was taken?', fr: 'Le visiteur a-t-il reçu ce qui a été débité ?' },
      text: {
        en: 'If the history explains the minus, the visitor has spent more than was on the card: the till let it pass. If it does not, money was taken for nothing.',
        fr: 'Si l’historique explique le négatif, le visiteur a dépensé plus que la carte n’avait : la caisse l’a laissé passer. Sinon, de l’argent a été pris pour rien.',
      },
      choices: [
        { id: 'taken', label: { en: 'No: give it back', fr: 'Non : le rendre' }, tone: 'danger', next: 'correct' },
        { id: 'spent', label: { en: 'Yes: it was spent', fr: 'Oui : c’est dépensé' }, tone: 'safe', next: 'recharge' },
      ],
    },
    correct([5, 15], {
      en: 'The dialog proposes to bring the card to its history.',
      fr: 'La fenêtre propose de remettre la carte au niveau de son historique.',
    }),
    tellVisitor(
      [5, 15],
      {
        en: 'Above a few euros the visitor should hear it from you, and not find it out at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous, et non au prochain bar. Dites :',
      },
      {
        en: 'Your card was charged too much. The amount is back on your card.',
        fr: 'Votre carte a été trop débitée. Le montant est de nouveau sur votre carte.',
      },
    ),
    watchForRecurrence([5, 15]),
    {
      id: 'recharge',
      kind: 'instruction',
      window: [5, 15],
      title: { en: 'Send the visitor to a recharge station', fr: 'Envoyer le visiteur à une borne de recharge' },
      text: {
        en: 'The next recharge settles the minus. Tell the bar’s lead that its till sells without checking the balance.',
        fr: 'La prochaine recharge comble le négatif. Dites au responsable du bar que sa caisse vend sans vérifier le solde.',
      },
    },
    close([5, 15]),
  ],
};
