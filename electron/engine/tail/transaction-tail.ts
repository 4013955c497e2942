import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { TransactionRow } from '../detector.ts';
import { transactionRow } from './log-rows.ts';
import { GAP_HOURS, GAP_WIDTH, type OpenIds, type Position } from './positions.ts';

const lateRow = z.object({ id: idColumn, status: z.string() });

/** Rows that appeared in a gap, and rows whose status is decided by now. By primary key. */
export const lateTransactions = async (
  tx: Transaction,
  open: OpenIds,
): Promise<{ found: number[]; settled: number[] }> => {
  if (open.transactions.length + open.unsettled.length === 0) return { found: [], settled: [] };
  const rows = await tx.rows(
    lateRow,
    sql`/* regie:gaps */
      select log_id as id, status from public.app_transaction_log
      where log_id = any (${[...open.transactions, ...open.unsettled]}::bigint[]) order by log_id`,
  );
  const unsettled = new Set(open.unsettled);
  return {
    found: rows.filter(({ id }) => !unsettled.has(id)).map(({ id }) => id),
    settled: rows.filter(({ id, status }) => unsettled.has(id) && isFinal(status)).map(({ id }) => id),
  };
};

const isFinal = (status: string): boolean => status === 'completed' || status === 'failed';

/** What was read with its status open becomes an arrival once more. */
export const forgetUndecided = async (tx: Transaction, settled: readonly number[]): Promise<void> => {
  await tx.run(sql`/* regie:settled */
    with decided as (delete from console.unsettled where log_id = any (${settled}::bigint[]))
    delete from console.recent_transactions where log_id = any (${settled}::bigint[])`);
};

/**
 * Takes transactions over as arrivals, those of the range and single ones that appeared or were decided late; counts the
 * traffic of each second, and notes whose status is open. Corrections are the console's own doing and no traffic, and a
 * row whose status is open has neither failed nor succeeded yet.
 */
export const takeTransactions = (
  tx: Transaction,
  rows: { position: Position; lastId: number; single: readonly number[]; settled: readonly number[] },
): Promise<TransactionRow[]> =>
  tx.rows(
    transactionRow,
    sql`/* regie:tail */
      with arrived as (
        insert into console.recent_transactions (arrival, log_id, transaction_id, card_id, transaction_type, status,
          amount_involved, previous_balance, new_balance, point_of_sale, edge_function_name, client_request_id,
          error_pattern, occurred_at, settled_late)
        select ${rows.position.lastArrival} + row_number() over (order by t.log_id), t.log_id, t.transaction_id, t.card_id,
          t.transaction_type, t.status, t.amount_involved, t.previous_balance, t.new_balance,
          coalesce(t.details ->> 'point_of_sale', t.details ->> 'bar', t.details ->> 'location'), t.edge_function_name,
          t.client_request_id, coalesce(t.details ->> 'error_code', t.details ->> 'error'), coalesce(t.timestamp, now()),
          t.log_id = any (${rows.settled}::bigint[])
        from (
          select * from public.app_transaction_log where log_id > ${rows.position.lastId} and log_id <= ${rows.lastId}
          union all
          select * from public.app_transaction_log where log_id = any (${rows.single}::bigint[])) as t
        where coalesce(t.timestamp, now()) >= (select judged_from from console.watermarks where source = 'transactions')
        returning *
      ), undecided as (
        insert into console.unsettled (log_id, status)
        select log_id, status from arrived where status not in ('completed', 'failed')
        on conflict (log_id) do nothing
      ), traffic as (
        insert into console.traffic_seconds as counted (second, total, failed)
        select date_trunc('second', occurred_at), count(*), count(*) filter (where status = 'failed')
        from arrived where transaction_type <> 'manual_correction' and status in ('completed', 'failed')
        group by 1
        order by 1
        on conflict (second) do update set total = counted.total + excluded.total, failed = counted.failed + excluded.failed
      )
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, client_request_id, settled_late,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from arrived order by arrival`,
  );

/** In the history a hole counts only where the row after it is young: what is missing beside old rows was rolled back. */
export const noteTransactionGaps = async (tx: Transaction, position: Position, lastId: number): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, id)
    select 'transactions', missing
    from (
      select log_id, timestamp, lag(log_id, 1, ${position.lastId}::bigint) over (order by log_id) as before
      from public.app_transaction_log where log_id > ${position.lastId} and log_id <= ${lastId}) as t,
      generate_series(greatest(t.before + 1, t.log_id - ${GAP_WIDTH}), t.log_id - 1) as missing
    where t.log_id > t.before + 1
      and (t.log_id > ${position.historyUpTo} or coalesce(t.timestamp, now()) > now() - make_interval(hours => ${GAP_HOURS}))
    on conflict (source, id) do nothing`);
};
