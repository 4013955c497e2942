import { z } from 'zod';
import { pipelined, type Transaction } from '../../postgres/pool.ts';
import { countColumn, idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Micros, ScanRow, TransactionRow } from '../detector.ts';
import { advanceLedger } from '../ledger.ts';
import {
  advance,
  BATCH,
  closeGaps,
  HISTORY_BATCH,
  idRow,
  lockPositions,
  type OpenIds,
  type Position,
  type Positions,
  readOpenIds,
} from './positions.ts';
import { noteScanGaps, takeScans } from './scan-tail.ts';
import { forgetUndecided, lateTransactions, noteTransactionGaps, takeTransactions } from './transaction-tail.ts';

/** What was read from both logs. */
export type Reading = {
  readonly now: Micros;
  /** Rows of the log that were read, and how many of them are young enough for the detectors. */
  readonly rows: { readonly transactions: number; readonly scans: number };
  readonly arrived: { readonly transactions: readonly TransactionRow[]; readonly scans: readonly ScanRow[] };
  /** Arrival numbers before and after. */
  readonly before: { readonly transactions: number; readonly scans: number };
  readonly after: { readonly transactions: number; readonly scans: number };
  /** False when a batch was full: there is more in this very snapshot. */
  readonly caughtUp: boolean;
  /** Ids between the watermarks and the ends of the logs. */
  readonly behind: number;
  /** Whether there are still rows to read that were there before Regie first saw the logs. */
  readonly history: boolean;
};

const rangeRow = z.object({
  t_upper: idColumn.nullable(),
  t_rows: countColumn,
  t_young: countColumn,
  t_newest: idColumn,
  s_upper: idColumn.nullable(),
  s_rows: countColumn,
  s_young: countColumn,
  s_newest: idColumn,
});
type Range = { readonly lastId: number; readonly rows: number; readonly full: boolean; readonly newest: number };

/**
 * Reads the new rows of both logs: those above the watermarks, those that appeared in a gap, and those whose status was
 * decided late, each once. They become arrivals, advance the ledger and count as traffic, all in the caller's transaction
 * (REPEATABLE READ), so that every statement here sees the same rows. A quiet tail is round trips: what need not wait goes
 * out together.
 */
export const readLogs = async (tx: Transaction, batch = BATCH): Promise<Reading> => {
  const [positions, open] = await pipelined([lockPositions(tx), readOpenIds(tx)]);
  const [late, lateScans, next] = await pipelined([
    lateTransactions(tx, open),
    lateScanIds(tx, open),
    nextRanges(tx, positions, batch),
  ]);
  const single = [...late.found, ...late.settled];
  const rows = {
    transactions: next.transactions.rows + single.length,
    scans: next.scans.rows + lateScans.length,
  };
  const takeNewTransactions = async (): Promise<readonly TransactionRow[]> => {
    if (rows.transactions === 0) return [];
    const { lastId } = next.transactions;
    const position = positions.transactions;
    const [, taken] = await pipelined([
      late.settled.length > 0 ? forgetUndecided(tx, late.settled) : undefined,
      takeTransactions(tx, { position, lastId, single, settled: late.settled }),
      advanceLedger(tx, { after: position.lastId, upTo: lastId, single }),
      hasHoles(position, next.transactions) ? noteTransactionGaps(tx, position, lastId) : undefined,
    ]);
    return taken;
  };
  const takeNewScans = async (): Promise<readonly ScanRow[]> => {
    if (rows.scans === 0) return [];
    const { lastId } = next.scans;
    const [taken] = await pipelined([
      takeScans(tx, { position: positions.scans, lastId, single: lateScans }),
      hasHoles(positions.scans, next.scans) ? noteScanGaps(tx, positions.scans, lastId) : undefined,
    ]);
    return taken;
  };
  const [transactions, scans] = await pipelined([
    takeNewTransactions(),
    takeNewScans(),
    open.transactions.length + open.scans.length > 0
      ? closeGaps(tx, { transactions: late.found, scans: lateScans })
      : undefined,
  ]);
  const after = {
    transactions: positions.transactions.lastArrival + transactions.length,
    scans: positions.scans.lastArrival + scans.length,
  };
  if (rows.transactions + rows.scans > 0) {
    await advance(tx, {
      transactions: moved(positions.transactions, next.transactions, after.transactions),
      scans: moved(positions.scans, next.scans, after.scans),
    });
  }
  return {
    now: positions.now,
    rows,
    arrived: { transactions, scans },
    before: { transactions: positions.transactions.lastArrival, scans: positions.scans.lastArrival },
    after,
    caughtUp: !next.transactions.full && !next.scans.full,
    behind: behind(next.transactions) + behind(next.scans),
    history: isHistory(positions.transactions, next.transactions) || isHistory(positions.scans, next.scans),
  };
};

