import type { ChecklistDraft } from '../domain/checklist.ts';
import {
  backupMade,
  breakerClosed,
  detectorsRun,
  detectorsSucceed,
  engineLeads,
  hourVerified,
  noOpenCritical,
  notificationTest,
  screensWatch,
  snapshotFresh,
  systemStatus,
} from './items.ts';

/** The guide's morning health check script, with its morning routine. */
export const morning: ChecklistDraft = {
  id: 'morning',
  version: 2,
  title: { en: 'Morning, before opening', fr: 'Matin, avant l’ouverture' },
  source: 'Daily Health Check Procedures > Morning Health Check; Daily Maintenance Checklist > Morning Routine',
  window: 'before_opening',
  items: [
    systemStatus,
    {
      id: 'last-day',
      kind: 'attested',
      figures: ['events_24h', 'critical_24h', 'open_events'],
      title: { en: 'The last 24 hours are read', fr: 'Les dernières 24 heures sont lues' },
      text: {
        en: 'Read the three figures. A number far above the usual one needs an explanation before opening.',
        fr: 'Lisez les trois chiffres. Un nombre bien supérieur à l’habitude doit être expliqué avant l’ouverture.',
      },
    },
    snapshotFresh,
    {
      id: 'success-rate',
      kind: 'sensed',
      sense: 'success_rate',
      expect: { atLeast: 98 },
      maxAgeS: 600,
      when: { sense: 'transactions_last_hour', expect: { atLeast: 1 } },
      title: { en: 'Transactions succeed', fr: 'Les transactions aboutissent' },
      text: {
        en: 'At least 98% of the last hour’s transactions. Left out where there were none.',
        fr: 'Au moins 98 % des transactions de la dernière heure. Sans objet s’il n’y en a eu aucune.',
      },
    },
    {
      id: 'processing-time',
      kind: 'sensed',
      sense: 'processing_ms',
      expect: { atMost: 5_000 },
      maxAgeS: 600,
      when: { sense: 'transactions_last_hour', expect: { atLeast: 1 } },
      title: { en: 'Processing is quick', fr: 'Le traitement est rapide' },
      text: {
        en: 'On average at most five seconds in the last snapshot. Left out where there were no transactions.',
        fr: 'Cinq secondes au plus en moyenne au dernier relevé. Sans objet s’il n’y a eu aucune transaction.',
      },
    },
    breakerClosed,
    engineLeads,
    detectorsRun,
    detectorsSucceed,
    hourVerified,
    screensWatch,
    noOpenCritical,
    {
      id: 'overnight',
      kind: 'attested',
      figures: ['events_24h', 'critical_24h', 'unverified_24h'],
      title: { en: 'The night’s events are reviewed', fr: 'Les événements de la nuit sont passés en revue' },
      text: {
        en: 'Read the log and the alerts since the festival closed.',
        fr: 'Lisez le journal et les alertes depuis la fermeture.',
      },
    },
    {
      id: 'unreviewed',
      kind: 'sensed',
      sense: 'unreviewed_events',
      expect: { atMost: 0 },
      maxAgeS: 120,
      title: { en: 'Somebody is on every open event', fr: 'Chaque événement ouvert est pris en charge' },
      text: {
        en: 'No event is open that nobody has acknowledged.',
        fr: 'Aucun événement ouvert n’est resté sans prise en charge.',
      },
    },
    {
      id: 'open-events',
      kind: 'attested',
      figures: ['open_events'],
      when: { sense: 'open_events', expect: { atLeast: 1 } },
      title: {
        en: 'Open events are resolved, or may stay',
        fr: 'Les événements ouverts sont résolus, ou peuvent rester',
      },
      text: {
        en: 'Resolve what can be resolved. Of what stays open, the log says why.',
        fr: 'Résolvez ce qui peut l’être. Pour le reste, le journal dit pourquoi.',
      },
    },
    notificationTest,
    {
      id: 'connections',
      kind: 'sensed',
      sense: 'connections_percent',
      expect: { atMost: 80 },
      maxAgeS: 120,
      title: { en: 'The database has connections left', fr: 'La base a des connexions libres' },
      text: {
        en: 'At most 80% of its connections are in use.',
        fr: '80 % au plus de ses connexions sont utilisées.',
      },
    },
    {
      id: 'resources',
      kind: 'attested',
      figures: ['database_gb', 'connections_percent'],
      title: { en: 'The servers have room', fr: 'Les serveurs ont de la marge' },
      text: {
        en: 'Disk, memory and processor of the database’s server. Regie can’t see them: look at them where the server is run.',
        fr: 'Disque, mémoire et processeur du serveur de la base. Regie ne les voit pas : regardez-les là où ce serveur est administré.',
      },
    },
    backupMade({
      en: 'A backup of the last 24 hours. If there is none yet, make one now; if it was made elsewhere, a supervisor overrides and says where it is.',
      fr: 'Une sauvegarde des dernières 24 heures. S’il n’y en a pas encore, faites-en une maintenant ; si elle a été faite ailleurs, un superviseur passe outre et indique où elle se trouve.',
    }),
  ],
};
