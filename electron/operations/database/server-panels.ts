import { z } from 'zod';
import { levelAbove, type PanelLevel, worstLevel } from '../../../shared/domain/database-panel.ts';
import { countColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { note, type PanelSource, reading, row, shownStatement, withHidden } from './panel.ts';
import { type Sample, windowOf } from './samples.ts';

/* What the server counts, and what it can run out of. */

const statementRow = z.object({
  problem: z.enum(['not_installed', 'not_loaded']).nullable(),
  ours: z.boolean().nullable(),
  query: z.string().nullable(),
  calls: countColumn.nullable(),
  total_ms: z.number().nullable(),
  mean_ms: z.number().nullable(),
  rows_read: countColumn.nullable(),
  hidden: countColumn,
  since: instantColumn.nullable(),
});

/** The guide's own bound for a slow statement. */
const SLOW = { warning: 1_000, critical: 5_000 };

export const statements: PanelSource = {
  panel: 'statements',
  statement: sql`/* regie:database */ select * from console.statement_statistics()`,
  copy: `select query, calls, total_exec_time, mean_exec_time, rows
from pg_stat_statements
where dbid = (select oid from pg_database where datname = current_database())
order by total_exec_time desc
limit 10;`,
  read: async (tx, sight) => {
    const found = await tx.rows(statementRow, statements.statement);
    const problem = found[0]?.problem ?? null;
    if (problem !== null) return reading({ level: 'unknown', notes: [note(problem)], columns: [], rows: [] });
    const rows = found.filter(({ query }) => query !== null);
    const slowest = Math.max(0, ...rows.filter(({ ours }) => !ours).map(({ mean_ms }) => mean_ms ?? 0));
    const since = found[0]?.since ?? null;
    return withHidden(
      reading({
        level: levelAbove(slowest, SLOW.warning, SLOW.critical),
        ...{ value: slowest, kind: 'ms', ...SLOW },
        notes: since === null ? [] : [note('statistics_since', { at: since })],
        columns: [
          ['whose', 'word'],
          ['statement', 'code'],
          ['calls', 'count'],
          ['total', 'ms'],
          ['mean', 'ms'],
          ['rows', 'count'],
        ],
        rows: rows.map((one) =>
          row([
            one.ours ? 'ours' : 'others',
            shownStatement(one.query),
            one.calls,
            one.total_ms,
            one.mean_ms,
            one.rows_read,
          ]),
        ),
      }),
      found[0]?.hidden ?? 0,
      sight,
    );
  },
};

const sequenceRow = z.object({
  name: z.string(),
  readable: z.boolean(),
  last_value: z.string().nullable(),
  ends_at: z.string(),
  used: z.number().nullable(),
});

const USED = { warning: 0.7, critical: 0.9 };

export const sequences: PanelSource = {
  panel: 'sequences',
  statement: sql`/* regie:database */
    select s.schemaname || '.' || s.sequencename as name,
      has_sequence_privilege(q.oid, 'usage') or has_sequence_privilege(q.oid, 'select') as readable,
      s.last_value::text as last_value, e.ends_at::text as ends_at,
      (s.last_value::numeric / e.ends_at)::float8 as used
    from pg_sequences s
    join pg_namespace n on n.nspname = s.schemaname
    join pg_class q on q.relnamespace = n.oid and q.relname = s.sequencename and q.relkind = 'S'
    left join lateral (
      -- A column may end before its sequence does.
      select case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647 end::bigint as most
      from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_class'::regclass and d.objid = q.oid and d.refclassid = 'pg_class'::regclass
        and d.refobjsubid > 0
      limit 1) as c on true
    cross join lateral (select least(s.max_value, c.most) as ends_at) as e
    where s.increment_by > 0 and not s.cycle
    order by used desc nulls last, name
    limit 200`,
  read: async (tx, sight) => {
    const rows = await tx.rows(sequenceRow, sequences.statement);
    const worst = Math.max(0, ...rows.map(({ used }) => used ?? 0));
    const unread = rows.filter(({ readable }) => !readable).length;
    const level = levelAbove(worst, USED.warning, USED.critical);
    return reading({
      level: unread > 0 ? worstLevel([level, 'unknown']) : level,
      ...{ value: worst, kind: 'share', ...USED },
      notes: unread > 0 ? [note('sequences_hidden', { count: unread })] : [],
      grant: unread > 0 ? `grant select on all sequences in schema public to ${sight.login};` : null,
      columns: [
        ['sequence', 'text'],
        ['last', 'count'],
        ['ends', 'count'],
        ['used', 'share'],
      ],
      rows: rows.slice(0, 10).map((one) => row([one.name, one.last_value, one.ends_at, one.used])),
    });
  },
};

const ageRow = z.object({
  kind: z.enum(['database', 'table']),
  name: z.string(),
  transactions: countColumn,
  multixacts: countColumn,
  freeze_max_age: countColumn,
});

/** Of the 2³¹ ids after which Postgres refuses to write. */
const WRAP = { warning: 0.25, critical: 0.5 };
const ALL_IDS = 2_147_483_648;

export const wraparound: PanelSource = {
  panel: 'wraparound',
  statement: sql`/* regie:database */
    select * from (
      (select 'database' as kind, datname::text as name, age(datfrozenxid)::bigint as transactions,
        mxid_age(datminmxid)::bigint as multixacts, current_setting('autovacuum_freeze_max_age')::bigint as freeze_max_age
      from pg_database
      order by transactions desc
      limit 5)
      union all
      (select 'table', n.nspname || '.' || c.relname, age(c.relfrozenxid)::bigint, mxid_age(c.relminmxid)::bigint,
        current_setting('autovacuum_freeze_max_age')::bigint
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 't', 'm') and c.relfrozenxid <> '0'::xid
      order by age(c.relfrozenxid) desc
      limit 5)
    ) as oldest`,
  read: async (tx) => {
    const rows = await tx.rows(ageRow, wraparound.statement);
    const oldest = Math.max(0, ...rows.flatMap(({ transactions, multixacts }) => [transactions, multixacts]));
    return reading({
      level: levelAbove(oldest / ALL_IDS, WRAP.warning, WRAP.critical),
      ...{ value: oldest / ALL_IDS, kind: 'share', ...WRAP },
      columns: [
        ['kind', 'word'],
        ['name', 'text'],
        ['transactions', 'count'],
        ['multixacts', 'count'],
      ],
      rows: rows.map((one) => row([one.kind, one.name, one.transactions, one.multixacts])),
    });
  },
};

const replicaRow = z.object({
  kind: z.enum(['standby', 'slot']),
  name: z.string(),
  state: z.string().nullable(),
  behind: countColumn.nullable(),
  active: z.boolean().nullable(),
});

const BEHIND = { warning: 64 * 1_048_576, critical: 1_024 * 1_048_576 };

export const replication: PanelSource = {
  panel: 'replication',
  statement: sql`/* regie:database */
    with position as (
      select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end as lsn
    )
    select 'standby' as kind, coalesce(r.application_name, '') as name, r.state,
      pg_wal_lsn_diff(p.lsn, r.replay_lsn)::bigint as behind, true as active
    from pg_stat_replication r cross join position p
    union all
    select 'slot', s.slot_name::text, s.wal_status, pg_wal_lsn_diff(p.lsn, s.restart_lsn)::bigint, s.active
    from pg_replication_slots s cross join position p
    order by behind desc nulls last`,
  read: async (tx, sight) => {
    const rows = await tx.rows(replicaRow, replication.statement);
    const hidden = rows.filter(({ kind, state }) => kind === 'standby' && state === null).length;
    const behind = rows.map((one) => one.behind ?? 0);
    const worst = Math.max(0, ...behind);
    const lost = rows.some(({ kind, state }) => kind === 'slot' && state === 'lost');
    const level: PanelLevel = lost ? 'critical' : levelAbove(worst, BEHIND.warning, BEHIND.critical);
    return withHidden(
      reading({
        level: rows.length === 0 ? 'info' : level,
        ...{ value: rows.length === 0 ? null : worst, kind: 'bytes', ...BEHIND },
        notes: rows.length === 0 ? [note('no_replica')] : [],
        columns: [
          ['kind', 'word'],
          ['name', 'text'],
          ['state', 'state'],
          ['behind', 'bytes'],
          ['active', 'word'],
        ],
        rows: rows.map((one) =>
          row([one.kind, one.name, one.state, one.behind, one.active === null ? null : one.active ? 'yes' : 'no']),
        ),
      }),
      hidden,
      sight,
    );
  },
};

const counterRow = z.object({
  bytes: countColumn,
  hit: countColumn,
  read: countColumn,
  temp_files: countColumn,
  temp_bytes: countColumn,
  deadlocks: countColumn,
  commits: countColumn,
  rollbacks: countColumn,
  reset: z.string(),
  at: instantColumn,
});

const counterStatement = sql`/* regie:database */
    select pg_database_size(current_database()) as bytes, blks_hit as hit, blks_read as read, temp_files, temp_bytes,
      deadlocks, xact_commit as commits, xact_rollback as rollbacks, coalesce(stats_reset::text, '') as reset,
      clock_timestamp() as at
    from pg_stat_database
    where datname = current_database()`;

/** What the server has counted up to now. */
export const readSample = async (tx: Parameters<PanelSource['read']>[0]): Promise<Sample> => {
  const { temp_files: tempFiles, temp_bytes: tempBytes, ...rest } = await tx.row(counterRow, counterStatement);
  return { ...rest, tempFiles, tempBytes };
};

const HITS_WARNING = 0.95;
/** Fewer blocks than these say nothing about the cache. */
const BLOCKS = 10_000;

export const counters = (sampled: (sample: Sample) => void): PanelSource => ({
  panel: 'counters',
  statement: counterStatement,
  read: async (tx, _, samples) => {
    const now = await readSample(tx);
    sampled(now);
    const from = windowOf(samples, now);
    if (from === null) return reading({ level: 'unknown', notes: [note('measuring')], columns: [], rows: [] });
    const blocks = now.hit - from.hit + now.read - from.read;
    const hits = blocks > 0 ? (now.hit - from.hit) / blocks : null;
    const deadlocks = now.deadlocks - from.deadlocks;
    const ended = now.commits - from.commits + now.rollbacks - from.rollbacks;
    const cache: PanelLevel = hits !== null && blocks >= BLOCKS && hits < HITS_WARNING ? 'warning' : 'ok';
    return reading({
      level: worstLevel([cache, levelAbove(deadlocks, 1, 10)]),
      ...{ value: deadlocks, kind: 'count', warning: 1, critical: 10 },
      notes: [note('window', { from: from.at, to: now.at })],
      ...counted({
        deadlocks,
        hits,
        blocks,
        tempFiles: now.tempFiles - from.tempFiles,
        tempBytes: now.tempBytes - from.tempBytes,
        commits: now.commits - from.commits,
        rolledBack: ended > 0 ? (now.rollbacks - from.rollbacks) / ended : null,
      }),
    });
  },
});

/** One row of figures: their columns say what each is. */
const counted = (found: {
  deadlocks: number;
  hits: number | null;
  blocks: number;
  tempFiles: number;
  tempBytes: number;
  commits: number;
  rolledBack: number | null;
}) => ({
  columns: [
    ['deadlocks', 'count'],
    ['cacheHits', 'share'],
    ['blocks', 'count'],
    ['tempFiles', 'count'],
    ['tempBytes', 'bytes'],
    ['commits', 'count'],
    ['rolledBack', 'share'],
  ] as const,
  rows: [
    row([found.deadlocks, found.hits, found.blocks, found.tempFiles, found.tempBytes, found.commits, found.rolledBack]),
  ],
});
