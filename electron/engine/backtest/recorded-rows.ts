import { z } from 'zod';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { idColumn, microsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Micros } from '../detector.ts';
import { scanRow, transactionRow } from '../tail/log-rows.ts';

const boundsRow = z.object({ first: idColumn, last: idColumn });
const timeRow = z.object({ id: idColumn, at: microsColumn });

/** Ids of both logs between which a stretch of time lies. */
export type Range = { readonly first: number; readonly last: number };

/** Rows of the transaction log after an id, in the order of ids. By primary key. */
export const recordedTransactions = (database: FestivalDatabase, after: number, upTo: number, limit: number) =>
  database.read((tx) =>
    tx.rows(
      transactionRow,
      sql`/* regie:backtest */
        select log_id as arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved,
          previous_balance, new_balance,
          coalesce(details ->> 'point_of_sale', details ->> 'bar', details ->> 'location') as point_of_sale,
          coalesce(details ->> 'error_code', details ->> 'error') as error_pattern, client_request_id,
          false as settled_late,
          (extract(epoch from coalesce(timestamp, now())) * 1000000)::bigint as at
        from public.app_transaction_log
        where log_id > ${after} and log_id <= ${upTo}
        order by log_id limit ${limit}`,
    ),
  );

/** Rows of the scan log after an id, in the order of ids. By primary key. */
export const recordedScans = (database: FestivalDatabase, after: number, upTo: number, limit: number) =>
  database.read((tx) =>
    tx.rows(
      scanRow,
      sql`/* regie:backtest */
        select scan_log_id as arrival, scan_log_id, card_id_scanned as card_id, scan_status, device_identifier,
          case when s.scan_status <> 'success' then coalesce(to_jsonb(s) ->> 'error_code', to_jsonb(s) ->> 'error_message') end as error,
          (extract(epoch from coalesce(scan_timestamp, now())) * 1000000)::bigint as at
        from public.nfc_scan_log s
        where scan_log_id > ${after} and scan_log_id <= ${upTo}
        order by scan_log_id limit ${limit}`,
    ),
  );

/**
 * Where a stretch of time begins in both logs: found by halving the ids, because the festival may keep no index on time.
 * Rows are about in the order of their times; a margin before the stretch takes in what was written late.
 */
export const rangesSince = (database: FestivalDatabase, from: Micros): Promise<{ transactions: Range; scans: Range }> =>
  database.read(async (tx) => ({
    transactions: await rangeOf(
      await tx.row(
        boundsRow,
        sql`/* regie:backtest */ select coalesce(min(log_id), 1) as first, coalesce(max(log_id), 0) as last from public.app_transaction_log`,
      ),
      from,
      (id) => transactionAt(tx, id),
    ),
    scans: await rangeOf(
      await tx.row(
        boundsRow,
        sql`/* regie:backtest */ select coalesce(min(scan_log_id), 1) as first, coalesce(max(scan_log_id), 0) as last from public.nfc_scan_log`,
      ),
      from,
      (id) => scanAt(tx, id),
    ),
  }));

const transactionAt = (tx: Transaction, id: number) =>
  tx.maybeRow(
    timeRow,
    sql`/* regie:backtest */
      select log_id as id, (extract(epoch from timestamp) * 1000000)::bigint as at from public.app_transaction_log
      where log_id >= ${id} and timestamp is not null order by log_id limit 1`,
  );

const scanAt = (tx: Transaction, id: number) =>
  tx.maybeRow(
    timeRow,
    sql`/* regie:backtest */
      select scan_log_id as id, (extract(epoch from scan_timestamp) * 1000000)::bigint as at from public.nfc_scan_log
      where scan_log_id >= ${id} and scan_timestamp is not null order by scan_log_id limit 1`,
  );

const rangeOf = async (
  bounds: Range,
  from: Micros,
  rowAt: (id: number) => Promise<{ id: number; at: Micros } | undefined>,
): Promise<Range> => {
  let low = bounds.first;
  let high = bounds.last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await rowAt(middle);
    if (row === undefined || row.at >= from) high = middle;
    else low = Math.max(row.id, middle) + 1;
  }
  return { first: low, last: bounds.last };
};
