import type { Runbook } from '../domain/runbook.ts';
import { lastCycles, watchIt } from './festival-steps.ts';

/** Stops and restarts monitoring. */
export const stopAndRestart: Runbook = {
  id: 'stop-and-restart',
  version: 1,
  title: { en: 'Stop and restart monitoring', fr: 'Arrêter et relancer la surveillance' },
  source: 'Operational Procedures Reference > Emergency Procedures',
  algorithms: [],
  steps: [
    lastCycles('status', [0, 2], {
      en: 'Guide, “Check system status”: is the engine running, and with what result?',
      fr: 'Guide, « Check system status » : le moteur est-il actif, et avec quel résultat ?',
    }),
    {
      id: 'needed',
      kind: 'decision',
      window: [0, 5],
      title: { en: 'Does it need to be stopped?', fr: 'Faut-il l’arrêter ?' },
      text: {
        en: 'Good reasons: work on the festival’s database that monitoring would disturb, or detection that itself causes harm. Many false positives are not a reason.',
        fr: 'Bonnes raisons : une intervention sur la base que la surveillance gênerait, ou une détection qui cause elle-même des problèmes. Beaucoup de faux positifs n’en sont pas une.',
      },
      choices: [
        { id: 'stop', label: { en: 'Yes: stop it', fr: 'Oui : l’arrêter' }, tone: 'danger', next: 'before' },
        { id: 'no', label: { en: 'No: leave it on', fr: 'Non : la laisser active' }, tone: 'safe', next: 'end' },
      ],
    },
    {
      id: 'before',
      kind: 'checklist',
      window: [0, 5],
      title: { en: 'Before stopping', fr: 'Avant l’arrêt' },
      text: {
        en: 'Nothing is detected until it is restarted. What happens in the meantime is detected afterwards, with its actual time.',
        fr: 'Rien n’est détecté avant la relance. Ce qui se passe entre-temps est détecté ensuite, à son heure réelle.',
      },
      items: [
        {
          id: 'critical',
          label: {
            en: 'Every open CRITICAL alert is assigned',
            fr: 'Chaque alerte CRITIQUE ouverte est prise en charge',
          },
        },
        {
          id: 'who-restarts',
          label: {
            en: 'It is clear who restarts it, and by when',
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
        en: 'Notify the contacts for CRITICAL alerts',
        fr: 'Prévenir les contacts des alertes CRITIQUES',
      },
      text: {
        en: 'They will receive nothing from Regie and need to know why.',
        fr: 'Ils ne recevront rien de Regie et doivent savoir pourquoi.',
      },
      message: {
        en: 'Monitoring is being stopped on purpose. Until it is restarted, Regie detects nothing and notifies nobody.',
        fr: 'La surveillance est arrêtée volontairement. D’ici à la relance, Regie ne détecte rien et ne prévient personne.',
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
      title: { en: 'Do the work', fr: 'Faire l’intervention' },
      text: {
        en: 'Continue here when it is done. Any laptop can continue this runbook.',
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
        en: 'A laptop takes over the engine within seconds and reads everything that happened in the meantime.',
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
        en: 'Compares every card with its history once, now.',
        fr: 'Compare une fois chaque carte à son historique, maintenant.',
      },
    },
    {
      id: 'found',
      kind: 'query',
      window: [5, 60],
      title: { en: 'What happened during the stop?', fr: 'Que s’est-il passé pendant l’arrêt ?' },
      text: {
        en: 'The latest alerts, with when each occurred and when it was detected.',
        fr: 'Les dernières alertes : quand chacune est survenue, quand elle a été détectée.',
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
          label: { en: 'The top bar shows “Detecting”', fr: 'La barre du haut affiche « Détection active »' },
        },
        {
          id: 'told',
          label: {
            en: 'Everyone notified of the stop knows that it is over',
            fr: 'Toutes les personnes prévenues de l’arrêt savent qu’il est terminé',
          },
        },
      ],
    ),
  ],
};
