import { columnOf, createWordStore, type RowReader } from '../../postgres/rows.ts';
import type { ScanRow, TransactionRow } from '../detector.ts';

const { boolean, centsOrNull, id, integer, text, textOrNull } = columnOf;

/** Types, statuses, places, readers: a festival has some dozens, and each row one of each. */
const wordOf = createWordStore(2_000);
const word = (row: readonly unknown[], at: number): string => wordOf(text(row, at));
const wordOrNull = (row: readonly unknown[], at: number): string | null => (row[at] === null ? null : word(row, at));

/** A row of console.recent_transactions, as a detector gets it. */
export const transactionReader: RowReader<TransactionRow> = {
  columns: [
    ...['arrival', 'log_id', 'transaction_id', 'card_id', 'transaction_type', 'status', 'amount_involved'],
    ...['previous_balance', 'new_balance', 'point_of_sale', 'error_pattern', 'client_request_id', 'settled_late'],
    ...['stated_at', 'edge_function_name', 'at'],
  ],
  read: (row) => ({
    arrival: integer(row, 0),
    logId: id(row, 1),
    transactionId: textOrNull(row, 2),
    cardId: text(row, 3),
    type: word(row, 4),
    status: word(row, 5),
    amount: centsOrNull(row, 6),
    previous: centsOrNull(row, 7),
    next: centsOrNull(row, 8),
    pointOfSale: wordOrNull(row, 9),
    errorPattern: wordOrNull(row, 10),
    requestId: textOrNull(row, 11),
    settledLate: boolean(row, 12),
    statedAt: textOrNull(row, 13),
    writer: wordOrNull(row, 14),
    at: integer(row, 15),
  }),
};

/** A row of console.recent_scans, as a detector gets it. */
export const scanReader: RowReader<ScanRow> = {
  columns: [...['arrival', 'scan_log_id', 'card_id', 'scan_status', 'device_identifier', 'error', 'stated_at', 'at']],
  read: (row) => ({
    arrival: integer(row, 0),
    scanId: id(row, 1),
    cardId: textOrNull(row, 2),
    status: wordOrNull(row, 3),
    device: wordOrNull(row, 4),
    error: wordOrNull(row, 5),
    statedAt: textOrNull(row, 6),
    at: integer(row, 7),
  }),
};
