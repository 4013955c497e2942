import { z } from 'zod';
import { levelAbove } from '../../../shared/domain/database-panel.ts';
import { countColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { lockTree } from './lock-tree.ts';
import { grantToSee, note, type PanelSource, reading, row, shownStatement, targetOf, withHidden } from './panel.ts';

/* Who is connected, who keeps something open, who waits for whom. */

const connectionRow = z.object({
  application: z.string(),
  login: z.string().nullable(),
  state: z.string().nullable(),
  sessions: countColumn,
  hidden: countColumn,
  connection_limit: z.int(),
});

const CONNECTIONS = { warning: 0.8, critical: 0.95 };

/** Connections by application, login and state, against what the server gives to those who are no superusers. */
export const connections: PanelSource = {
  panel: 'connections',
  statement: sql`/* regie:database */
    select application_name as application, usename::text as login, state, count(*) as sessions,
      count(*) filter (where backend_start is null) as hidden,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) as connection_limit
    from pg_stat_activity
    where backend_type = 'client backend' or (backend_start is null and datid is not null and usesysid is not null)
    group by application_name, usename, state
    order by sessions desc, application, login, state`,
  read: async (tx, sight) => {
    const rows = await tx.rows(connectionRow, connections.statement);
    const used = rows.reduce((sum, { sessions }) => sum + sessions, 0);
    const limit = rows[0]?.connection_limit ?? 0;
    const share = limit > 0 ? used / limit : null;
    // How many there are is seen by every login; what each of them does is not, and is not what is judged here.
    return reading({
      level: levelAbove(share, CONNECTIONS.warning, CONNECTIONS.critical),
      ...{ value: share, kind: 'share', ...CONNECTIONS },
      notes: [
        note('connections', { used, limit }),
        ...(rows.some(({ hidden }) => hidden > 0) ? [note('states_hidden')] : []),
      ],
      grant: rows.some(({ hidden }) => hidden > 0) ? grantToSee(sight) : null,
      columns: [
        ['application', 'text'],
        ['login', 'text'],
        ['state', 'state'],
        ['sessions', 'count'],
      ],
      rows: rows.map((one) => row([one.application, one.login, one.state, one.sessions])),
    });
  },
};

/** Of a session; nothing of it where it is not visible, or none. */
const ofSession = {
  pid: z.int(),
  login: z.string().nullable(),
  application: z.string().nullable(),
  state: z.string().nullable(),
  query: z.string().nullable(),
  backend_start: instantColumn.nullable(),
  fingerprint: z.string().nullable(),
};

const sessionRow = z.object({ ...ofSession, open_ms: z.number().nullable() });

const SESSION_COLUMNS = [
  ['pid', 'code'],
  ['open', 'ms'],
  ['application', 'text'],
  ['login', 'text'],
  ['state', 'state'],
  ['statement', 'code'],
] as const;

const sessionPanel = (
  panel: 'transactions' | 'idle',
  statement: PanelSource['statement'],
  bounds: { warning: number; critical: number },
): PanelSource => ({
  panel,
  statement,
  read: async (tx, sight) => {
    const rows = await tx.rows(sessionRow, statement);
    const longest = rows[0]?.open_ms ?? 0;
    return withHidden(
      reading({
        level: levelAbove(longest, bounds.warning, bounds.critical),
        ...{ value: longest, kind: 'ms', ...bounds },
        columns: SESSION_COLUMNS,
        rows: rows.map((one) =>
          row([one.pid, one.open_ms, one.application, one.login, one.state, shownStatement(one.query)], {
            session: targetOf(one),
          }),
        ),
      }),
      sight.hidden,
      sight,
    );
  },
});

/** Transactions that have been open for more than a second, the longest first. The guide looks at those of five minutes. */
export const transactions = sessionPanel(
  'transactions',
  sql`/* regie:database */
    select pid, usename::text as login, application_name as application, state,
      (extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as open_ms, left(query, 1000) as query,
      backend_start, md5(query) as fingerprint
    from pg_stat_activity
    where xact_start < clock_timestamp() - interval '1 second' and pid <> pg_backend_pid()
      and backend_type in ('client backend', 'parallel worker')
    order by xact_start
    limit 20`,
  { warning: 60_000, critical: 300_000 },
);

/** Transactions that were left open: whoever has them does nothing and holds everything that they have locked. */
export const idle = sessionPanel(
  'idle',
  sql`/* regie:database */
    select pid, usename::text as login, application_name as application, state,
      (extract(epoch from clock_timestamp() - state_change) * 1000)::float8 as open_ms, left(query, 1000) as query,
      backend_start, md5(query) as fingerprint
    from pg_stat_activity
    where state like 'idle in transaction%' and state_change < clock_timestamp() - interval '1 second'
      and pid <> pg_backend_pid()
    order by state_change
    limit 20`,
  { warning: 30_000, critical: 120_000 },
);

const lockRow = z.object({
  ...ofSession,
  blockers: z.array(z.int()),
  waits_ms: z.number().nullable(),
  mode: z.string().nullable(),
  object: z.string().nullable(),
});

const WAITS = { warning: 5_000, critical: 30_000 };

/**
 * Who waits for whom at any depth, in this database: names of tables say nothing in another one, and nobody waits across. That
 * somebody waits is seen by every login; what they run is not.
 */
export const locks: PanelSource = {
  panel: 'locks',
  statement: sql`/* regie:database */
    with waiting as (
      select pid, pg_blocking_pids(pid) as blockers, min(waitstart) as since, min(mode) as mode,
        min(coalesce(relation::regclass::text, locktype)) as object
      from pg_locks
      where not granted
        and pid in (select pid from pg_stat_activity where datname = current_database())
      group by pid
    ), involved as (
      select pid from waiting union select unnest(blockers) from waiting
    )
    select i.pid, to_json(coalesce(w.blockers, '{}')) as blockers,
      (extract(epoch from clock_timestamp() - w.since) * 1000)::float8 as waits_ms, w.mode, w.object,
      a.usename::text as login, a.application_name as application, a.state, left(a.query, 1000) as query,
      a.backend_start, md5(a.query) as fingerprint
    from involved i
    left join waiting w using (pid)
    left join pg_stat_activity a using (pid)
    order by w.since nulls first, i.pid
    limit 200`,
  read: async (tx, sight) => {
    const rows = await tx.rows(lockRow, locks.statement);
    const waits = rows.map(({ waits_ms }) => waits_ms ?? 0);
    const longest = Math.max(0, ...waits);
    const waiting = rows.filter(({ blockers }) => blockers.length > 0).length;
    const hidden = rows.filter(({ pid, backend_start }) => pid !== 0 && backend_start === null).length;
    return {
      ...reading({
        level: levelAbove(longest, WAITS.warning, WAITS.critical),
        ...{ value: longest, kind: 'ms', ...WAITS },
        notes: [
          note('waiting', { count: waiting }),
          ...(hidden > 0 ? [note('statements_hidden', { count: hidden })] : []),
        ],
        grant: hidden > 0 ? grantToSee(sight) : null,
        columns: [
          ['pid', 'code'],
          ['waits', 'ms'],
          ['lock', 'text'],
          ['object', 'text'],
          ['application', 'text'],
          ['login', 'text'],
          ['statement', 'code'],
        ],
        rows: lockTree(rows).map(({ node, depth }) =>
          row(
            [
              // What was prepared for a commit in two steps belongs to no session.
              node.pid === 0 ? 'prepared' : node.pid,
              node.waits_ms,
              node.mode,
              node.object,
              node.application,
              node.login,
              shownStatement(node.query),
            ],
            { depth, session: targetOf(node) },
          ),
        ),
      }),
    };
  },
};
