import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { ScanRow, TransactionRow } from '../detector.ts';
import { scanReader, transactionReader } from '../tail/log-rows.ts';
import type { Reading } from '../tail/tail.ts';

/** The new rows from a position on; detectors stand at the last one nearly always, and those rows are at hand. */
export const arrivalsIn = (tx: Transaction, reading: Pick<Reading, 'before' | 'after' | 'arrived'>) => {
  const { before, after, arrived } = reading;
  const transactions = new Map<number, Promise<readonly TransactionRow[]>>();
  const scans = new Map<number, Promise<readonly ScanRow[]>>();
  transactions.set(before.transactions, Promise.resolve(arrived.transactions));
  scans.set(before.scans, Promise.resolve(arrived.scans));
  const once = <Row>(
    read: Map<number, Promise<readonly Row[]>>,
    from: number,
    query: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> => {
    const cached = read.get(from);
    if (cached) return cached;
    const rows = query();
    read.set(from, rows);
    return rows;
  };
  return {
    transactions: (from: number) => once(transactions, from, () => newTransactions(tx, from, after.transactions)),
    scans: (from: number) => once(scans, from, () => newScans(tx, from, after.scans)),
  };
};

/** Transactions that arrived after a detector's position, in the order of arrival. By primary key. */
const newTransactions = (tx: Transaction, after: number, upTo: number): Promise<TransactionRow[]> =>
  tx.read(
    transactionReader,
    sql`/* regie:arrivals */
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, client_request_id, settled_late, stated_at, edge_function_name,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_transactions
      where arrival > ${after} and arrival <= ${upTo}
      order by arrival`,
  );

/** Scans that arrived after a detector's position, in the order of arrival. By primary key. */
const newScans = (tx: Transaction, after: number, upTo: number): Promise<ScanRow[]> =>
  tx.read(
    scanReader,
    sql`/* regie:arrivals */
      select arrival, scan_log_id, card_id, scan_status, device_identifier, error, stated_at,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_scans
      where arrival > ${after} and arrival <= ${upTo}
      order by arrival`,
  );
