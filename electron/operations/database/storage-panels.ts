import { z } from 'zod';
import { levelAbove, type PanelLevel } from '../../../shared/domain/database-panel.ts';
import { countColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { note, type PanelSource, reading, row } from './panel.ts';
import { growthOf } from './samples.ts';

/* What lies in the database: dead rows, indexes, sizes. None of it takes a lock on a table, whoever holds one. */

const tableRow = z.object({
  schema: z.string(),
  name: z.string(),
  live: countColumn,
  dead: countColumn,
  bytes: countColumn.nullable(),
  bloat_bytes: countColumn.nullable(),
  vacuumed_at: instantColumn.nullable(),
  analyzed_at: instantColumn.nullable(),
});

const DEAD = { warning: 0.2, critical: 0.5 };
/** Fewer dead rows than this are no reason to vacuum; the guide's own bound. */
const DEAD_ROWS = 1_000;

export const tables: PanelSource = {
  panel: 'tables',
  statement: sql`/* regie:database */
    with worst as (
      select s.relid, s.schemaname, s.relname, s.n_live_tup, s.n_dead_tup,
        greatest(s.last_vacuum, s.last_autovacuum) as vacuumed_at,
        greatest(s.last_analyze, s.last_autoanalyze) as analyzed_at
      from pg_stat_user_tables s
      order by s.n_dead_tup desc, s.relid
      limit 15
    )
    select w.schemaname::text as schema, w.relname::text as name, w.n_live_tup as live, w.n_dead_tup as dead,
      -- Not known before its first vacuum or analyze.
      nullif(c.relpages, 0)::bigint * current_setting('block_size')::bigint as bytes,
      -- By the average width of a row: an estimate, and only where this login may read the columns.
      case when c.reltuples >= 0 and p.width is not null then
        greatest(0, c.relpages::bigint * current_setting('block_size')::bigint
          - (c.reltuples * (p.width + 28) / 0.95)::bigint) end as bloat_bytes,
      w.vacuumed_at, w.analyzed_at
    from worst w
    join pg_class c on c.oid = w.relid
    cross join lateral (
      select sum((1 - s.null_frac) * s.avg_width) as width from pg_stats s
      where s.schemaname = w.schemaname and s.tablename = w.relname) as p
    order by w.n_dead_tup desc, c.relpages desc`,
  read: async (tx) => {
    const rows = await tx.rows(tableRow, tables.statement);
    const shareOf = ({ live, dead }: { live: number; dead: number }): number => dead / Math.max(1, live + dead);
    const worst = Math.max(0, ...rows.filter(({ dead }) => dead >= DEAD_ROWS).map(shareOf));
    return reading({
      level: levelAbove(worst, DEAD.warning, DEAD.critical),
      ...{ value: worst, kind: 'share', ...DEAD },
      notes: [note('estimate')],
      columns: [
        ['table', 'text'],
        ['live', 'count'],
        ['dead', 'count'],
        ['deadShare', 'share'],
        ['size', 'bytes'],
        ['bloat', 'bytes'],
        ['vacuumed', 'instant'],
        ['analyzed', 'instant'],
      ],
      rows: rows.map((one) =>
        row(
          [
            `${one.schema}.${one.name}`,
            one.live,
            one.dead,
            shareOf(one),
            one.bytes,
            one.bloat_bytes,
            one.vacuumed_at,
            one.analyzed_at,
          ],
          { relation: { kind: 'table', schema: one.schema, name: one.name } },
        ),
      ),
    });
  },
};

const indexRow = z.object({
  schema: z.string(),
  name: z.string(),
  table_name: z.string(),
  state: z.enum(['building', 'invalid', 'duplicate', 'unused']),
  duplicate_of: z.string().nullable(),
  scans: countColumn,
  bytes: countColumn,
  since: instantColumn.nullable(),
});

/** Smaller ones that nobody reads cost nothing worth a change. */
export const indexes: PanelSource = {
  panel: 'indexes',
  statement: sql`/* regie:database */
    select n.nspname::text as schema, i.relname::text as name, t.relname::text as table_name,
      case when not x.indisvalid then
          case when b.index_relid is null then 'invalid' else 'building' end
        when d.name is not null then 'duplicate' else 'unused' end as state,
      d.name as duplicate_of, coalesce(s.idx_scan, 0) as scans,
      i.relpages::bigint * current_setting('block_size')::bigint as bytes,
      (select stats_reset from pg_stat_database where datname = current_database()) as since
    from pg_index x
    join pg_class i on i.oid = x.indexrelid and i.relkind = 'i'
    join pg_class t on t.oid = x.indrelid and t.relpersistence <> 't'
    join pg_namespace n on n.oid = i.relnamespace
    left join pg_stat_user_indexes s on s.indexrelid = x.indexrelid
    left join pg_stat_progress_create_index b on b.index_relid = x.indexrelid
    left join lateral (
      select o.indexrelid::regclass::text as name
      from pg_index o
      join pg_class oi on oi.oid = o.indexrelid
      where o.indrelid = x.indrelid and o.indexrelid <> x.indexrelid and oi.relam = i.relam and o.indisvalid
        and (o.indkey::text, o.indclass::text, o.indcollation::text, o.indoption::text)
          = (x.indkey::text, x.indclass::text, x.indcollation::text, x.indoption::text)
        and pg_get_expr(o.indexprs, o.indrelid) is not distinct from pg_get_expr(x.indexprs, x.indrelid)
        and pg_get_expr(o.indpred, o.indrelid) is not distinct from pg_get_expr(x.indpred, x.indrelid)
        -- Of two that are the same, the one that must be unique is the one to stay, else the older one.
        and case when o.indisunique = x.indisunique then o.indexrelid < x.indexrelid else o.indisunique end
      limit 1) as d on true
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
      and (not x.indisvalid or d.name is not null
        or coalesce(s.idx_scan, 0) = 0 and not x.indisunique and i.relpages > 128
          and not exists (select from pg_constraint k where k.conindid = x.indexrelid))
    order by x.indisvalid, d.name is null, i.relpages desc, i.relname
    limit 30`,
  read: async (tx) => {
    const rows = await tx.rows(indexRow, indexes.statement);
    const invalid = rows.filter(({ state }) => state === 'invalid').length;
    const since = rows[0]?.since ?? null;
    const spare = rows.filter(({ state }) => state === 'duplicate' || state === 'unused').length;
    const level: PanelLevel = invalid > 0 ? 'warning' : spare > 0 ? 'info' : 'ok';
    return reading({
      level,
      ...{ value: invalid, kind: 'count', warning: 1 },
      notes: [
        note('indexes', { invalid, spare }),
        since === null ? note('statistics_always') : note('statistics_since', { at: since }),
      ],
      columns: [
        ['index', 'text'],
        ['table', 'text'],
        ['problem', 'word'],
        ['same', 'text'],
        ['scans', 'count'],
        ['size', 'bytes'],
      ],
      rows: rows.map((one) =>
        row([`${one.schema}.${one.name}`, one.table_name, one.state, one.duplicate_of, one.scans, one.bytes], {
          relation: { kind: 'index', schema: one.schema, name: one.name },
        }),
      ),
    });
  },
};

const sizeRow = z.object({
  name: z.string().nullable(),
  bytes: countColumn,
  database_bytes: countColumn,
  at: instantColumn,
});

/** How large it is and grows. The server doesn't say how large its disk is: whether there is room is never known here. */
export const sizes: PanelSource = {
  panel: 'sizes',
  statement: sql`/* regie:database */
    select n.nspname || '.' || c.relname as name,
      (c.relpages + coalesce(o.relpages, 0) + coalesce((
        select sum(i.relpages) from pg_index x join pg_class i on i.oid = x.indexrelid
        where x.indrelid in (c.oid, c.reltoastrelid)), 0))::bigint * current_setting('block_size')::bigint as bytes,
      pg_database_size(current_database()) as database_bytes, clock_timestamp() as at
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_class o on o.oid = c.reltoastrelid
    where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    order by bytes desc, name
    limit 10`,
  read: async (tx, sight, samples) => {
    const rows = await tx.rows(sizeRow, sizes.statement);
    const bytes = rows[0]?.database_bytes ?? 0;
    const growth = growthOf(samples, { at: sight.at, bytes });
    return reading({
      level: 'unknown',
      ...{ value: bytes, kind: 'bytes' },
      notes: [
        growth === null ? note('growth_unknown') : note('growth', { bytes: Math.round(growth) }),
        note('capacity_unknown'),
        note('sizes_estimate'),
      ],
      columns: [
        ['table', 'text'],
        ['size', 'bytes'],
      ],
      rows: rows.map((one) => row([one.name, one.bytes])),
    });
  },
};
