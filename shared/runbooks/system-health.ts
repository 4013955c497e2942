import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, tellTechnicalLead } from './steps.ts';

/** Guide, "Daily Health Check Procedures", "Detection Delays", "Circuit Breaker Activation", "Database Performance Degradation". */
export const systemHealth: Runbook = {
  id: 'system-health',
  version: 2,
  title: { en: 'The system’s health has changed', fr: 'La santé du système a changé' },
  source: 'System Monitoring and Health Checks; Common Issues and Resolutions',
  algorithms: ['health_status_change'],
  steps: [
    {
      id: 'snapshots',
      kind: 'query',
      window: [0, 2],
      title: { en: 'The last health snapshots', fr: 'Les derniers relevés de santé' },
      text: {
        en: 'Which figure moved, and since when?',
        fr: 'Quel chiffre a bougé, et depuis quand ?',
      },
      sql: `select snapshot_timestamp, overall_health_status, success_rate_percent, avg_processing_time_ms, critical_events_last_hour
from system_health_snapshots
order by snapshot_timestamp desc
limit 12`,
    },
    {
      id: 'delays',
      kind: 'query',
      window: [0, 5],
      title: { en: 'How late are alerts?', fr: 'Quel retard ont les alertes ?' },
      text: {
        en: 'Guide, “Detection Delays”: from commit to alert, by detector, last 24 hours.',
        fr: 'Guide, « Detection Delays » : de l’écriture à l’alerte, par détecteur, 24 heures.',
      },
      sql: `select e.detection_algorithm, count(*) as alerts,
  round(avg(extract(epoch from e.detection_timestamp - a.committed_at))::numeric, 2) as avg_delay_seconds,
  round(max(extract(epoch from e.detection_timestamp - a.committed_at))::numeric, 2) as longest_delay_seconds
from monitoring_events e join console.alerts a using (event_id)
where e.detection_timestamp > now() - interval '24 hours' and a.committed_at is not null
group by e.detection_algorithm
order by avg_delay_seconds desc`,
    },
    {
      id: 'blocking',
      kind: 'query',
      window: [2, 5],
      title: { en: 'Who blocks whom?', fr: 'Qui bloque qui ?' },
      text: {
        en: 'Guide, “Database Performance Degradation”. No row is good. What blocks for minutes is ended by the technical lead.',
        fr: 'Guide, « Database Performance Degradation ». Aucune ligne, c’est bien. Ce qui bloque depuis des minutes est arrêté par le responsable technique.',
      },
      sql: `select blocked.pid as blocked_pid, blocked.usename as blocked_user, blocker.pid as blocking_pid, blocker.usename as blocking_user,
  left(blocked.query, 80) as blocked_statement, left(blocker.query, 80) as blocking_statement,
  now() - blocker.xact_start as blocking_for
from pg_stat_activity blocked
cross join lateral unnest(pg_blocking_pids(blocked.pid)) as b (pid)
join pg_stat_activity blocker on blocker.pid = b.pid
limit 20`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'What is behind it?', fr: 'Qu’y a-t-il derrière ?' },
      text: {
        en: 'Open alerts about cards and bars are their own cases. Here it is about the system itself. The engine’s breaker is reset on the Health screen, when its errors are understood.',
        fr: 'Les alertes ouvertes sur des cartes et des bars sont des cas à part. Ici il s’agit du système lui-même. Le disjoncteur du moteur se réarme à l’écran Santé, une fois ses erreurs comprises.',
      },
      choices: [
        {
          id: 'database',
          label: { en: 'The database is slow', fr: 'La base est lente' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        {
          id: 'alerts',
          label: { en: 'Other alerts explain it', fr: 'D’autres alertes l’expliquent' },
          tone: 'neutral',
          next: 'close',
        },
        { id: 'nothing', label: { en: 'Nothing is wrong', fr: 'Tout va bien' }, tone: 'safe', next: 'false-alarm' },
      ],
    },
    tellTechnicalLead(
      [5, 15],
      {
        en: 'Say which query blocks or which delay grows. Slow statements, missing indexes and old statistics are theirs to mend.',
        fr: 'Dites quelle requête bloque ou quel retard grandit. Requêtes lentes, index manquants et statistiques anciennes sont de leur ressort.',
      },
      'close',
    ),
    falseAlarm([5, 30]),
    close([5, 30]),
  ],
};
