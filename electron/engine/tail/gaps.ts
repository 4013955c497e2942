import { z } from 'zod';
import { LOWEST_ID, type RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { BATCH, GAP_HOURS, type Position } from './positions.ts';

/** Rows whose status was open when they were read are looked up again for so long. */
const UNSETTLED_HOURS = 24;
/**
 * Gaps, and undecided rows, that one cycle looks up: so many of the newest, which are the likeliest to appear, and as many
 * of all in turn. So a cycle's cost is bounded, whatever a sequence or a writer leaves behind.
 */
const LOOKED_UP = 2_000;

const lateRow = z.object({ kind: z.enum(['appeared', 'settled']), id: idColumn });

/** Ids of rows that appeared in a gap, and of rows whose status is decided by now; a batch of them at most. */
export type Late = { readonly found: readonly RowId[]; readonly settled: readonly RowId[] };

/**
 * What appeared below the watermark of the transactions. A range of the primary key for each gap, and the primary key
 * for what was undecided; forgets gaps that are an hour old.
 */
export const lateTransactions = async (tx: Transaction): Promise<Late> => {
  const rows = await tx.rows(
    lateRow,
    sql`/* regie:gaps */
      with expired as (
        delete from console.watermark_gaps
        where source = 'transactions' and noticed_at < now() - make_interval(hours => ${GAP_HOURS})
      ), round as (
        select gaps_looked_to, unsettled_looked_to from console.watermarks where source = 'transactions'
      ), newest as materialized (
        select first_id, last_id from console.watermark_gaps
        where source = 'transactions' and noticed_at >= now() - make_interval(hours => ${GAP_HOURS})
        order by noticed_at desc limit ${LOOKED_UP}
      ), turn as materialized (
        select first_id, last_id from console.watermark_gaps
        where source = 'transactions' and first_id > (select gaps_looked_to from round)
          and noticed_at >= now() - make_interval(hours => ${GAP_HOURS})
        order by first_id limit ${LOOKED_UP}
      ), undecided_newest as materialized (
        select log_id from console.unsettled
        where noticed_at > now() - make_interval(hours => ${UNSETTLED_HOURS})
        order by noticed_at desc limit ${LOOKED_UP}
      ), undecided_turn as materialized (
        select log_id from console.unsettled
        where log_id > (select unsettled_looked_to from round)
          and noticed_at > now() - make_interval(hours => ${UNSETTLED_HOURS})
        order by log_id limit ${LOOKED_UP}
      ), moved as (
        update console.watermarks w
        set gaps_looked_to = next.gaps, unsettled_looked_to = next.unsettled
        from (
          select
            (select case when count(*) = ${LOOKED_UP} then max(first_id) else ${ROUND_BEGINS}::bigint end from turn) as gaps,
            (select case when count(*) = ${LOOKED_UP} then max(log_id) else ${ROUND_BEGINS}::bigint end
              from undecided_turn) as unsettled) as next
        where w.source = 'transactions' and (w.gaps_looked_to, w.unsettled_looked_to) <> (next.gaps, next.unsettled)
      )
      (select 'appeared' as kind, t.log_id as id
        from (select * from newest union select * from turn) as gap
        cross join lateral (
          select log_id from public.app_transaction_log
          where log_id between gap.first_id and gap.last_id order by log_id limit ${BATCH}) as t
        limit ${BATCH})
      union all
      select 'settled', t.log_id
      from (select console.meanings() as meanings offset 0) as meant
      cross join (select * from undecided_newest union select * from undecided_turn) as undecided
      cross join lateral (
        select log_id from public.app_transaction_log
        where log_id = undecided.log_id and console.status_of(console.word_of(status), meant.meanings) in ('completed', 'failed')
        offset 0) as t`,
  );
  const of = (kind: z.output<typeof lateRow>['kind']) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  return { found: of('appeared'), settled: of('settled') };
};

/** A round that has come through begins below every id. */
const ROUND_BEGINS = LOWEST_ID;

/** The same for scans, which are never undecided. */
export const lateScans = async (tx: Transaction): Promise<readonly RowId[]> => {
  const rows = await tx.rows(
    lateRow,
    sql`/* regie:gaps */
      with expired as (
        delete from console.watermark_gaps
        where source = 'scans' and noticed_at < now() - make_interval(hours => ${GAP_HOURS})
      ), newest as materialized (
        select first_id, last_id from console.watermark_gaps
        where source = 'scans' and noticed_at >= now() - make_interval(hours => ${GAP_HOURS})
        order by noticed_at desc limit ${LOOKED_UP}
      ), turn as materialized (
        select first_id, last_id from console.watermark_gaps
        where source = 'scans' and noticed_at >= now() - make_interval(hours => ${GAP_HOURS})
          and first_id > (select gaps_looked_to from console.watermarks where source = 'scans')
        order by first_id limit ${LOOKED_UP}
      ), moved as (
        update console.watermarks w set gaps_looked_to = next.gaps
        from (
          select case when count(*) = ${LOOKED_UP} then max(first_id) else ${ROUND_BEGINS}::bigint end as gaps
          from turn) as next
        where w.source = 'scans' and w.gaps_looked_to <> next.gaps
      )
      select 'appeared' as kind, t.scan_log_id as id
      from (select * from newest union select * from turn) as gap
      cross join lateral (
        select scan_log_id from public.nfc_scan_log
        where scan_log_id between gap.first_id and gap.last_id order by scan_log_id limit ${BATCH}) as t
      limit ${BATCH}`,
  );
  return rows.map(({ id }) => id);
};

/**
 * Notes which ids are missing between the rows of a range. In the history a hole counts only where the row after it is
 * young: what is missing beside old rows was rolled back.
 */
export const noteTransactionGaps = async (tx: Transaction, position: Position, lastId: RowId): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, first_id, last_id)
    select 'transactions', t.before + 1, t.log_id - 1
    from (select null::timestamptz as timestamp) as absent
    cross join lateral (
      select log_id, console.time_of(timestamp) as stated, lag(log_id, 1, ${position.lastId}::bigint) over (order by log_id) as before
      from public.app_transaction_log where log_id > ${position.lastId} and log_id <= ${lastId}) as t
    where t.log_id > t.before + 1
      and (t.log_id > ${position.historyUpTo} or coalesce(t.stated, now()) > now() - make_interval(hours => ${GAP_HOURS}))
    on conflict (source, first_id) do nothing`);
};

/** The same for scans. */
export const noteScanGaps = async (tx: Transaction, position: Position, lastId: RowId): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, first_id, last_id)
    select 'scans', s.before + 1, s.scan_log_id - 1
    from (
      select scan_log_id, console.time_of(scan_timestamp) as stated, lag(scan_log_id, 1, ${position.lastId}::bigint) over (order by scan_log_id) as before
      from public.nfc_scan_log where scan_log_id > ${position.lastId} and scan_log_id <= ${lastId}) as s
    where s.scan_log_id > s.before + 1
      and (s.scan_log_id > ${position.historyUpTo} or coalesce(s.stated, now()) > now() - make_interval(hours => ${GAP_HOURS}))
    on conflict (source, first_id) do nothing`);
};

