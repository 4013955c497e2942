import { z } from 'zod';
import { idBefore, type RowId, rowId } from '../../../shared/domain/row-id.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { idColumn, microsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Micros } from '../detector.ts';
import { scanReader, transactionReader } from '../tail/log-rows.ts';

const boundsRow = z.object({ first: idColumn, last: idColumn });
const timeRow = z.object({ id: idColumn, at: microsColumn });

/** Ids of a log between which a stretch of time lies: above the first, up to the last. */
export type Range = { readonly after: RowId; readonly last: RowId };

/** Rows of the transaction log after an id, in the order of ids. By primary key. */
export const recordedTransactions = (database: FestivalDatabase, after: RowId, upTo: RowId, limit: number) =>
  database.read((tx) =>
    tx.read(
      transactionReader,
      sql`/* regie:backtest */
        select row_number() over (order by log_id) as arrival, log_id, console.uuid_of(transaction_id)::text as transaction_id,
          coalesce(console.key_of(card_id), '') as card_id, console.type_word(console.word_of(transaction_type)) as transaction_type,
          console.known_status(console.word_of(status)) as status, console.amount_of(amount_involved) as amount_involved,
          console.amount_of(previous_balance) as previous_balance, console.amount_of(new_balance) as new_balance,
          console.word_of(coalesce(facts ->> 'point_of_sale', facts ->> 'bar', facts ->> 'location')) as point_of_sale,
          console.word_of(coalesce(facts ->> 'error_code', facts ->> 'error')) as error_pattern,
          console.key_of(client_request_id) as client_request_id, false as settled_late, null as stated_at,
          null as edge_function_name, (extract(epoch from coalesce(console.time_of(timestamp), now())) * 1000000)::bigint as at
        from public.app_transaction_log cross join lateral (select console.json_of(details) as facts) as json
        where log_id > ${after} and log_id <= ${upTo}
        order by log_id limit ${limit}`,
    ),
  );

/** Rows of the scan log after an id, in the order of ids. By primary key. */
export const recordedScans = (database: FestivalDatabase, after: RowId, upTo: RowId, limit: number) =>
  database.read((tx) =>
    tx.read(
      scanReader,
      sql`/* regie:backtest */
        select row_number() over (order by scan_log_id) as arrival, scan_log_id, console.key_of(card_id_scanned) as card_id,
          console.word_of(scan_status) as scan_status, console.key_of(device_identifier) as device_identifier,
          case when console.word_of(scan_status) <> 'success'
            then console.word_of(coalesce(to_jsonb(s) ->> 'error_code', to_jsonb(s) ->> 'error_message')) end as error,
          null as stated_at, (extract(epoch from coalesce(console.time_of(scan_timestamp), now())) * 1000000)::bigint as at
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

const transactionAt = (tx: Transaction, id: RowId) =>
  tx.maybeRow(
    timeRow,
    sql`/* regie:backtest */
      select log_id as id, (extract(epoch from console.time_of(timestamp)) * 1000000)::bigint as at from public.app_transaction_log
      where log_id >= ${id} and console.time_of(timestamp) is not null order by log_id limit 1`,
  );

const scanAt = (tx: Transaction, id: RowId) =>
  tx.maybeRow(
    timeRow,
    sql`/* regie:backtest */
      select scan_log_id as id, (extract(epoch from console.time_of(scan_timestamp)) * 1000000)::bigint as at from public.nfc_scan_log
      where scan_log_id >= ${id} and console.time_of(scan_timestamp) is not null order by scan_log_id limit 1`,
  );

const rangeOf = async (
  { first, last }: z.output<typeof boundsRow>,
  from: Micros,
  rowAt: (id: RowId) => Promise<{ id: RowId; at: Micros } | undefined>,
): Promise<Range> => {
  let low = BigInt(first);
  let high = BigInt(last) + 1n;
  while (low < high) {
    const middle = low + (high - low) / 2n;
    const row = await rowAt(rowId(middle));
    if (row === undefined || row.at >= from) high = middle;
    else low = BigInt(row.id) + 1n;
  }
  return { after: low > BigInt(last) ? last : idBefore(rowId(low)), last };
};