const hasHoles = (position: Position, { lastId, rows }: Range): boolean => lastId - position.lastId !== rows;
const behind = ({ lastId, newest }: Range): number => Math.max(0, newest - lastId);
const isHistory = (position: Position, { lastId }: Range): boolean => lastId < position.historyUpTo;
const moved = (position: Position, range: Range, lastArrival: number) => ({
  lastId: range.lastId,
  lastArrival,
  historyDone: range.lastId >= position.historyUpTo,
});

const lateScanIds = async (tx: Transaction, open: OpenIds): Promise<number[]> =>
  open.scans.length === 0
    ? []
    : tx.rows(
        idRow,
        sql`/* regie:gaps */ select scan_log_id as id from public.nfc_scan_log where scan_log_id = any (${open.scans}::bigint[])`,
      );

/** How far to read now. Old rows, which only build the ledger, are read in larger steps. */
const nextRanges = async (
  tx: Transaction,
  positions: Positions,
  batch: number,
): Promise<{ transactions: Range; scans: Range }> => {
  const wanted = (position: Position): number =>
    position.lastId < position.historyUpTo && batch >= BATCH ? HISTORY_BATCH : batch;
  let limits = { transactions: wanted(positions.transactions), scans: wanted(positions.scans) };
  let found = await rangesWithin(tx, positions, limits);
  if ((limits.transactions > batch && found.t_young > batch) || (limits.scans > batch && found.s_young > batch)) {
    limits = { transactions: batch, scans: batch };
    found = await rangesWithin(tx, positions, limits);
  }
  return {
    transactions: {
      lastId: found.t_upper ?? positions.transactions.lastId,
      rows: found.t_rows,
      full: found.t_rows >= limits.transactions,
      newest: found.t_newest,
    },
    scans: {
      lastId: found.s_upper ?? positions.scans.lastId,
      rows: found.s_rows,
      full: found.s_rows >= limits.scans,
      newest: found.s_newest,
    },
  };
};

const rangesWithin = (tx: Transaction, positions: Positions, limits: { transactions: number; scans: number }) =>
  tx.row(
    rangeRow,
    // By primary key on both logs.
    sql`/* regie:tail */
      select t.upper as t_upper, t.rows as t_rows, t.young as t_young,
        (select coalesce(max(log_id), 0) from public.app_transaction_log) as t_newest,
        s.upper as s_upper, s.rows as s_rows, s.young as s_young,
        (select coalesce(max(scan_log_id), 0) from public.nfc_scan_log) as s_newest
      from (
        select max(log_id) as upper, count(*) as rows,
          count(*) filter (where coalesce(timestamp, now()) >= (select judged_from from console.watermarks where source = 'transactions')) as young
        from (
          select log_id, timestamp from public.app_transaction_log
          where log_id > ${positions.transactions.lastId} order by log_id limit ${limits.transactions}) as next) as t, (
        select max(scan_log_id) as upper, count(*) as rows,
          count(*) filter (where coalesce(scan_timestamp, now()) >= (select judged_from from console.watermarks where source = 'scans')) as young
        from (
          select scan_log_id, scan_timestamp from public.nfc_scan_log
          where scan_log_id > ${positions.scans.lastId} order by scan_log_id limit ${limits.scans}) as next) as s`,
  );