/** Takes the ids that appeared out of their gaps. What is left above the last of them counts as noticed just now. */
export const fillGaps = async (
  tx: Transaction,
  found: { readonly transactions: readonly RowId[]; readonly scans: readonly RowId[] },
): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    with found as (
      select 'transactions' as source, unnest(${found.transactions}::bigint[]) as id
      union all
      select 'scans', unnest(${found.scans}::bigint[])
    ), filled as (
      select f.source, g.first_id, f.id
      from found f
      cross join lateral (
        select first_id, last_id from console.watermark_gaps
        where source = f.source and first_id <= f.id order by first_id desc limit 1) as g
      where g.last_id >= f.id
    ), gone as (
      delete from console.watermark_gaps g
      using (select distinct source, first_id from filled) as f
      where g.source = f.source and g.first_id = f.first_id
      returning g.*
    )
    insert into console.watermark_gaps (source, first_id, last_id, noticed_at)
    select source, first_id, last_id, noticed_at
    from (
      select gone.source, lag(f.id, 1, gone.first_id - 1) over (partition by gone.source, gone.first_id order by f.id) + 1 as first_id,
        f.id - 1 as last_id, gone.noticed_at
      from gone join filled f using (source, first_id)
      union all
      select gone.source, max(f.id) + 1, gone.last_id, now()
      from gone join filled f using (source, first_id)
      group by gone.source, gone.first_id, gone.last_id) as rest
    where first_id <= last_id`);
};
