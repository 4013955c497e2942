import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, blocking, longRunning, watchIt } from './festival-steps.ts';

/** A slow database, and what may be behind it. */
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
        en: 'Those that take more than a second on average, if the server records them.',
        fr: 'Celles qui prennent plus d’une seconde en moyenne, si le serveur les mesure.',
      },
      sql: 'select query, calls, total_exec_time, mean_exec_time, rows from console.slow_statements(1000)',
    },
    blocking([0, 5]),
    longRunning([0, 5]),
    {
      id: 'bloat',
      kind: 'query',
      window: [5, 10],
      title: { en: 'Are tables bloated?', fr: 'Des tables sont-elles encombrées ?' },
      text: {
        en: 'Dead rows compared with live ones. Above 20% a vacuum helps; outdated statistics mislead the planner.',
        fr: 'Lignes mortes comparées aux vivantes. Au-delà de 20 %, un vacuum aide ; des statistiques périmées trompent le planificateur.',
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
      title: { en: 'Which indexes are unused?', fr: 'Quels index sont inutilisés ?' },
      text: {
        en: 'Each one slows every write. “Never read since the statistics were reset” is not proof: ask first.',
        fr: 'Chacun ralentit chaque écriture. « Jamais lu depuis la remise à zéro des statistiques » n’est pas une preuve : demandez d’abord.',
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
      title: { en: 'What is the cause?', fr: 'Quelle est la cause ?' },
      text: {
        en: 'Payments come first: end what blocks bars now, leave the rest for quiet hours.',
        fr: 'Les paiements d’abord : arrêtez maintenant ce qui bloque les bars, le reste attendra les heures calmes.',
      },
      choices: [
        {
          id: 'blocked',
          label: { en: 'A blocking session', fr: 'Une session bloquante' },
          tone: 'danger',
          next: 'escalate',
        },
        {
          id: 'slow',
          label: { en: 'Slow statements, bloat', fr: 'Requêtes lentes, tables encombrées' },
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
        en: 'A technician ends it on the screen Database, under Sessions and locks; a session of the tills, a supervisor. Where Regie lacks the right, only a database administrator can.',
        fr: 'Un technicien y met fin sur l’écran Base de données, sous Sessions et verrous ; une session des caisses, un superviseur. Si Regie n’en a pas le droit, seul un administrateur de la base le peut.',
      },
      message: {
        en: 'A session is blocking others in the festival’s database. Please end it: its PID is in the runbook in Regie.',
        fr: 'Une session bloque les autres dans la base du festival. Mettez-y fin : son PID est dans la procédure de Regie.',
      },
      next: 'blocking-again',
    },
    askTechnicalLead(
      'tell-technical-lead',
      [15, 30],
      {
        text: {
          en: 'Statements to optimize, indexes to add, statistics to refresh: in quiet hours, with the query results.',
          fr: 'Requêtes à optimiser, index à ajouter, statistiques à actualiser : aux heures calmes, avec les résultats des requêtes.',
        },
        message: {
          en: 'The festival’s database is slow. Slow statements, bloat and unused indexes are in the runbook in Regie.',
          fr: 'La base du festival est lente. Requêtes lentes, tables encombrées et index inutilisés sont dans la procédure de Regie.',
        },
      },
      'recurrence',
    ),
    {
      ...blocking([15, 30]),
      id: 'blocking-again',
      title: { en: 'Is anything still blocking?', fr: 'Y a-t-il encore un blocage ?' },
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
