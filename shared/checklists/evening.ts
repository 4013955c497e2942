import type { ChecklistDraft } from '../domain/checklist.ts';
import { backupMade } from './items.ts';

const DAY_S = 86_400;

/** The guide's evening routine. */
export const evening: ChecklistDraft = {
  id: 'evening',
  version: 2,
  title: { en: 'Evening, after closing', fr: 'Soir, après la fermeture' },
  source: 'Daily Maintenance Checklist > Evening Routine',
  window: 'after_closing',
  items: [
    {
      id: 'summary',
      kind: 'attested',
      figures: ['events_24h', 'critical_24h', 'open_events'],
      title: { en: 'The day’s summary is read', fr: 'Le bilan du jour est lu' },
      text: {
        en: 'Events of the last 24 hours, how many were critical, and what is still open.',
        fr: 'Les événements des dernières 24 heures, combien étaient critiques, et ce qui reste ouvert.',
      },
    },
    {
      id: 'performance',
      kind: 'attested',
      figures: ['success_rate', 'processing_ms', 'transactions_last_hour', 'snapshots_24h'],
      title: { en: 'Performance is checked', fr: 'Les performances sont vérifiées' },
      text: {
        en: 'Success rate and processing time of the last snapshot, and whether a whole day was measured (288 snapshots).',
        fr: 'Taux de réussite et temps de traitement au dernier relevé, et si la journée entière a été mesurée (288 relevés).',
      },
    },
    {
      id: 'maintenance',
      kind: 'sensed',
      sense: 'maintenance',
      expect: { equals: 'DONE' },
      maxAgeS: DAY_S,
      title: { en: 'Database maintenance is done', fr: 'La maintenance de la base est faite' },
      text: {
        en: 'Within 24 hours old monitoring data was archived, views refreshed, statistics renewed. Otherwise run it now: Database, Maintenance.',
        fr: 'Depuis moins de 24 heures, les anciennes données de surveillance ont été archivées, les vues actualisées, les statistiques renouvelées. Sinon, lancez-la : Base de données, Maintenance.',
      },
    },
    backupMade({
      en: 'Made today. Without one that Regie knows of, a supervisor says with a reason where it is.',
      fr: 'Faite aujourd’hui. Si Regie n’en connaît aucune, un superviseur indique, avec un motif, où elle se trouve.',
    }),
    {
      id: 'tomorrow',
      kind: 'answered',
      answer: { type: 'text' },
      title: { en: 'What should be better tomorrow?', fr: 'Que faut-il améliorer demain ?' },
      text: {
        en: 'Thresholds, readers, staffing: what you will change, or “nothing”.',
        fr: 'Seuils, lecteurs, effectifs : ce que vous changerez, ou « rien ».',
      },
    },
  ],
};
