import type { Runbook } from '../domain/runbook.ts';
import { lastCycles, watchIt } from './festival-steps.ts';

/** Guide, "Emergency Procedures": stop and restart the monitoring system. */
export const stopAndRestart: Runbook = {
  id: 'stop-and-restart',
  version: 1,
  title: { en: 'Stop and restart monitoring', fr: 'Arrêter et relancer la surveillance' },
  source: 'Operational Procedures Reference > Emergency Procedures',
  algorithms: [],
  steps: [
    lastCycles('status', [0, 2], {
      en: 'Guide, “Check system status”: does the engine run, and what does it say?',
      fr: 'Guide, « Check system status » : le moteur tourne-t-il, et que dit-il ?',
    }),
    {
      id: 'needed',
      kind: 'decision',
      window: [0, 5],
      title: { en: 'Must it be stopped?', fr: 'Faut-il l’arrêter ?' },
      text: {
        en: 'A reason is work on the festival’s database that monitoring would disturb, or detection that itself does harm. Many false alarms are no reason.',
        fr: 'Une raison : une intervention sur la base que la surveillance gênerait, ou une détection qui nuit elle-même. Beaucoup de fausses alertes n’en est pas une.',
      },
      choices: [
        { id: 'stop', label: { en: 'Yes: stop it', fr: 'Oui : l’arrêter' }, tone: 'danger', next: 'before' },
        { id: 'no', label: { en: 'No: leave it on', fr: 'Non : la laisser' }, tone: 'safe', next: 'end' },
      ],
    },
    {
      id: 'before',
      kind: 'checklist',
      window: [0, 5],
      title: { en: 'Before it is stopped', fr: 'Avant l’arrêt' },
      text: {
        en: 'Nothing is detected until it is restarted. What happens meanwhile is found afterwards, with its true time.',
        fr: 'Rien n’est détecté avant la relance. Ce qui se passe entre-temps est trouvé ensuite, à son heure vraie.',
      },
      items: [
        {
          id: 'critical',
          label: {
            en: 'No CRITICAL alert is open without somebody on it',
            fr: 'Aucune alerte CRITIQUE n’est ouverte sans quelqu’un dessus',
          },
        },
        {
          id: 'who-restarts',
          label: {
            en: 'It is clear who restarts it, and when at the latest',
            fr: 'On sait qui la relance, et quand au plus tard',
          },
        },
      ],
    },
    {
      id: 'tell',
      kind: 'notify',
      to: { severity: 'CRITICAL' },
      window: [0, 5],
      title: {
        en: 'Tell whoever is called for CRITICAL alerts',
        fr: 'Prévenir ceux que l’on appelle pour une alerte CRITIQUE',
      },
      text: {
        en: 'They will hear nothing from Regie, and must know why.',
        fr: 'Ils n’entendront rien de Regie, et doivent savoir pourquoi.',
      },
      message: {
        en: 'Monitoring is being stopped on purpose. Until it is restarted Regie detects nothing and calls nobody.',
        fr: 'La surveillance est arrêtée volontairement. D’ici à la relance, Regie ne détecte rien et n’appelle personne.',
      },
    },
    {
      id: 'stop',
      kind: 'action',
      action: 'stop_monitoring',
      window: [2, 10],
      title: { en: 'Stop monitoring', fr: 'Arrêter la surveillance' },
      text: {
        en: 'On every laptop at once. Each shows it in red until it is restarted.',
        fr: 'Sur tous les postes à la fois. Chacun l’affiche en rouge jusqu’à la relance.',
      },
    },
    {
      id: 'work',
      kind: 'instruction',
      window: [5, 30],
      title: { en: 'Do what it was stopped for', fr: 'Faire ce pour quoi elle est arrêtée' },
      text: {
        en: 'Go on here when it is done. Any laptop can go on with this runbook.',
        fr: 'Continuez ici quand c’est fait. Tout poste peut poursuivre cette procédure.',
      },
    },
    {
      id: 'restart',
      kind: 'action',
      action: 'restart_monitoring',
      window: [5, 60],
      title: { en: 'Restart monitoring', fr: 'Relancer la surveillance' },
      text: {
        en: 'A laptop takes the engine within seconds and reads everything that happened meanwhile.',
        fr: 'Un poste reprend le moteur en quelques secondes et lit tout ce qui s’est passé entre-temps.',
      },
    },
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [5, 60],
      title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
      text: {
        en: 'All cards are compared with their history once, now.',
        fr: 'Toutes les cartes sont comparées une fois à leur historique, maintenant.',
      },
    },
    {
      id: 'found',
      kind: 'query',
      window: [5, 60],
      title: { en: 'What was found of the gap?', fr: 'Qu’a-t-on trouvé de l’interruption ?' },
      text: {
        en: 'The newest alerts, with when each happened and when it was found.',
        fr: 'Les alertes les plus récentes : quand chacune est survenue, quand elle a été trouvée.',
      },
      sql: `select e.event_id, e.severity, e.detection_algorithm, e.card_id, e.affected_amount, a.occurred_at, e.detection_timestamp, e.status
from monitoring_events e left join console.alerts a using (event_id)
where e.severity <> 'INFO'
order by e.event_id desc
limit 20`,
    },
    watchIt(
      [10, 60],
      [
        {
          id: 'running',
          label: { en: 'The top bar says that detection runs', fr: 'La barre du haut dit que la détection tourne' },
        },
        {
          id: 'told',
          label: {
            en: 'Whoever was told of the stop knows that it is over',
            fr: 'Ceux qui ont su l’arrêt savent qu’il est fini',
          },
        },
      ],
    ),
  ],
};
