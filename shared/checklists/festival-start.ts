import type { ChecklistDraft } from '../domain/checklist.ts';
import {
  breakerClosed,
  detectorsRun,
  detectorsSucceed,
  engineLeads,
  notificationTest,
  screensWatch,
  snapshotFresh,
} from './items.ts';

/** The guide's festival start checklist. */
export const festivalStart: ChecklistDraft = {
  id: 'festival-start',
  version: 2,
  title: { en: 'Festival start', fr: 'Début du festival' },
  source: 'Operational Checklists > Festival Start Checklist',
  window: 'before_festival',
  items: [
    engineLeads,
    detectorsRun,
    detectorsSucceed,
    breakerClosed,
    screensWatch,
    {
      id: 'every-laptop',
      kind: 'attested',
      figures: ['screens'],
      title: { en: 'Every laptop shows the board', fr: 'Chaque poste affiche le tableau' },
      text: {
        en: 'Open the board on every laptop of the booth, signed in, with sound.',
        fr: 'Ouvrez le tableau sur chaque poste de la régie, identifié, avec le son.',
      },
    },
    {
      id: 'channels',
      kind: 'sensed',
      sense: 'channels',
      expect: { atLeast: 1 },
      maxAgeS: 120,
      title: { en: 'Notifications are configured', fr: 'Les notifications sont configurées' },
      text: {
        en: 'At least one channel for messages is enabled.',
        fr: 'Au moins un canal de messages est activé.',
      },
    },
    notificationTest,
    snapshotFresh,
    {
      id: 'baselines',
      kind: 'attested',
      figures: ['snapshots_24h', 'success_rate', 'processing_ms', 'transactions_last_hour'],
      title: { en: 'Baselines are established', fr: 'Les valeurs de référence sont établies' },
      text: {
        en: 'The figures of a rehearsal or of the set-up day, against which the first night will be read.',
        fr: 'Les chiffres d’une répétition ou du jour de montage, auxquels la première nuit sera comparée.',
      },
    },
    {
      id: 'procedures',
      kind: 'attested',
      title: { en: 'Emergency procedures are reviewed', fr: 'Les procédures d’urgence sont revues' },
      text: {
        en: 'Everybody on duty has read how to stop and restart monitoring, and what to do when the network is cut.',
        fr: 'Toutes les personnes de service ont lu comment arrêter et relancer la surveillance, et que faire sans réseau.',
      },
    },
    {
      id: 'drill',
      kind: 'answered',
      answer: { type: 'number', min: 0, max: 100 },
      title: { en: 'Points of the drill', fr: 'Points de l’exercice' },
      text: {
        en: 'Somebody on duty has done a drill on the training festival: enter its points.',
        fr: 'Une personne de service a fait un exercice sur le festival d’entraînement : saisissez ses points.',
      },
    },
    {
      id: 'contacts',
      kind: 'sensed',
      sense: 'contacts',
      expect: { atLeast: 1 },
      maxAgeS: 120,
      title: { en: 'There are contacts', fr: 'Des contacts sont enregistrés' },
      text: {
        en: 'At least one person of the escalation can be reached.',
        fr: 'Au moins une personne de l’escalade peut être jointe.',
      },
    },
    {
      id: 'contacts-confirmed',
      kind: 'two_person',
      figures: ['contacts'],
      title: { en: 'Contacts are confirmed', fr: 'Les contacts sont confirmés' },
      text: {
        en: 'Each contact has answered a call or a message, on the number that stands in Regie.',
        fr: 'Chaque contact a répondu à un appel ou à un message, au numéro enregistré dans Regie.',
      },
    },
  ],
};
