import type { RunbookStep } from '../domain/runbook.ts';

type Step<Kind extends RunbookStep['kind']> = Extract<RunbookStep, { kind: Kind }>;
type Window = RunbookStep['window'];

/* Steps of the runbooks without an alert that several of them share. Their queries have no parameters. */

/** What the engine did last: the state of the system. */
export const lastCycles = (id: string, window: Window, text: Step<'query'>['text']): Step<'query'> => ({
  id,
  kind: 'query',
  window,
  title: { en: 'The engine’s last cycles', fr: 'Les derniers cycles du moteur' },
  text,
  sql: `select started_at, kind, laptop, round(duration_ms::numeric, 1) as duration_ms, transactions_read, scans_read, findings, error
from console.cycles
order by cycle_id desc
limit 20`,
});

/** Who blocks whom. The guide's join finds any lock of the same kind. */
export const blocking = (window: Window): Step<'query'> => ({
  id: 'blocking',
  kind: 'query',
  window,
  title: { en: 'Which sessions block others?', fr: 'Quelles sessions bloquent les autres ?' },
  text: {
    en: 'No rows: nothing is blocking. The technical lead ends anything that has been blocking for minutes.',
    fr: 'Aucune ligne : rien ne bloque. Le responsable technique arrête ce qui bloque depuis plusieurs minutes.',
  },
  sql: `select blocked.pid as blocked_pid, blocked.usename as blocked_user, blocker.pid as blocking_pid, blocker.usename as blocking_user,
  left(blocked.query, 80) as blocked_statement, left(blocker.query, 80) as current_statement_in_blocking_process,
  now() - blocker.xact_start as blocking_for
from pg_stat_activity blocked
cross join lateral unnest(pg_blocking_pids(blocked.pid)) as b (pid)
join pg_stat_activity blocker on blocker.pid = b.pid
limit 20`,
});

/** Statements that have run for minutes. */
export const longRunning = (window: Window): Step<'query'> => ({
  id: 'long-running',
  kind: 'query',
  window,
  title: { en: 'What has been running for minutes?', fr: 'Qu’est-ce qui tourne depuis plusieurs minutes ?' },
  text: {
    en: 'Statements running for more than five minutes. Usually a report that someone left running.',
    fr: 'Requêtes de plus de cinq minutes. Le plus souvent, un rapport que quelqu’un a laissé tourner.',
  },
  sql: `select pid, usename, now() - query_start as duration, state, left(query, 120) as query
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
  and now() - query_start > interval '5 minutes'
order by duration desc
limit 20`,
});

export const askTechnicalLead = (
  id: string,
  window: Window,
  words: Pick<Step<'notify'>, 'text' | 'message'>,
  next?: string,
): Step<'notify'> => ({
  id,
  kind: 'notify',
  to: { contact: 'technical-lead' },
  window,
  title: { en: 'Notify the technical lead', fr: 'Prévenir le responsable technique' },
  ...words,
  ...(next === undefined ? {} : { next }),
});

/** Whether it happens again. */
export const watchIt = (window: Window, items: Step<'checklist'>['items']): Step<'checklist'> => ({
  id: 'recurrence',
  kind: 'checklist',
  window,
  title: { en: 'Watch for recurrence', fr: 'Surveiller une récidive' },
  text: {
    en: 'Check only what you have seen yourself.',
    fr: 'Ne cochez que ce que vous avez vu vous-même.',
  },
  items,
  next: 'end',
});
