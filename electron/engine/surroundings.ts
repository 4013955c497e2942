import { z } from 'zod';
import type { Transaction } from '../festival/pool.ts';
import { centsColumn, countColumn, idColumn, microsColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import { type ChainLink, type ScanRow, SECOND, type Surroundings, type TransactionRow } from './detector.ts';
import { iso } from './time.ts';

const transactionRow = z
  .object({
    arrival: idColumn,
    log_id: idColumn,
    transaction_id: z.string().nullable(),
    card_id: z.string(),
    transaction_type: z.string(),
    status: z.string(),
    amount_involved: centsColumn.nullable(),
    previous_balance: centsColumn.nullable(),
    new_balance: centsColumn.nullable(),
    point_of_sale: z.string().nullable(),
    error_pattern: z.string().nullable(),
    client_request_id: z.string().nullable(),
    settled_late: z.boolean(),
    at: microsColumn,
  })
  .transform(
    (row): TransactionRow => ({
      arrival: row.arrival,
      logId: row.log_id,
      transactionId: row.transaction_id,
      cardId: row.card_id,
      type: row.transaction_type,
      status: row.status,
      amount: row.amount_involved,
      previous: row.previous_balance,
      next: row.new_balance,
      pointOfSale: row.point_of_sale,
      errorPattern: row.error_pattern,
      requestId: row.client_request_id,
      settledLate: row.settled_late,
      at: row.at,
    }),
  );

const scanRow = z
  .object({
    arrival: idColumn,
    scan_log_id: idColumn,
    card_id: z.string().nullable(),
    scan_status: z.string().nullable(),
    device_identifier: z.string().nullable(),
    error: z.string().nullable(),
    at: microsColumn,
  })
  .transform(
    (row): ScanRow => ({
      arrival: row.arrival,
      scanId: row.scan_log_id,
      cardId: row.card_id,
      status: row.scan_status,
      device: row.device_identifier,
      error: row.error,
      at: row.at,
    }),
  );

const secondRow = z.object({ at: microsColumn, total: z.int(), failed: z.int() });
const minuteRow = z.object({ device: z.string(), minute: microsColumn, scans: z.int(), failed: z.int() });
const placeRow = z.object({ place: z.string(), total: countColumn, failed: countColumn });
const useRow = z
  .object({
    device: z.string(),
    last_at: microsColumn,
    first_minute: microsColumn,
    active_minutes: countColumn,
    scans: countColumn,
    others_since: countColumn,
  })
  .transform((row) => ({
    device: row.device,
    lastAt: row.last_at,
    firstMinute: row.first_minute,
    activeMinutes: row.active_minutes,
    scans: row.scans,
    othersSince: row.others_since,
  }));
const cardRow = z.object({ id: z.string(), amount: centsColumn });
const chainRow = z.object({ card_id: z.string(), chain_log_id: idColumn, chain_balance: centsColumn.nullable() });
const gapRow = z.object({ id: idColumn.nullable() });

/** Transactions that arrived after a detector's position, in the order of arrival. By primary key. */
export const newTransactions = (tx: Transaction, after: number, upTo: number): Promise<TransactionRow[]> =>
  tx.rows(
    transactionRow,
    sql`/* regie:arrivals */
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, client_request_id, settled_late,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_transactions
      where arrival > ${after} and arrival <= ${upTo}
      order by arrival`,
  );

/** Scans that arrived after a detector's position, in the order of arrival. By primary key. */
export const newScans = (tx: Transaction, after: number, upTo: number): Promise<ScanRow[]> =>
  tx.rows(
    scanRow,
    sql`/* regie:arrivals */
      select arrival, scan_log_id, card_id, scan_status, device_identifier, error,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_scans
      where arrival > ${after} and arrival <= ${upTo}
      order by arrival`,
  );

/** What lies around new rows, from Postgres, in the snapshot of the caller's transaction. */
export const surroundingsIn = (tx: Transaction): Surroundings => ({
  // By recent_transactions_card_idx.
  transactionsOfCards: (cards, { from, to }) =>
    tx.rows(
      transactionRow,
      sql`/* regie:window */
        select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved,
          previous_balance, new_balance, point_of_sale, error_pattern, client_request_id, settled_late,
          (extract(epoch from occurred_at) * 1000000)::bigint as at
        from console.recent_transactions
        where card_id = any (${cards}::text[])
          and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
        order by occurred_at, log_id`,
    ),

  // By recent_scans_card_idx.
  scansOfCards: (cards, { from, to }) =>
    tx.rows(
      scanRow,
      sql`/* regie:window */
        select arrival, scan_log_id, card_id, scan_status, device_identifier, error,
          (extract(epoch from occurred_at) * 1000000)::bigint as at
        from console.recent_scans
        where card_id = any (${cards}::text[])
          and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
        order by occurred_at, scan_log_id`,
    ),

  // By recent_scans_device_idx.
  scansOfDevices: (devices, { from, to }) =>
    tx.rows(
      scanRow,
      sql`/* regie:window */
        select arrival, scan_log_id, card_id, scan_status, device_identifier, error,
          (extract(epoch from occurred_at) * 1000000)::bigint as at
        from console.recent_scans
        where device_identifier = any (${devices}::text[])
          and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
        order by occurred_at, scan_log_id`,
    ),

  // By primary key; 900 rows at most for a live window of 15 minutes.
  traffic: ({ from, to }) =>
    tx.rows(
      secondRow,
      sql`/* regie:spike */
        select (extract(epoch from second) * 1000000)::bigint as at, total, failed
        from console.traffic_seconds
        where second > ${iso(from)}::timestamptz and second <= ${iso(to)}::timestamptz
        order by second`,
    ),

  // By recent_transactions_time_idx; read only while there is a spike.
  failingPlaces: ({ from, to }) =>
    tx.rows(
      placeRow,
      sql`/* regie:spike */
        select coalesce(point_of_sale, edge_function_name, 'unknown') as place, count(*) as total,
          count(*) filter (where status = 'failed') as failed
        from console.recent_transactions
        where occurred_at > ${iso(from)}::timestamptz and occurred_at <= ${iso(to + SECOND)}::timestamptz
          and transaction_type <> 'manual_correction'
        group by 1
        having count(*) filter (where status = 'failed') > 0
        order by 3 desc
        limit 20`,
    ),

  // By primary key: a row a reader and minute.
  minutesOfDevices: (devices, { from, to }) =>
    tx.rows(
      minuteRow,
      sql`/* regie:devices */
        select device, (extract(epoch from minute) * 1000000)::bigint as minute, scans, failed
        from console.device_minutes
        where minute >= ${iso(from)}::timestamptz and minute <= ${iso(to)}::timestamptz and device = any (${devices}::text[])
        order by device, minute`,
    ),

  // A row a reader and minute, by primary key.
  silentDevices: (from, silentSince) =>
    tx.rows(
      useRow,
      sql`/* regie:devices */
        with used as materialized (
          select minute, device, scans, last_at from console.device_minutes where minute >= ${iso(from)}::timestamptz
        ), device as (
          select device, max(last_at) as last_at, min(minute) as first_minute, count(*) as active_minutes,
            sum(scans) as scans
          from used group by device
          having max(last_at) <= ${iso(silentSince)}::timestamptz
        )
        select d.device, (extract(epoch from d.last_at) * 1000000)::bigint as last_at,
          (extract(epoch from d.first_minute) * 1000000)::bigint as first_minute, d.active_minutes, d.scans,
          (select coalesce(sum(o.scans), 0) from used o where o.minute > d.last_at and o.device <> d.device) as others_since
        from device d
        order by d.device`,
    ),

  // By primary key.
  balancesOf: async (cards) =>
    new Map(
      (
        await tx.rows(
          cardRow,
          sql`/* regie:cards */
            select id, coalesce(amount, 0)::numeric(10,2) as amount from public.table_cards where id = any (${cards}::text[])`,
        )
      ).map((row) => [row.id, row.amount]),
    ),

  // By primary key.
  existing: async (cards) =>
    new Set(
      (
        await tx.rows(
          cardRow.pick({ id: true }),
          sql`/* regie:cards */ select id from public.table_cards where id = any (${cards}::text[])`,
        )
      ).map(({ id }) => id),
    ),

  // By primary key.
  chainsOf: async (cards) =>
    new Map(
      (
        await tx.rows(
          chainRow,
          sql`/* regie:chain */
            select card_id, chain_log_id, chain_balance from console.card_ledger
            where card_id = any (${cards}::text[]) and chain_log_id is not null`,
        )
      ).map((row): [string, ChainLink] => [row.card_id, { logId: row.chain_log_id, balance: row.chain_balance }]),
    ),

  keepChains: async (links) => {
    if (links.size === 0) return;
    const entries = [...links];
    await tx.run(sql`/* regie:chain */
      update console.card_ledger l set chain_log_id = c.log_id, chain_balance = c.cents::numeric / 100
      from unnest(
        ${entries.map(([card]) => card)}::text[], ${entries.map(([, link]) => link.logId)}::bigint[],
        ${entries.map(([, link]) => link.balance)}::bigint[]) as c (card_id, log_id, cents)
      where l.card_id = c.card_id`);
  },

  openGapWithin: async (seconds) =>
    (
      await tx.row(
        gapRow,
        sql`/* regie:gaps */
          select min(id) as id from console.watermark_gaps
          where source = 'transactions' and noticed_at > now() - make_interval(secs => ${seconds})`,
      )
    ).id,
});
