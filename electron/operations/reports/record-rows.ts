import { z } from 'zod';
import type { FestivalReport } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import { severitySchema } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { countColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

const escalationRow = z.object({
  severity: severitySchema,
  step: z.int(),
  contact: z.string(),
  channel: z.string(),
  sent: countColumn,
  failed: countColumn,
  unknown: countColumn,
  cancelled: countColumn,
  pending: countColumn,
});

/** Messages of the escalation: to whom, over what, and what became of them. */
export const readEscalations = async (tx: Transaction, { from, to }: Stretch): Promise<FestivalReport['escalations']> =>
  firstOf(
    await tx.fittingRows(
      escalationRow,
      sql`/* regie:report */
        select severity, step, left(contact, 100) as contact, channel, count(*) filter (where state = 'sent') as sent,
          count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'unknown') as unknown,
          count(*) filter (where state = 'cancelled') as cancelled, count(*) filter (where state in ('due', 'sending')) as pending
        from console.deliveries
        where due_at >= ${from}::timestamptz and due_at < ${to}::timestamptz and operation_id is null
        group by 1, 2, 3, 4
        order by array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], severity), 2, 3, 4`,
      { name: 'deliveries', id: 'contact' },
    ),
    MOST_ROWS,
  );

const healthRow = z.object({
  day: z.string(),
  snapshots: countColumn,
  success_rate: z.number().nullable(),
  hourly: z.number().nullable(),
  p95: z.number().nullable(),
  critical: countColumn,
});

/** The guide's weekly health trends, by the day; snapshots that the maintenance has archived count as well. */
export const readHealthDays = async (
  tx: Transaction,
  { from, to, timeZone }: Stretch,
): Promise<FestivalReport['health']> => {
  const rows = await tx.rows(
    healthRow,
    sql`/* regie:report */
      with snapshot as (
        select snapshot_timestamp as at, success_rate_percent as rate, total_transactions_last_hour as hourly,
          p95_processing_time_ms as p95, overall_health_status as status
        from public.system_health_snapshots
        where snapshot_timestamp >= ${from}::timestamptz and snapshot_timestamp < ${to}::timestamptz
        union all
        select at, console.amount_of(data ->> 'success_rate_percent'), console.amount_of(data ->> 'total_transactions_last_hour'),
          console.amount_of(data ->> 'p95_processing_time_ms'), data ->> 'overall_health_status'
        from (select data, console.time_of(data ->> 'snapshot_timestamp') as at from console.archive
          where source = 'system_health_snapshots') as archived
        where at >= ${from}::timestamptz and at < ${to}::timestamptz
      )
      select (at at time zone ${timeZone})::date::text as day, count(*) as snapshots, round(avg(rate), 2)::float8 as success_rate,
        round(avg(hourly), 1)::float8 as hourly, round(avg(p95), 1)::float8 as p95,
        count(*) filter (where status = 'CRITICAL') as critical
      from snapshot group by 1 order by 1`,
  );
  return firstOf(
    rows.map(({ success_rate, hourly, p95, ...row }) => ({
      ...{ ...row, successRate: success_rate, hourlyTransactions: hourly, detectionP95: p95 },
    })),
    MOST_ROWS,
  );
};

const kindRow = z.object({ kind: z.string(), count: countColumn });
const entryRow = z.object({
  number: serialColumn,
  at: instantColumn,
  kind: z.string(),
  text: z.string(),
  place: z.string().nullable(),
  author: z.string(),
  why: z.string().nullable(),
  agreed: z.string().nullable(),
  struck: z.boolean(),
  entries: countColumn,
});

/** Longer ones stand in the log's own export. */
const TEXT = 2_000;

/** What the incident log says of the stretch: how much, and its decisions and important entries as they were corrected last. */
export const readLog = async (tx: Transaction, { from, to }: Stretch): Promise<FestivalReport['log']> => {
  const kinds = await tx.rows(
    kindRow,
    // By log_entries_occurred_idx.
    sql`/* regie:report */
      select kind, count(*) as count from console.log_entries
      where act = 'written' and occurred_at >= ${from}::timestamptz and occurred_at < ${to}::timestamptz
      group by 1 order by 2 desc, 1`,
  );
  const entries = await tx.rows(
    entryRow,
    sql`/* regie:report */
      select e.number, e.occurred_at as at, e.kind, left(coalesce(c.text, e.text), ${TEXT}::int) as text, e.place, e.author,
        left(coalesce(c.decision, e.decision) ->> 'why', ${TEXT}::int) as why,
        left(coalesce(c.decision, e.decision) ->> 'agreed', ${TEXT}::int) as agreed,
        exists (select from console.log_entries s where s.refers_to = e.entry_id and s.act = 'struck') as struck,
        count(*) over () as entries
      from console.log_entries e
      left join lateral (
        select text, decision from console.log_entries c where c.refers_to = e.entry_id and c.act = 'corrected'
        order by c.number desc limit 1) as c on true
      where e.act = 'written' and (e.kind = 'decision' or e.importance = 'important')
        and e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${to}::timestamptz
      order by e.occurred_at, e.number limit ${MOST_ROWS}`,
  );
  return {
    kinds,
    entries: firstOf(
      entries.map(({ entries: _, ...entry }) => entry),
      MOST_ROWS,
      entries[0]?.entries,
    ),
  };
};

const words = z.object({ en: z.string(), fr: z.string() }).catch({ en: '', fr: '' });
const checklistRow = z.object({
  list_id: z.string(),
  window_key: z.string(),
  title: words,
  started_at: instantColumn,
  signed_at: instantColumn.nullable(),
  signed_by: z.string().nullable(),
  hash: z.string(),
  overrides: z.array(z.object({ item: z.string(), by: z.string(), reason: z.string() })),
  runs: countColumn,
});

/** Checklists that were started in the stretch, with who signed them and what was let pass. */
export const readChecklists = async (tx: Transaction, { from, to }: Stretch): Promise<FestivalReport['checklists']> => {
  const rows = await tx.rows(
    checklistRow,
    // By checklist_runs_started_idx.
    sql`/* regie:report */
      select r.list_id, r.window_key, r.list -> 'title' as title, r.started_at, s.at as signed_at, s.actor as signed_by,
        encode(coalesce((select e.hash from console.checklist_entries e where (e.list_id, e.window_key) = (r.list_id, r.window_key)
          order by e.seq desc limit 1), r.hash), 'hex') as hash,
        coalesce((select jsonb_agg(jsonb_build_object('item', e.item_id, 'by', e.actor, 'reason', left(e.reason, 500)) order by e.seq)
          from console.checklist_entries e
          where (e.list_id, e.window_key) = (r.list_id, r.window_key) and e.act = 'overridden'), '[]') as overrides,
        count(*) over () as runs
      from console.checklist_runs r
      left join console.checklist_entries s on (s.list_id, s.window_key) = (r.list_id, r.window_key) and s.act = 'signed'
      where r.started_at >= ${from}::timestamptz and r.started_at < ${to}::timestamptz
      order by r.started_at, r.list_id, r.window_key limit ${MOST_ROWS}`,
  );
  const runs = rows.map(({ list_id, window_key, started_at, signed_at, signed_by, runs: _, ...row }) => ({
    ...{ ...row, listId: list_id, windowKey: window_key, startedAt: started_at },
    ...{ signedAt: signed_at, signedBy: signed_by },
  }));
  return firstOf(runs, MOST_ROWS, rows[0]?.runs);
};
