import type { ChecklistDraft } from '../domain/checklist.ts';

type Item = ChecklistDraft['items'][number];

/* Items that several of the lists share. */

/** Two snapshots of the engine's five minutes. */
const TWO_SNAPSHOTS_S = 600;
/** What the engine writes at least every minute. */
const MINUTE_S = 120;

export const systemStatus: Item = {
  id: 'system-status',
  kind: 'sensed',
  sense: 'system_status',
  expect: { equals: 'HEALTHY' },
  maxAgeS: TWO_SNAPSHOTS_S,
  title: { en: 'The system is healthy', fr: 'Le système est sain' },
  text: {
    en: 'The status of the last health snapshot is “healthy”.',
    fr: 'L’état du dernier relevé de santé est « sain ».',
  },
};

export const snapshotFresh: Item = {
  id: 'snapshot',
  kind: 'sensed',
  sense: 'snapshot_age_s',
  expect: { atMost: TWO_SNAPSHOTS_S },
  maxAgeS: MINUTE_S,
  title: { en: 'Health is measured', fr: 'La santé est mesurée' },
  text: {
    en: 'The last health snapshot is not older than ten minutes; one is due every five.',
    fr: 'Le dernier relevé de santé a moins de dix minutes ; un relevé est attendu toutes les cinq.',
  },
};

export const breakerClosed: Item = {
  id: 'breaker',
  kind: 'sensed',
  sense: 'breaker',
  expect: { equals: 'CLOSED' },
  maxAgeS: MINUTE_S,
  title: { en: 'The circuit breaker is closed', fr: 'Le disjoncteur est fermé' },
  text: {
    en: 'An open breaker means that detection has stopped itself after repeated errors.',
    fr: 'Un disjoncteur ouvert signifie que la détection s’est interrompue après plusieurs erreurs.',
  },
};

export const engineLeads: Item = {
  id: 'engine',
  kind: 'sensed',
  sense: 'engine_leads',
  expect: { atLeast: 1 },
  maxAgeS: MINUTE_S,
  title: { en: 'A laptop runs the detection', fr: 'Un poste assure la détection' },
  text: {
    en: 'One laptop holds the lease of the engine.',
    fr: 'Un poste détient le bail du moteur.',
  },
};

export const detectorsRun: Item = {
  id: 'detectors',
  kind: 'sensed',
  sense: 'detectors_late',
  expect: { atMost: 0 },
  maxAgeS: MINUTE_S,
  title: { en: 'Every detector runs', fr: 'Chaque détecteur tourne' },
  text: {
    en: 'No detector has had its last run more than ten minutes ago.',
    fr: 'Aucun détecteur n’a tourné pour la dernière fois il y a plus de dix minutes.',
  },
};

export const detectorsSucceed: Item = {
  id: 'detector-errors',
  kind: 'sensed',
  sense: 'detectors_failing',
  expect: { atMost: 0 },
  maxAgeS: MINUTE_S,
  title: { en: 'No detector fails', fr: 'Aucun détecteur n’est en échec' },
  text: {
    en: 'The last run of every detector ended without an error.',
    fr: 'La dernière exécution de chaque détecteur s’est terminée sans erreur.',
  },
};

/** The hour after which it was over, and a little more: one that nobody verifies is missing by then. */
const HOUR_S = 4_500;

export const hourVerified: Item = {
  id: 'verification',
  kind: 'sensed',
  sense: 'verification',
  expect: { equals: 'OK' },
  maxAgeS: HOUR_S,
  when: { sense: 'hours_over_24h', expect: { atLeast: 1 } },
  title: { en: 'The last hour is verified', fr: 'La dernière heure est vérifiée' },
  text: {
    en: 'The engine has made the guide’s two hourly queries and found that detection ran all hour. The Health screen shows 24 hours. Left out until the first whole hour has passed.',
    fr: 'Le moteur a exécuté les deux requêtes horaires du guide : la détection a tourné toute l’heure. L’écran Santé montre 24 heures. Sans objet tant qu’une heure entière n’est pas passée.',
  },
};

export const screensWatch: Item = {
  id: 'screens',
  kind: 'sensed',
  sense: 'screens',
  expect: { atLeast: 1 },
  maxAgeS: MINUTE_S,
  title: { en: 'The board reaches the operators', fr: 'Le tableau parvient aux opérateurs' },
  text: {
    en: 'At least one laptop has displayed a canary check within five minutes.',
    fr: 'Au moins un poste a affiché un contrôle témoin depuis moins de cinq minutes.',
  },
};

export const noOpenCritical: Item = {
  id: 'open-critical',
  kind: 'sensed',
  sense: 'open_critical',
  expect: { atMost: 0 },
  maxAgeS: MINUTE_S,
  title: { en: 'No critical event is open', fr: 'Aucun événement critique n’est ouvert' },
  text: {
    en: 'Every critical event has been resolved or recognised as a false positive.',
    fr: 'Chaque événement critique a été résolu ou reconnu comme faux positif.',
  },
};

/** Of those that Regie has made and read again. */
export const backupMade = (text: Item['text']): Item => ({
  id: 'backup',
  kind: 'sensed',
  sense: 'backup_age_h',
  expect: { atMost: 24 },
  maxAgeS: MINUTE_S,
  title: { en: 'The monitoring data is backed up', fr: 'Les données de surveillance sont sauvegardées' },
  text,
});

export const notificationTest: Item = {
  id: 'notification-test',
  kind: 'received',
  figures: ['channel_names', 'contacts'],
  title: { en: 'A test message has arrived', fr: 'Un message d’essai est arrivé' },
  text: {
    en: 'Send a message over each channel. Whoever receives it reads its code to you; type it here. Without a channel a supervisor says with a reason how people are reached.',
    fr: 'Envoyez un message par chaque canal. La personne qui le reçoit vous lit son code ; saisissez-le ici. Sans canal, un superviseur indique, avec un motif, comment les personnes sont jointes.',
  },
};
