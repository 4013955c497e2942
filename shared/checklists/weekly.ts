import type { ChecklistDraft } from '../domain/checklist.ts';

/** The guide's weekly maintenance and weekly optimization tasks. */
export const weekly: ChecklistDraft = {
  id: 'weekly',
  version: 1,
  title: { en: 'Weekly review', fr: 'Revue hebdomadaire' },
  source: 'Weekly Maintenance Tasks; Database Optimization > Weekly Optimization Tasks',
  window: 'week',
  items: [
    {
      id: 'performance',
      kind: 'attested',
      figures: ['events_7d', 'critical_7d', 'confidence_7d', 'cards_7d'],
      title: { en: 'The week’s events are reviewed', fr: 'Les événements de la semaine sont passés en revue' },
      text: {
        en: 'Events, how many were critical, how certain they were on average, and how many cards they touched.',
        fr: 'Les événements, combien étaient critiques, leur certitude moyenne, et combien de cartes sont touchées.',
      },
    },
    {
      id: 'health',
      kind: 'attested',
      figures: ['success_rate_7d', 'transactions_hourly_7d', 'critical_snapshots_7d'],
      title: { en: 'The week’s health is reviewed', fr: 'La santé de la semaine est passée en revue' },
      text: {
        en: 'Average success rate, transactions an hour, and snapshots that were critical.',
        fr: 'Taux de réussite moyen, transactions par heure, et relevés critiques.',
      },
    },
    {
      id: 'indexes',
      kind: 'answered',
      answer: {
        type: 'choice',
        choices: [
          { id: 'kept', label: { en: 'All stay', fr: 'Tous sont conservés' } },
          { id: 'removed', label: { en: 'Some were removed', fr: 'Certains ont été supprimés' } },
        ],
      },
      figures: ['unused_indexes'],
      title: { en: 'Unused indexes', fr: 'Index inutilisés' },
      text: {
        en: 'Indexes of the monitoring tables that no query has used since the statistics began. A young festival has many.',
        fr: 'Les index des tables de surveillance qu’aucune requête n’a utilisés depuis le début des statistiques. Un jeune festival en a beaucoup.',
      },
    },
    {
      id: 'bloat',
      kind: 'sensed',
      sense: 'dead_rows_percent',
      expect: { atMost: 20 },
      maxAgeS: 120,
      title: { en: 'Monitoring tables are not bloated', fr: 'Les tables de surveillance ne sont pas gonflées' },
      text: {
        en: 'At most 20% dead rows in the worst of them (tables with less than a thousand don’t count).',
        fr: '20 % au plus de lignes mortes dans la pire (les tables qui en ont moins de mille ne comptent pas).',
      },
    },
    {
      id: 'vacuum',
      kind: 'attested',
      figures: ['dead_rows_percent'],
      when: { sense: 'dead_rows_percent', expect: { atLeast: 20 } },
      title: { en: 'Tables are vacuumed', fr: 'Les tables sont nettoyées' },
      text: {
        en: 'vacuum analyze monitoring_events, in a quiet hour.',
        fr: 'vacuum analyze monitoring_events, à une heure calme.',
      },
    },
  ],
};
