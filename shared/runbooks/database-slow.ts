import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, blocking, longRunning, watchIt } from './festival-steps.ts';

/** Guide, "Issue: Database Performance Degradation", with "Database Optimization" for what may be behind it. */
export const databaseSlow: Runbook = {
  id: 'database-slow',
  version: 1,
  title: { en: 'The database is slow', fr: 'La base est lente' },
  source: 'Common Issues and Resolutions > Database Performance Degradation; Weekly Optimization Tasks',
  algorithms: [],
  steps: [
    {
      id: 'slow-statements',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Which statements are slow?', fr: 'Quelles requêtes sont lentes ?' },
      text: {
        en: 'Those that take more than a second on average, where the server counts them.',
        fr: 'Celles qui prennent plus d’une seconde en moyenne, là où le serveur les compte.',
      },
      sql: 'select query, calls, total_exec_time, mean_exec_time, rows from console.slow_statements(1000)',
    },
    blocking([0, 5]),
    longRunning([0, 5]),
    {
      id: 'bloat',
      kind: 'query',
      window: [5, 10],
      title: { en: 'Are tables bloated?', fr: 'Des tables sont-elles gonflées ?' },
      text: {
        en: 'Dead rows beside live ones. Above 20 % a vacuum helps; old statistics mislead the planner.',
        fr: 'Lignes mortes face aux vivantes. Au-delà de 20 %, un vacuum aide ; des statistiques anciennes trompent le planificateur.',
      },
      sql: `select schemaname, relname, n_dead_tup, n_live_tup,
  round(n_dead_tup::numeric / nullif(n_live_tup, 0) * 100, 2) as bloat_ratio,
  greatest(last_vacuum, last_autovacuum) as last_vacuum, greatest(last_analyze, last_autoanalyze) as last_analyze
from pg_stat_user_tables
where n_dead_tup > 1000
order by bloat_ratio desc nulls last
limit 20`,
    },
    {
      id: 'indexes',
      kind: 'query',
      window: [5, 10],
      title: { en: 'Which indexes does nobody use?', fr: 'Quels index ne servent à personne ?' },
      text: {
        en: 'Each one costs every writer. Never read since the statistics were reset is no proof: ask first.',
        fr: 'Chacun coûte à chaque écriture. Jamais lu depuis la remise à zéro des statistiques n’est pas une preuve : demandez d’abord.',
      },
      sql: `select schemaname, relname, indexrelname, idx_scan, idx_tup_read, pg_size_pretty(pg_relation_size(indexrelid)) as size
from pg_stat_user_indexes
where idx_scan = 0
order by pg_relation_size(indexrelid) desc
limit 20`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'What is behind it?', fr: 'Qu’y a-t-il derrière ?' },
      text: {
        en: 'Payments come first: what blocks bars is ended now, the rest waits for the night.',
        fr: 'Les paiements d’abord : ce qui bloque les bars est arrêté maintenant, le reste attend la nuit.',
      },
      choices: [
        {
          id: 'blocked',
          label: { en: 'Something blocks', fr: 'Quelque chose bloque' },
          tone: 'danger',
          next: 'escalate',
        },
        {
          id: 'slow',
          label: { en: 'Slow statements, bloat', fr: 'Requêtes lentes, tables gonflées' },
          tone: 'neutral',
          next: 'tell-technical-lead',
        },
        { id: 'over', label: { en: 'It is over', fr: 'C’est fini' }, tone: 'safe', next: 'recurrence' },
      ],
    },
    {
      id: 'escalate',
      kind: 'escalate',
      severity: 'HIGH',
      window: [5, 15],
      title: { en: 'Escalate now', fr: 'Escalader maintenant' },
      text: {
        en: 'Only an administrator of the database ends a session of somebody else.',
        fr: 'Seul un administrateur de la base met fin à la session d’un autre.',
      },
      message: {
        en: 'A session blocks others in the festival’s database. Please end it: its pid is in the runbook in Regie.',
        fr: 'Une session bloque les autres dans la base du festival. Mettez-y fin : son pid est dans la procédure de Regie.',
      },
      next: 'blocking-again',
    },
    askTechnicalLead(
      'tell-technical-lead',
      [15, 30],
      {
        text: {
          en: 'Statements to optimize, indexes to add, statistics to renew: in the quiet hours, with what the queries showed.',
          fr: 'Requêtes à optimiser, index à ajouter, statistiques à renouveler : aux heures calmes, avec ce que les requêtes ont montré.',
        },
        message: {
          en: 'The festival’s database is slow. Slow statements, bloat and unused indexes are in the runbook in Regie.',
          fr: 'La base du festival est lente. Requêtes lentes, tables gonflées et index inutiles sont dans la procédure de Regie.',
        },
      },
      'recurrence',
    ),
    {
      ...blocking([15, 30]),
      id: 'blocking-again',
      title: { en: 'Does anything still block?', fr: 'Cela bloque-t-il encore ?' },
    },
    watchIt(
      [15, 60],
      [
        {
          id: 'delays',
          label: { en: 'Bars charge cards without waiting', fr: 'Les bars débitent sans attendre' },
        },
        {
          id: 'cycles',
          label: {
            en: 'The engine’s cycles take less than three seconds',
            fr: 'Les cycles du moteur prennent moins de trois secondes',
          },
        },
      ],
    ),
  ],
};
