import type { Runbook } from '../domain/runbook.ts';
import { blocking, lastCycles } from './festival-steps.ts';
import { close, escalateNow } from './steps.ts';

/** Nothing would be noticed: no canary arrives, nobody runs the engine, or a laptop does not hear of alerts. */
export const detectionBlind: Runbook = {
  id: 'detection-blind',
  version: 1,
  title: { en: 'Detection is blind', fr: 'La détection est aveugle' },
  source: 'Meta-Monitoring > Monitoring the Monitoring System; Common Issues > Detection Delays',
  algorithms: ['detection_blind', 'no_leader', 'follower_stuck'],
  steps: [
    {
      id: 'screens',
      kind: 'checklist',
      window: [0, 2],
      title: { en: 'Does any laptop still see?', fr: 'Un poste voit-il encore ?' },
      text: {
        en: 'Work on from a laptop whose Health screen shows recent canary checks. If there is none, the bars must report faults themselves.',
        fr: 'Continuez sur un poste dont l’écran Santé montre des contrôles témoins récents. S’il n’y en a pas, les bars doivent signaler eux-mêmes les pannes.',
      },
      items: [
        {
          id: 'looked',
          label: {
            en: 'The Health screen of each laptop was looked at',
            fr: 'L’écran Santé de chaque poste a été consulté',
          },
        },
        {
          id: 'bars',
          label: {
            en: 'The bars know whom to call while nothing is detected',
            fr: 'Les bars savent qui appeler tant que rien n’est détecté',
          },
        },
      ],
    },
    {
      id: 'leader',
      kind: 'query',
      window: [0, 2],
      title: { en: 'Who runs the engine, and who is there?', fr: 'Qui exécute le moteur, et qui est là ?' },
      text: {
        en: 'A lease that has expired: nobody runs it. A row without an error in the next step: it runs and is slow.',
        fr: 'Un bail expiré : personne ne l’exécute. Une ligne sans erreur à l’étape suivante : il tourne, mais lentement.',
      },
      sql: `select l.laptop as engine_on, l.expires_at > clock_timestamp() as running, l.breaker ->> 'state' as breaker,
  p.laptop as laptop, p.seen_at, p.left_at
from console.engine_lease l left join console.laptops p on p.seen_at > now() - interval '1 hour'
order by p.seen_at desc
limit 20`,
    },
    lastCycles('cycles', [0, 5], {
      en: 'Where do they stop, and with which error?',
      fr: 'Où s’arrêtent-ils, et avec quelle erreur ?',
    }),
    blocking([2, 5]),
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Does detection run again?', fr: 'La détection tourne-t-elle de nouveau ?' },
      text: {
        en: 'Restarting Regie on one laptop takes the engine over within seconds. What happened meanwhile is found afterwards.',
        fr: 'Redémarrer Regie sur un poste reprend le moteur en quelques secondes. Ce qui s’est passé entre-temps est retrouvé ensuite.',
      },
      choices: [
        {
          id: 'no',
          label: { en: 'No: help is needed', fr: 'Non : il faut de l’aide' },
          tone: 'danger',
          next: 'escalate',
        },
        { id: 'yes', label: { en: 'Yes', fr: 'Oui' }, tone: 'safe', next: 'force' },
      ],
    },
    escalateNow([5, 10], {
      en: 'Regie detects nothing. Please come, or call the control booth.',
      fr: 'Regie ne détecte rien. Venez, ou appelez la régie.',
    }),
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [5, 15],
      title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
      text: {
        en: 'What happened in the meantime is detected now, with its actual time.',
        fr: 'Ce qui s’est passé entre-temps est détecté maintenant, à son heure réelle.',
      },
    },
    close([5, 30]),
  ],
};
