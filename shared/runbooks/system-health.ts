import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, tellTechnicalLead } from './steps.ts';

/** A worse overall health: what is behind it, and which runbook goes on. */
export const systemHealth: Runbook = {
  id: 'system-health',
  version: 2,
  title: { en: 'System health changed', fr: 'La santé du système a changé' },
  source: 'System Monitoring and Health Checks; Common Issues and Resolutions',
  algorithms: ['health_status_change'],
  steps: [
    {
      id: 'snapshots',
      kind: 'query',
      window: [0, 2],
      title: { en: 'The last health snapshots', fr: 'Les derniers relevés de santé' },
      text: {
        en: 'Which figure changed, and since when?',
        fr: 'Quel chiffre a changé, et depuis quand ?',
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
      title: { en: 'How late are alerts?', fr: 'Quel est le retard des alertes ?' },
      text: {
        en: 'Guide, “Detection Delays”: from commit to alert, by detector, last 24 hours.',
        fr: 'Guide, « Detection Delays » : de la validation en base à l’alerte, par détecteur, sur 24 heures.',
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
      title: { en: 'Which sessions block others?', fr: 'Quelles sessions bloquent les autres ?' },
      text: {
        en: 'Guide, “Database Performance Degradation”. No rows: nothing is blocking. The technical lead ends anything that has been blocking for minutes.',
        fr: 'Guide, « Database Performance Degradation ». Aucune ligne : rien ne bloque. Le responsable technique arrête ce qui bloque depuis plusieurs minutes.',
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
      title: { en: 'What is the cause?', fr: 'Quelle est la cause ?' },
      text: {
        en: 'Open alerts about cards and bars are handled separately. This is about the system itself. Reset the engine’s breaker on the Health screen once its errors are understood.',
        fr: 'Les alertes ouvertes sur des cartes et des bars se traitent à part. Ici, il s’agit du système lui-même. Le disjoncteur du moteur se réarme sur l’écran Santé, une fois ses erreurs comprises.',
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
        en: 'Say which query is blocking or which delay is growing. Slow statements, missing indexes and outdated statistics are theirs to fix.',
        fr: 'Dites quelle requête bloque ou quel retard augmente. Requêtes lentes, index manquants et statistiques périmées sont de son ressort.',
      },
      'close',
    ),
    falseAlarm([5, 30]),
    close([5, 30]),
  ],
};
