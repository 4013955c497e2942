import type { Runbook } from '../domain/runbook.ts';
import { lastCycles } from './festival-steps.ts';
import { close, falseAlarm, tellTechnicalLead } from './steps.ts';

/** The hourly verification failed, or nobody made it: what ran in these hours, and what may have been missed. */
export const hourNotVerified: Runbook = {
  id: 'hour-not-verified',
  version: 1,
  title: { en: 'An hour is not verified', fr: 'Une heure n’est pas vérifiée' },
  source: 'Hourly Monitoring Tasks > Manual Hourly Verification; Meta-Monitoring',
  algorithms: ['hourly_verification'],
  steps: [
    {
      id: 'hours',
      kind: 'query',
      window: [0, 5],
      title: { en: 'The last verified hours', fr: 'Les dernières heures vérifiées' },
      text: {
        en: 'An hour that is not there was not verified: nobody ran Regie, or it could not reach the database.',
        fr: 'Une heure absente n’a pas été vérifiée : personne n’exécutait Regie, ou la base était injoignable.',
      },
      sql: `select hour, verdict, made_at, laptop, figures -> 'checks' as checks
from console.verifications
order by hour desc
limit 24`,
    },
    {
      id: 'activity',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Monitoring activity now', fr: 'L’activité de surveillance en ce moment' },
      text: {
        en: 'The guide’s first query, for the hour up to now.',
        fr: 'La première requête du guide, pour l’heure écoulée jusqu’à maintenant.',
      },
      sql: `select event_type, severity, count(*) as count, max(detection_timestamp) as last_detection
from monitoring_events
where detection_timestamp > now() - interval '1 hour'
group by event_type, severity
order by severity desc, count desc`,
    },
    {
      id: 'snapshots',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Does detection run now?', fr: 'La détection tourne-t-elle maintenant ?' },
      text: {
        en: 'The guide’s second query. The newest snapshot should be less than five minutes old.',
        fr: 'La seconde requête du guide. Le dernier relevé doit avoir moins de cinq minutes.',
      },
      sql: `select snapshot_timestamp, total_transactions_last_hour, success_rate_percent, monitoring_events_last_hour
from system_health_snapshots
order by snapshot_timestamp desc
limit 3`,
    },
    lastCycles('cycles', [0, 5], {
      en: 'Where do they stop, and with which error? Alerts about that time follow once the log has been read.',
      fr: 'Où s’arrêtent-ils, et avec quelle erreur ? Les alertes de cette période suivent une fois le journal lu.',
    }),
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Why was it not verified?', fr: 'Pourquoi n’est-elle pas vérifiée ?' },
      text: {
        en: 'Keep one laptop with Regie open at all times while money can be spent.',
        fr: 'Gardez toujours un poste avec Regie ouvert tant que l’on peut payer.',
      },
      choices: [
        {
          id: 'running',
          label: {
            en: 'Detection still doesn’t run, or has errors',
            fr: 'La détection ne tourne toujours pas, ou a des erreurs',
          },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        {
          id: 'outage',
          label: { en: 'An outage or a restart that is over', fr: 'Une coupure ou un redémarrage, terminé' },
          tone: 'neutral',
          next: 'close',
        },
        {
          id: 'closed',
          label: { en: 'The festival was closed, Regie was off', fr: 'Le festival était fermé, Regie arrêté' },
          tone: 'safe',
          next: 'false-alarm',
        },
      ],
    },
    tellTechnicalLead(
      [5, 15],
      {
        en: 'Say since when detection doesn’t run, and the error of the last cycles.',
        fr: 'Dites depuis quand la détection ne tourne pas, et l’erreur des derniers cycles.',
      },
      'close',
    ),
    falseAlarm([5, 30]),
    close([5, 30]),
  ],
};
