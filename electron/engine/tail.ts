import { z } from 'zod';
import type { Transaction } from '../festival/pool.ts';
import { countColumn, idColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Micros } from './detector.ts';
import { advanceLedger } from './ledger.ts';
import {
  advance,
  BATCH,
  GAP_HOURS,
  GAP_WIDTH,
  HISTORY_BATCH,
  idRow,
  lockPosition,
  openGaps,
  type Position,
  type Reading,
} from './positions.ts';

/** Rows whose status was open when they were read are looked up again for so long. */
const UNSETTLED_HOURS = 24;

const upperRow = z.object({ upper: idColumn.nullable(), rows: countColumn, young: countColumn, newest: idColumn });
const lateRow = z.object({ id: idColumn, status: z.string() });

/**
 * Reads the new rows of the transaction log: those above the watermark, those that appeared in a gap, and those whose
 * status was decided late, each once. They become arrivals, advance the ledger and count as traffic, all in the caller's
 * transaction (REPEATABLE READ), so that every statement here sees the same rows.
 */
export const readTransactions = async (tx: Transaction, batch = BATCH): Promise<Reading & { now: Micros }> => {
  const position = await lockPosition(tx, 'transactions');
  const late = await readLate(tx);
  const next = await nextRange(tx, position, batch);
  const single = [...late.found, ...late.settled];
  const lastId = next.upper ?? position.last_id;
  const history = position.last_id < position.history_up_to;
  const reading = {
    now: position.now,
    rows: next.rows + single.length,
    caughtUp: next.rows < next.limit,
    behind: Math.max(0, next.newest - lastId),
    history: history && lastId < position.history_up_to,
  };
  if (reading.rows === 0) return reading;

  if (late.settled.length > 0) {
    await tx.run(sql`/* regie:settled */
      with decided as (delete from console.unsettled where log_id = any (${late.settled}::bigint[]))
      delete from console.recent_transactions where log_id = any (${late.settled}::bigint[])`);
  }
  const arrived = await takeArrivals(tx, { position, lastId, single, settled: late.settled });
  await advanceLedger(tx, { after: position.last_id, upTo: lastId, single });
  const arrivals = { after: position.last_arrival, upTo: position.last_arrival + arrived };
  await countTraffic(tx, arrivals);
  await noteUnsettled(tx, arrivals);
  await noteGaps(tx, position, lastId);
  await advance(tx, 'transactions', {
    lastId,
    lastArrival: position.last_arrival + arrived,
    foundGaps: late.found,
    historyDone: lastId >= position.history_up_to,
  });
  return reading;
};

/** Ids that appeared in a gap, and ids whose status is decided by now. By primary key. */
const readLate = async (tx: Transaction): Promise<{ found: number[]; settled: number[] }> => {
  const gaps = await openGaps(tx, 'transactions');
  const unsettled = await tx.rows(
    idRow,
    sql`/* regie:settled */
      select log_id as id from console.unsettled
      where noticed_at > now() - make_interval(hours => ${UNSETTLED_HOURS}) order by log_id`,
  );
  if (gaps.length + unsettled.length === 0) return { found: [], settled: [] };
  const rows = await tx.rows(
    lateRow,
    sql`/* regie:gaps */
      select log_id as id, status from public.app_transaction_log
      where log_id = any (${[...gaps, ...unsettled]}::bigint[]) order by log_id`,
  );
  const known = new Set(unsettled);
  return {
    found: rows.filter(({ id }) => !known.has(id)).map(({ id }) => id),
    settled: rows.filter(({ id, status }) => known.has(id) && isFinal(status)).map(({ id }) => id),
  };
};

const isFinal = (status: string): boolean => status === 'completed' || status === 'failed';

