import { type Cents, cents } from '../../shared/domain/money.ts';
import type { ScanRow, TransactionRow } from '../engine/detector.ts';

type Given<Row> = Partial<Omit<Row, 'amount' | 'previous' | 'next'>> & {
  amount?: number | null;
  previous?: number | null;
  next?: number | null;
};
const money = (value: number | null | undefined, standard: number): Cents | null =>
  value === null ? null : cents(value ?? standard);

/** A row of the transaction log, as a detector gets it: a completed order of 1.00 on card A by default. */
export const aTransaction = ({ amount, previous, next, ...row }: Given<TransactionRow> = {}): TransactionRow => ({
  arrival: row.logId ?? 1,
  logId: 1,
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
export const aScan = (row: Partial<ScanRow> = {}): ScanRow => ({
  arrival: row.scanId ?? 1,
  scanId: 1,
  cardId: 'A',
  status: 'success',
  device: 'reader-1',
  error: null,
  statedAt: null,
  at: 0,
  ...row,
});
