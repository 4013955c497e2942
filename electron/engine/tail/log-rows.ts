import { z } from 'zod';
import { centsColumn, idColumn, microsColumn, serialColumn } from '../../postgres/rows.ts';
import type { ScanRow, TransactionRow } from '../detector.ts';

/** A row of console.recent_transactions, as a detector gets it. */
export const transactionRow = z
  .object({
    arrival: serialColumn,
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
    stated_at: z.string().nullable(),
    edge_function_name: z.string().nullable(),
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
      statedAt: row.stated_at,
      writer: row.edge_function_name,
      at: row.at,
    }),
  );

/** A row of console.recent_scans, as a detector gets it. */
export const scanRow = z
  .object({
    arrival: serialColumn,
    scan_log_id: idColumn,
    card_id: z.string().nullable(),
    scan_status: z.string().nullable(),
    device_identifier: z.string().nullable(),
    error: z.string().nullable(),
    stated_at: z.string().nullable(),
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
      statedAt: row.stated_at,
      at: row.at,
    }),
  );
