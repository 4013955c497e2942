import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, blocking, lastCycles, watchIt } from './festival-steps.ts';

/** Guide, "Issue: Detection Delays". */
export const detectionDelays: Runbook = {
  id: 'detection-delays',
  version: 1,
  title: { en: 'Alerts come late', fr: 'Les alertes arrivent en retard' },
  source: 'Common Issues and Resolutions > Detection Delays',
  algorithms: [],
  steps: [
    {
      id: 'delays',
      kind: 'query',
      window: [0, 5],
      title: { en: 'How late are they?', fr: 'Quel est leur retard ?' },
      text: {
        en: 'Seconds from what happened to its alert, by detector, last 24 hours. The guide reads created_at, which is when the alert was written; this is when it happened.',
        fr: 'Secondes entre le fait et son alerte, par détecteur, 24 heures. Le guide lit created_at, l’heure d’écriture de l’alerte ; ici c’est l’heure du fait.',
      },
      sql: `select e.event_type, e.detection_algorithm, count(*) as alerts,
  round(avg(extract(epoch from e.detection_timestamp - coalesce(a.committed_at, a.occurred_at)))::numeric, 2) as avg_delay_seconds,
  round(max(extract(epoch from e.detection_timestamp - coalesce(a.committed_at, a.occurred_at)))::numeric, 2) as longest_delay_seconds
from monitoring_events e join console.alerts a using (event_id)
where e.detection_timestamp > now() - interval '24 hours'
group by e.event_type, e.detection_algorithm
order by avg_delay_seconds desc`,
    },
    lastCycles('cycles', [0, 5], {
      en: 'Seconds between two cycles are a busy laptop or a bad network; long cycles are the database; none at all is an engine that does not run.',
      fr: 'Des secondes entre deux cycles : un poste chargé ou un mauvais réseau ; des cycles longs : la base ; aucun : un moteur qui ne tourne pas.',
    }),
    blocking([5, 10]),
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Where is the time lost?', fr: 'Où le temps se perd-il ?' },
      text: {
        en: 'Alerts that were late because a laptop had no network are no case: they came with their true time.',
        fr: 'Des alertes en retard faute de réseau ne sont pas un cas : elles sont venues à leur heure vraie.',
      },
      choices: [
        {
          id: 'laptop',
          label: { en: 'The laptop or its network', fr: 'Le poste ou son réseau' },
          tone: 'neutral',
          next: 'other-laptop',
        },
        { id: 'database', label: { en: 'The database', fr: 'La base' }, tone: 'danger', next: 'tell-technical-lead' },
        {
          id: 'outage',
          label: { en: 'An outage, which is over', fr: 'Une coupure, terminée' },
          tone: 'safe',
          next: 'end',
        },
      ],
    },
    {
      id: 'other-laptop',
      kind: 'instruction',
      window: [15, 30],
      title: { en: 'Let another laptop run the engine', fr: 'Confier le moteur à un autre poste' },
      text: {
        en: 'Close Regie on the laptop that runs the engine: another takes over within seconds, and nothing is lost. Open it there again afterwards.',
        fr: 'Fermez Regie sur le poste qui fait tourner le moteur : un autre prend le relais en quelques secondes, rien n’est perdu. Rouvrez-le ensuite.',
      },
      next: 'force',
    },
    askTechnicalLead('tell-technical-lead', [15, 30], {
      text: {
        en: 'Say which detector is late, and what blocks. Slow statements have a runbook of their own.',
        fr: 'Dites quel détecteur est en retard, et ce qui bloque. Les requêtes lentes ont leur propre procédure.',
      },
      message: {
        en: 'Alerts of Regie come late, and it looks like the database. Please look at blocking and slow statements.',
        fr: 'Les alertes de Regie arrivent en retard, et cela semble venir de la base. Voyez les blocages et les requêtes lentes.',
      },
    }),
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [15, 30],
      title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
      text: {
        en: 'How long does one take now? It runs on the laptop that runs the engine.',
        fr: 'Combien de temps prend-il maintenant ? Il tourne sur le poste qui fait tourner le moteur.',
      },
    },
    watchIt(
      [30, 60],
      [
        {
          id: 'delay',
          label: {
            en: 'New alerts come within seconds of their fault',
            fr: 'Les nouvelles alertes suivent leur faute en quelques secondes',
          },
        },
      ],
    ),
  ],
};