/** How far to read now. Old rows, which only build the ledger, are read in larger steps. */
const nextRange = async (tx: Transaction, position: Position, batch: number) => {
  const rangeOf = async (limit: number) => ({
    limit,
    ...(await tx.row(
      upperRow,
      sql`/* regie:tail */
        select max(log_id) as upper, count(*) as rows,
          count(*) filter (where coalesce(timestamp, now()) >= (select judged_from from console.watermarks where source = 'transactions')) as young,
          (select coalesce(max(log_id), 0) from public.app_transaction_log) as newest
        from (
          select log_id, timestamp from public.app_transaction_log
          where log_id > ${position.last_id} order by log_id limit ${limit}) as next`,
    )),
  });
  if (position.last_id >= position.history_up_to || batch < BATCH) return rangeOf(batch);
  const large = await rangeOf(HISTORY_BATCH);
  return large.young > batch ? rangeOf(batch) : large;
};

const takeArrivals = (
  tx: Transaction,
  rows: { position: Position; lastId: number; single: readonly number[]; settled: readonly number[] },
): Promise<number> =>
  tx.run(sql`/* regie:tail */
    insert into console.recent_transactions (arrival, log_id, transaction_id, card_id, transaction_type, status,
      amount_involved, previous_balance, new_balance, point_of_sale, edge_function_name, client_request_id,
      error_pattern, occurred_at, settled_late)
    select ${rows.position.last_arrival} + row_number() over (order by t.log_id), t.log_id, t.transaction_id, t.card_id,
      t.transaction_type, t.status, t.amount_involved, t.previous_balance, t.new_balance,
      coalesce(t.details ->> 'point_of_sale', t.details ->> 'bar', t.details ->> 'location'), t.edge_function_name,
      t.client_request_id, coalesce(t.details ->> 'error_code', t.details ->> 'error'), coalesce(t.timestamp, now()),
      t.log_id = any (${rows.settled}::bigint[])
    from (
      select * from public.app_transaction_log where log_id > ${rows.position.last_id} and log_id <= ${rows.lastId}
      union all
      select * from public.app_transaction_log where log_id = any (${rows.single}::bigint[])) as t
    where coalesce(t.timestamp, now()) >= (select judged_from from console.watermarks where source = 'transactions')`);

/** New arrivals. Both ends are given: with one alone, and before the first ANALYZE, Postgres would read the whole table. */
type Arrivals = { readonly after: number; readonly upTo: number };

/** Corrections are the console's own doing, and a row whose status is open has neither failed nor succeeded yet. */
const countTraffic = async (tx: Transaction, { after, upTo }: Arrivals): Promise<void> => {
  await tx.run(sql`/* regie:traffic */
    insert into console.traffic_seconds as traffic (second, total, failed)
    select date_trunc('second', occurred_at), count(*), count(*) filter (where status = 'failed')
    from console.recent_transactions
    where arrival > ${after} and arrival <= ${upTo} and transaction_type <> 'manual_correction' and status in ('completed', 'failed')
    group by 1
    order by 1
    on conflict (second) do update set total = traffic.total + excluded.total, failed = traffic.failed + excluded.failed`);
};

const noteUnsettled = async (tx: Transaction, { after, upTo }: Arrivals): Promise<void> => {
  await tx.run(sql`/* regie:settled */
    insert into console.unsettled (log_id, status)
    select log_id, status from console.recent_transactions
    where arrival > ${after} and arrival <= ${upTo} and status not in ('completed', 'failed')
    on conflict (log_id) do nothing`);
};

/** In the history a hole counts only where the row after it is young: what is missing beside old rows was rolled back. */
const noteGaps = async (tx: Transaction, position: Position, lastId: number): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, id)
    select 'transactions', missing
    from (
      select log_id, timestamp, lag(log_id, 1, ${position.last_id}::bigint) over (order by log_id) as before
      from public.app_transaction_log where log_id > ${position.last_id} and log_id <= ${lastId}) as t,
      generate_series(greatest(t.before + 1, t.log_id - ${GAP_WIDTH}), t.log_id - 1) as missing
    where t.log_id > t.before + 1
      and (t.log_id > ${position.history_up_to} or coalesce(t.timestamp, now()) > now() - make_interval(hours => ${GAP_HOURS}))
    on conflict (source, id) do nothing`);
};
