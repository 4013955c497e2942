import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, lastCycles } from './festival-steps.ts';

/** Guide, "Emergency Procedures": force a detection cycle. */
export const forceCycle: Runbook = {
  id: 'force-cycle',
  version: 1,
  title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
  source: 'Operational Procedures Reference > Emergency Procedures',
  algorithms: [],
  steps: [
    lastCycles('before', [0, 2], {
      en: 'When did the engine last look, and did it fail?',
      fr: 'Quand le moteur a-t-il regardé pour la dernière fois, et a-t-il échoué ?',
    }),
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [0, 5],
      title: { en: 'Run a cycle now', fr: 'Lancer un cycle maintenant' },
      text: {
        en: 'It reads what is new and compares every card with its history, on the laptop that runs the engine.',
        fr: 'Il lit ce qui est nouveau et compare chaque carte à son historique, sur le poste qui fait tourner le moteur.',
      },
    },
    {
      id: 'trust',
      kind: 'decision',
      window: [0, 10],
      title: { en: 'Is the result believable?', fr: 'Le résultat est-il crédible ?' },
      text: {
        en: 'When a card is surely wrong and no alert came, the ledger may be in doubt: it can be recomputed from the whole log.',
        fr: 'Si une carte est sûrement fausse et sans alerte, le registre est en doute : il peut être recalculé depuis tout le journal.',
      },
      choices: [
        { id: 'yes', label: { en: 'Yes', fr: 'Oui' }, tone: 'safe', next: 'end' },
        { id: 'no', label: { en: 'No: recompute', fr: 'Non : recalculer' }, tone: 'neutral', next: 'recompute' },
      ],
    },
    {
      id: 'recompute',
      kind: 'action',
      action: 'recompute_ledger',
      window: [5, 20],
      title: { en: 'Recompute the ledger', fr: 'Recalculer le registre' },
      text: {
        en: 'From the first row of the log. Cards that drifted are repaired, and each raises an alert of its own.',
        fr: 'Depuis la première ligne du journal. Les cartes qui ont dérivé sont réparées, et chacune lève son alerte.',
      },
    },
    askTechnicalLead('tell-technical-lead', [5, 30], {
      text: {
        en: 'A ledger that had drifted means that the log was changed behind Regie.',
        fr: 'Un registre qui avait dérivé veut dire que le journal a été modifié après coup.',
      },
      message: {
        en: 'The ledger of Regie was recomputed by hand. The result is in the runbook.',
        fr: 'Le registre de Regie a été recalculé à la main. Le résultat est dans la procédure.',
      },
    }),
  ],
};
