import { z } from 'zod';
import type { Transaction } from '../festival/pool.ts';
import { countColumn, idColumn, microsColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Micros } from './detector.ts';

/** What one look at a log brought. */
export type Reading = {
  readonly rows: number;
  /** False when the batch was full: there is more in this very snapshot. */
  readonly caughtUp: boolean;
};

/** Rows read in one transaction at most: bounds memory and the length of the transaction while catching up. */
export const BATCH = 5_000;
/** An id that has not appeared for so long was rolled back (detectors.md, "The tail"). */
const GAP_HOURS = 1;
/** Ids between two neighbouring rows that are watched at most: a sequence that was set far ahead leaves millions. */
const GAP_WIDTH = 10_000;

const positionRow = z.object({ last_id: idColumn, last_arrival: idColumn, now: microsColumn });
const upperRow = z.object({ upper: idColumn.nullable(), rows: countColumn });
const gapRow = z.object({ id: idColumn }).transform((row) => row.id);

/** Makes the two watermarks on a database that has none. */
export const ensureWatermarks = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:tail */
    insert into console.watermarks (source, last_id) values ('transactions', 0), ('scans', 0)
    on conflict (source) do nothing`);
};

/**
 * Takes the tail for this transaction. Two engines never read the same rows: the second waits here and then fails with
 * a serialization error, because its snapshot is older than the first one's work.
 */
const lockPosition = (tx: Transaction, source: 'transactions' | 'scans') =>
  tx.row(
    positionRow,
    sql`/* regie:tail */
      select last_id, last_arrival, (extract(epoch from now()) * 1000000)::bigint as now
      from console.watermarks where source = ${source} for update`,
  );

/** Ids below the watermark that somebody may still commit. */
const openGaps = (tx: Transaction, source: 'transactions' | 'scans'): Promise<number[]> =>
  tx.rows(gapRow, sql`/* regie:gaps */ select id from console.watermark_gaps where source = ${source} order by id`);

const advance = async (
  tx: Transaction,
  source: 'transactions' | 'scans',
  to: { lastId: number; lastArrival: number; foundGaps: readonly number[] },
): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    delete from console.watermark_gaps
    where source = ${source}
      and (id = any (${to.foundGaps}::bigint[]) or noticed_at < now() - make_interval(hours => ${GAP_HOURS}))`);
  await tx.run(sql`/* regie:tail */
    update console.watermarks set last_id = ${to.lastId}, last_arrival = ${to.lastArrival}, advanced_at = now()
    where source = ${source}`);
};

/**
 * Reads the new rows of the transaction log: those above the watermark and those that appeared in a gap, each once.
 * They become arrivals, advance the ledger and count as traffic, all in the caller's transaction (REPEATABLE READ), so
 * that every statement here sees the same rows.
 */
