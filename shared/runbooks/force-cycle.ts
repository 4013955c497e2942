import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, lastCycles } from './festival-steps.ts';

/** Forces a detection cycle. */
export const forceCycle: Runbook = {
  id: 'force-cycle',
  version: 1,
  title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
  source: 'Operational Procedures Reference > Emergency Procedures',
  algorithms: [],
  steps: [
    lastCycles('before', [0, 2], {
      en: 'When did the last cycle run, and did it fail?',
      fr: 'Quand le dernier cycle a-t-il eu lieu, et a-t-il échoué ?',
    }),
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [0, 5],
      title: { en: 'Run a cycle now', fr: 'Lancer un cycle maintenant' },
      text: {
        en: 'It reads what is new and compares every card with its history, on the laptop that runs the engine.',
        fr: 'Il lit les nouveautés et compare chaque carte à son historique, sur le poste qui exécute le moteur.',
      },
    },
    {
      id: 'trust',
      kind: 'decision',
      window: [0, 10],
      title: { en: 'Is the result plausible?', fr: 'Le résultat est-il plausible ?' },
      text: {
        en: 'If a card is clearly wrong but there is no alert, the ledger may be off: it can be recomputed from the full log.',
        fr: 'Si une carte est manifestement inexacte mais sans alerte, le registre est douteux : il peut être recalculé d’après tout le journal.',
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
        en: 'From the first row of the log. Entries that drifted are repaired, and each raises its own alert.',
        fr: 'Depuis la première ligne du journal. Les entrées qui ont dérivé sont réparées, et chacune déclenche une alerte.',
      },
    },
    askTechnicalLead('tell-technical-lead', [5, 30], {
      text: {
        en: 'If the ledger had drifted, older rows of the log were changed.',
        fr: 'Si le registre avait dérivé, d’anciennes lignes du journal ont été modifiées.',
      },
      message: {
        en: 'Regie’s ledger was recomputed manually. The result is in the runbook.',
        fr: 'Le registre de Regie a été recalculé manuellement. Le résultat est dans la procédure.',
      },
    }),
  ],
};
