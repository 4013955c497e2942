import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, blocking, lastCycles, watchIt } from './festival-steps.ts';

/** Detection that comes late. */
export const detectionDelays: Runbook = {
  id: 'detection-delays',
  version: 1,
  title: { en: 'Alerts are late', fr: 'Les alertes arrivent en retard' },
  source: 'Common Issues and Resolutions > Detection Delays',
  algorithms: [],
  steps: [
    {
      id: 'delays',
      kind: 'query',
      window: [0, 5],
      title: { en: 'How late are they?', fr: 'Quel est leur retard ?' },
      text: {
        en: 'Seconds from occurrence to alert, by detector, last 24 hours. The guide uses created_at, when the alert was written; this uses when it occurred.',
        fr: 'Secondes entre l’anomalie et son alerte, par détecteur, sur 24 heures. Le guide utilise created_at, l’heure d’écriture de l’alerte ; ici c’est l’heure de l’anomalie.',
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
      en: 'Seconds between two cycles: a busy laptop or a bad network. Long cycles: the database. No cycles: the engine is not running.',
      fr: 'Des secondes entre deux cycles : un poste chargé ou un mauvais réseau. Des cycles longs : la base. Aucun cycle : le moteur est arrêté.',
    }),
    blocking([5, 10]),
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Where is the delay?', fr: 'D’où vient le retard ?' },
      text: {
        en: 'Ignore alerts that were late because a laptop was offline: they have their actual time.',
        fr: 'Ne tenez pas compte des alertes en retard par manque de réseau : elles portent leur heure réelle.',
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
          label: { en: 'An outage that has ended', fr: 'Une coupure terminée' },
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
        en: 'Close Regie on the laptop that runs the engine: another takes over within seconds and nothing is lost. Reopen it there afterwards.',
        fr: 'Fermez Regie sur le poste qui exécute le moteur : un autre prend le relais en quelques secondes, rien n’est perdu. Rouvrez-le ensuite.',
      },
      next: 'force',
    },
    askTechnicalLead('tell-technical-lead', [15, 30], {
      text: {
        en: 'Say which detector is late and what is blocking. Slow statements have their own runbook.',
        fr: 'Dites quel détecteur est en retard, et ce qui bloque. Les requêtes lentes ont leur propre procédure.',
      },
      message: {
        en: 'Regie’s alerts are late, and it looks like the database. Please check for blocking and slow statements.',
        fr: 'Les alertes de Regie arrivent en retard, et cela semble venir de la base. Vérifiez les blocages et les requêtes lentes.',
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
        fr: 'Combien de temps prend-il maintenant ? Il s’exécute sur le poste qui exécute le moteur.',
      },
    },
    watchIt(
      [30, 60],
      [
        {
          id: 'delay',
          label: {
            en: 'New alerts appear within seconds of their fault',
            fr: 'Les nouvelles alertes suivent leur anomalie de quelques secondes',
          },
        },
      ],
    ),
  ],
};