export const readTransactions = async (tx: Transaction, batch: number): Promise<Reading & { now: Micros }> => {
  const position = await lockPosition(tx, 'transactions');
  const gaps = await openGaps(tx, 'transactions');
  const found =
    gaps.length === 0
      ? []
      : await tx.rows(
          gapRow,
          sql`/* regie:gaps */ select log_id as id from public.app_transaction_log where log_id = any (${gaps}::bigint[])`,
        );
  const { upper, rows } = await tx.row(
    upperRow,
    sql`/* regie:tail */
      select max(log_id) as upper, count(*) as rows from (
        select log_id from public.app_transaction_log where log_id > ${position.last_id} order by log_id limit ${batch}) as next`,
  );
  const reading = { now: position.now, rows: rows + found.length, caughtUp: rows < batch };
  if (reading.rows === 0) return reading;
  const lastId = upper ?? position.last_id;

  const arrived = await tx.run(sql`/* regie:tail */
    insert into console.recent_transactions (arrival, log_id, transaction_id, card_id, transaction_type, status,
      amount_involved, previous_balance, new_balance, point_of_sale, edge_function_name, client_request_id,
      error_pattern, occurred_at)
    select ${position.last_arrival} + row_number() over (order by t.log_id), t.log_id, t.transaction_id, t.card_id,
      t.transaction_type, t.status, t.amount_involved, t.previous_balance, t.new_balance,
      coalesce(t.details ->> 'point_of_sale', t.details ->> 'bar', t.details ->> 'location'), t.edge_function_name,
      t.client_request_id, coalesce(t.details ->> 'error_code', t.details ->> 'error'), coalesce(t.timestamp, now())
    from (
      select * from public.app_transaction_log where log_id > ${position.last_id} and log_id <= ${lastId}
      union all
      select * from public.app_transaction_log where log_id = any (${found}::bigint[])) as t
    where coalesce(t.timestamp, now()) >= (select judged_from from console.watermarks where source = 'transactions')`);

  await tx.run(sql`/* regie:ledger */
    insert into console.card_ledger as ledger (card_id, expected_cents, last_log_id, completed_count, failed_count,
      last_balance, last_transaction_at)
    select t.card_id,
      sum(console.ledger_amount(t.transaction_type, t.status, t.amount_involved, t.details) * 100)::bigint,
      max(t.log_id), count(*) filter (where t.status = 'completed'), count(*) filter (where t.status = 'failed'),
      (array_agg(t.new_balance order by t.log_id desc))[1], max(t.timestamp)
    from (
      select * from public.app_transaction_log where log_id > ${position.last_id} and log_id <= ${lastId}
      union all
      select * from public.app_transaction_log where log_id = any (${found}::bigint[])) as t
    group by t.card_id
    order by t.card_id
    on conflict (card_id) do update set
      expected_cents = ledger.expected_cents + excluded.expected_cents,
      completed_count = ledger.completed_count + excluded.completed_count,
      failed_count = ledger.failed_count + excluded.failed_count,
      last_balance = case when excluded.last_log_id > ledger.last_log_id then excluded.last_balance else ledger.last_balance end,
      last_log_id = greatest(ledger.last_log_id, excluded.last_log_id),
      last_transaction_at = greatest(ledger.last_transaction_at, excluded.last_transaction_at),
      updated_at = now()`);

  // Corrections are the console's own doing, not the festival's traffic.
  await tx.run(sql`/* regie:traffic */
    insert into console.traffic_seconds as traffic (second, total, failed)
    select date_trunc('second', occurred_at), count(*), count(*) filter (where status = 'failed')
    from console.recent_transactions
    where arrival > ${position.last_arrival} and transaction_type <> 'manual_correction'
    group by 1
    order by 1
    on conflict (second) do update set total = traffic.total + excluded.total, failed = traffic.failed + excluded.failed`);

  // A gap counts only where the row after it is young: what is missing beside old rows was rolled back long ago.
  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, id)
    select 'transactions', missing
    from (
      select log_id, timestamp, lag(log_id, 1, ${position.last_id}::bigint) over (order by log_id) as before
      from public.app_transaction_log where log_id > ${position.last_id} and log_id <= ${lastId}) as t,
      generate_series(greatest(t.before + 1, t.log_id - ${GAP_WIDTH}), t.log_id - 1) as missing
    where t.log_id > t.before + 1 and coalesce(t.timestamp, now()) > now() - make_interval(hours => ${GAP_HOURS})
    on conflict (source, id) do nothing`);

  await advance(tx, 'transactions', { lastId, lastArrival: position.last_arrival + arrived, foundGaps: found });
  return reading;
};

/** As `readTransactions`, for the scan log. Uses only columns that every deployment has (festival-schema.md). */
export const readScans = async (tx: Transaction, batch: number): Promise<Reading> => {
  const position = await lockPosition(tx, 'scans');
  const gaps = await openGaps(tx, 'scans');
  const found =
    gaps.length === 0
      ? []
      : await tx.rows(
          gapRow,
          sql`/* regie:gaps */ select scan_log_id as id from public.nfc_scan_log where scan_log_id = any (${gaps}::bigint[])`,
        );
  const { upper, rows } = await tx.row(
    upperRow,
    sql`/* regie:tail */
      select max(scan_log_id) as upper, count(*) as rows from (
        select scan_log_id from public.nfc_scan_log
        where scan_log_id > ${position.last_id} order by scan_log_id limit ${batch}) as next`,
  );
  const reading = { rows: rows + found.length, caughtUp: rows < batch };
  if (reading.rows === 0) return reading;
  const lastId = upper ?? position.last_id;

  const arrived = await tx.run(sql`/* regie:tail */
    insert into console.recent_scans (arrival, scan_log_id, card_id, scan_status, device_identifier, occurred_at)
    select ${position.last_arrival} + row_number() over (order by s.scan_log_id), s.scan_log_id, s.card_id_scanned,
      s.scan_status, s.device_identifier, coalesce(s.scan_timestamp, now())
    from (
      select * from public.nfc_scan_log where scan_log_id > ${position.last_id} and scan_log_id <= ${lastId}
      union all
      select * from public.nfc_scan_log where scan_log_id = any (${found}::bigint[])) as s
    where coalesce(s.scan_timestamp, now()) >= (select judged_from from console.watermarks where source = 'scans')`);

  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, id)
    select 'scans', missing
    from (
      select scan_log_id, scan_timestamp, lag(scan_log_id, 1, ${position.last_id}::bigint) over (order by scan_log_id) as before
      from public.nfc_scan_log where scan_log_id > ${position.last_id} and scan_log_id <= ${lastId}) as s,
      generate_series(greatest(s.before + 1, s.scan_log_id - ${GAP_WIDTH}), s.scan_log_id - 1) as missing
    where s.scan_log_id > s.before + 1 and coalesce(s.scan_timestamp, now()) > now() - make_interval(hours => ${GAP_HOURS})
    on conflict (source, id) do nothing`);

  await advance(tx, 'scans', { lastId, lastArrival: position.last_arrival + arrived, foundGaps: found });
  return reading;
};
