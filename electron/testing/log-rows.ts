import { type Cents, cents } from '../../shared/domain/money.ts';
import { type RowId, rowId } from '../../shared/domain/row-id.ts';
import type { ScanRow, TransactionRow } from '../engine/detector.ts';

/** `logId` and `scanId`: also as a number, for ids that are read at a glance. */
type Given<Row> = Partial<Omit<Row, 'amount' | 'previous' | 'next' | 'logId' | 'scanId'>> & {
  logId?: RowId | number;
  scanId?: RowId | number;
  amount?: number | null;
  previous?: number | null;
  next?: number | null;
};
const money = (value: number | null | undefined, standard: number): Cents | null =>
  value === null ? null : cents(value ?? standard);

/** A row of the transaction log, as a detector gets it: a completed order of 1.00 on card A by default. */
export const aTransaction = ({
  amount,
  previous,
  next,
  logId = 1,
  scanId: _,
  ...row
}: Given<TransactionRow> = {}): TransactionRow => ({
  arrival: Number(logId),
  logId: rowId(logId),
  transactionId: null,
  cardId: 'A',
  type: 'bar_order',
  status: 'completed',
  pointOfSale: 'Bar 3',
  errorPattern: null,
  requestId: null,
  settledLate: false,
  statedAt: null,
  writer: null,
  at: 0,
  ...row,
  amount: money(amount, 100),
  previous: money(previous, 1_000),
  next: money(next, 900),
});

/** A successful scan of card A at reader-1 by default. */
export const aScan = ({
  scanId = 1,
  ...row
}: Partial<Omit<ScanRow, 'scanId'>> & { scanId?: RowId | number } = {}): ScanRow => ({
  arrival: Number(scanId),
  scanId: rowId(scanId),
  cardId: 'A',
  status: 'success',
  device: 'reader-1',
  error: null,
  statedAt: null,
  at: 0,
  ...row,
});
