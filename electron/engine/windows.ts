import { z } from 'zod';
import type { Transaction } from '../festival/pool.ts';
import { centsColumn, idColumn, microsColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Micros, ScanRow, TransactionRow } from './detector.ts';

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
      at: row.at,
    }),
  );

const scanRow = z
  .object({
    arrival: idColumn,
    scan_log_id: idColumn,
    card_id: z.string(),
    scan_status: z.string().nullable(),
    device_identifier: z.string().nullable(),
    at: microsColumn,
  })
  .transform(
    (row): ScanRow => ({
      arrival: row.arrival,
      scanId: row.scan_log_id,
      cardId: row.card_id,
      status: row.scan_status,
      device: row.device_identifier,
      at: row.at,
    }),
  );

/** Transactions that arrived after a detector's position, in the order of arrival. By primary key. */
export const newTransactions = (tx: Transaction, after: number): Promise<TransactionRow[]> =>
  tx.rows(
    transactionRow,
    sql`/* regie:arrivals */
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_transactions
      where arrival > ${after}
      order by arrival`,
  );

/** Scans that arrived after a detector's position, in the order of arrival. By primary key. */
export const newScans = (tx: Transaction, after: number): Promise<ScanRow[]> =>
  tx.rows(
    scanRow,
    sql`/* regie:arrivals */
      select arrival, scan_log_id, card_id, scan_status, device_identifier,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_scans
      where arrival > ${after} and card_id is not null
      order by arrival`,
  );

/** Transactions of some cards between two moments, both included. By recent_transactions_card_idx. */
export const transactionsOfCards = (
  tx: Transaction,
  window: { cards: readonly string[]; from: Micros; to: Micros },
): Promise<TransactionRow[]> =>
  tx.rows(
    transactionRow,
    sql`/* regie:window */
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_transactions
      where card_id = any (${window.cards}::text[])
        and occurred_at between ${iso(window.from)}::timestamptz and ${iso(window.to)}::timestamptz
      order by occurred_at, log_id`,
  );

/** Scans of some cards between two moments, both included. By recent_scans_card_idx. */
export const scansOfCards = (
  tx: Transaction,
  window: { cards: readonly string[]; from: Micros; to: Micros },
): Promise<ScanRow[]> =>
  tx.rows(
    scanRow,
    sql`/* regie:window */
      select arrival, scan_log_id, card_id, scan_status, device_identifier,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_scans
      where card_id = any (${window.cards}::text[])
        and occurred_at between ${iso(window.from)}::timestamptz and ${iso(window.to)}::timestamptz
      order by occurred_at, scan_log_id`,
  );

/** A moment as Postgres reads it, with its microseconds. */
export const iso = (at: Micros): string => {
  const seconds = Math.floor(at / 1_000_000);
  const fraction = String(at - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${fraction}Z`;
};

/** The span of the rows in time, widened on both sides. */
export const around = (rows: readonly { readonly at: Micros }[], margin: Micros): { from: Micros; to: Micros } => {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { at } of rows) {
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return { from: from - margin, to: to + margin };
};
