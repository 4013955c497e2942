import { z } from 'zod';
import { compareIds, type RowId } from '../../../shared/domain/row-id.ts';
import { pipelined, type Transaction } from '../../postgres/pool.ts';
import { countColumn, idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Micros, ScanRow, TransactionRow } from '../detector.ts';
import { advanceLedger } from '../ledger.ts';
import { fillGaps, type Late, lateScans, lateTransactions, noteScanGaps, noteTransactionGaps } from './gaps.ts';
import { takePieces } from './pieces.ts';
import {
  AHEAD_MINUTES,
  advance,
  BATCH,
  lockPositions,
  type Position,
  type Positions,
  type Source,
  type Steps,
  type WrongClocks,
} from './positions.ts';
import { type Readable, readReadable } from './readable.ts';
import { takeScans } from './scan-tail.ts';
import { KEY_BYTES, type Mended, NOTHING_MENDED, setAsideScans, setAsideTransactions } from './set-aside.ts';
import { forgetUndecided, takeTransactions } from './transaction-tail.ts';
import { noteWords } from './words.ts';

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
  /** Rows between the watermarks and the ends of the logs, about. */
  readonly behind: number;
  /** New rows with a value that cannot be read. */
  readonly odd: number;
  /** New rows with a type or a status beside the usual ones. */
  readonly unusual: number;
  /** Whether there are still rows to read that were there before Regie first saw the logs. */
  readonly history: boolean;
  readonly readable: Readable;
  /** Logs that end below what was read of them. */
  readonly cutOff: readonly Source[];
};

const rangeRow = z.object({
  lower: idColumn.nullable(),
  upper: idColumn.nullable(),
  rows: countColumn,
  young: countColumn,
  odd: countColumn,
  unusual: countColumn,
  past: z.string().nullable(),
  future: z.string().nullable(),
  newest: idColumn,
});
type Found = z.output<typeof rangeRow>;
type Range = {
  readonly lastId: RowId;
  readonly rows: number;
  /** Rows young enough for the detectors. */
  readonly young: number;
  readonly full: boolean;
  readonly newest: RowId;
  /** How many rows are left beyond the batch, about. */
  readonly behind: number;
  readonly clocks: WrongClocks;
  /** Rows with a value that cannot be read. */
  readonly odd: number;
  readonly unusual: number;
};

/** How a cycle reads. */
export type ReadOptions = {
  readonly steps?: Steps;
  /** Rows that were set aside and can be read by now. */
  readonly mended?: Mended;
  /** Something in the logs has failed a statement: what it is is found by halves and set aside. */
  readonly careful?: boolean;
};

/**
 * Reads the new rows of both logs: those above the watermarks, those that appeared in a gap, and those whose status was
 * decided late, each once. They become arrivals, advance the ledger and count as traffic, all in the caller's transaction
 * (REPEATABLE READ), so that every statement here sees the same rows. A quiet tail is round trips: what need not wait goes
 * out together.
 */
export const readLogs = async (
  tx: Transaction,
  { steps = LIVE, mended = NOTHING_MENDED, careful = false }: ReadOptions = {},
): Promise<Reading> => {
  const [positions, readable] = await pipelined([lockPositions(tx), readReadable(tx)]);
  const [late, scansFound, next] = await pipelined([
    readable.transactions ? lateTransactions(tx) : NONE_LATE,
    readable.scans ? lateScans(tx) : [],
    nextRanges(tx, positions, { steps, readable }),
  ]);
  // A careful reading undoes what failed, and with it what was sent behind: nothing is sent before what it stands on.
  const [turn, turnOfTransactions, turnOfScans] = [createTurns(careful), createTurns(careful), createTurns(careful)];
  const again = [...new Set([...late.settled, ...mended.transactions])];
  const single = [...new Set([...late.found, ...again])];
  const singleScans = [...new Set([...scansFound, ...mended.scans])];
  const rows = {
    transactions: next.transactions.rows + single.length,
    scans: next.scans.rows + singleScans.length,
  };
  const takeNewTransactions = async (): Promise<readonly TransactionRow[]> => {
    if (rows.transactions === 0) return [];
    const { lastId, clocks } = next.transactions;
    const position = positions.transactions;
    const [, taken] = await pipelined([
      again.length > 0 ? turnOfTransactions(() => forgetUndecided(tx, again)) : undefined,
      turnOfTransactions(() =>
        takePieces<TransactionRow>(
          tx,
          { source: 'transactions', careful },
          { after: position.lastId, upTo: lastId, single, lastArrival: position.lastArrival },
          async (piece) => {
            const [arrived] = await pipelined([
              next.transactions.young + single.length > 0
                ? takeTransactions(tx, { position, piece, settled: again, clocks })
                : [],
              advanceLedger(tx, {
                ...{ after: piece.after, upTo: piece.upTo, judgedFrom: position.judgedFrom },
                historyUpTo: position.historyUpTo,
                single: piece.single.filter((id) => !mended.counted.has(id)),
              }),
              next.transactions.odd + single.length > 0 ? setAsideTransactions(tx, piece) : undefined,
              next.transactions.unusual + late.found.length > 0 ? noteWords(tx, piece, again) : undefined,
            ]);
            return arrived;
          },
        ),
      ),
      hasHoles(position, next.transactions)
        ? turnOfTransactions(() => noteTransactionGaps(tx, position, lastId))
        : undefined,
    ]);
    return taken;
  };
  const takeNewScans = async (): Promise<readonly ScanRow[]> => {
    if (rows.scans === 0) return [];
    const { lastId, clocks } = next.scans;
    const position = positions.scans;
    const [taken] = await pipelined([
      turnOfScans(() =>
        takePieces<ScanRow>(
          tx,
          { source: 'scans', careful },
          { after: position.lastId, upTo: lastId, single: singleScans, lastArrival: position.lastArrival },
          async (piece) => {
            const [arrived] = await pipelined([
              next.scans.young + singleScans.length > 0 ? takeScans(tx, { position, piece, clocks }) : [],
              next.scans.odd + singleScans.length > 0 ? setAsideScans(tx, piece) : undefined,
            ]);
            return arrived;
          },
        ),
      ),
      hasHoles(position, next.scans) ? turnOfScans(() => noteScanGaps(tx, position, lastId)) : undefined,
    ]);
    return taken;
  };
  const [scans, transactions] = await pipelined([
    turn(takeNewScans),
    // The ledger comes last: what has been read is made into rows here while the server counts.
    turn(takeNewTransactions),
    late.found.length + scansFound.length > 0
      ? turn(() => fillGaps(tx, { transactions: late.found, scans: scansFound }))
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
    behind: next.transactions.behind + next.scans.behind,
    odd: next.transactions.odd + next.scans.odd,
    unusual: next.transactions.unusual + late.found.length,
    history: isHistory(positions.transactions, next.transactions) || isHistory(positions.scans, next.scans),
    readable,
    cutOff: [
      ...(readable.transactions && isCutOff(positions.transactions, next.transactions)
        ? (['transactions'] as const)
        : []),
      ...(readable.scans && isCutOff(positions.scans, next.scans) ? (['scans'] as const) : []),
    ],
  };
};

/** Lets works run side by side, or each after the one before. */
const createTurns = (oneByOne: boolean): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    if (!oneByOne) return work();
    const mine = last.then(work);
    last = mine;
    return mine;
  };
};

const LIVE: Steps = { batch: BATCH, history: BATCH };
const UNREAD = { rows: 0, young: 0, full: false, behind: 0, clocks: { past: null, future: null }, odd: 0, unusual: 0 };
const NONE_LATE: Late = { found: [], settled: [] };
const isCutOff = (position: Position, { newest }: Range): boolean => compareIds(newest, position.lastId) < 0;

const hasHoles = (position: Position, { lastId, rows }: Range): boolean =>
  idsBetween(position.lastId, lastId) !== BigInt(rows);
const idsBetween = (after: RowId, upTo: RowId): bigint => BigInt(upTo) - BigInt(after);
/** As dense as the batch was: sequences run in steps, or as times do. */
const rowsBehind = ({ lower, upper, rows, newest }: Found): number => {
  if (lower === null || upper === null) return 0;
  const left = idsBetween(upper, newest);
  return left <= 0n ? 0 : Math.ceil((Number(left) * rows) / (Number(idsBetween(lower, upper)) + 1));
};
const isHistory = (position: Position, { lastId }: Range): boolean => compareIds(lastId, position.historyUpTo) < 0;
const moved = (position: Position, range: Range, lastArrival: number) => ({
  lastId: range.lastId,
  caughtUp: !range.full,
  lastArrival,
  historyDone: compareIds(range.lastId, position.historyUpTo) >= 0,
});

/** How far to read now. Old rows are read in larger steps, up to where there are as many young ones as in a step of these. */
const nextRanges = async (
  tx: Transaction,
  positions: Positions,
  { steps, readable }: { steps: Steps; readable: Readable },
): Promise<{ transactions: Range; scans: Range }> => {
  const next = async (
    source: Source,
    within: (tx: Transaction, position: Position, limits: Limits) => Promise<Found>,
  ): Promise<Range> => {
    const position = positions[source];
    if (!readable[source]) return { ...UNREAD, lastId: position.lastId, newest: position.lastId };
    const found = await within(tx, position, {
      rows: compareIds(position.lastId, position.historyUpTo) < 0 ? Math.max(steps.history, steps.batch) : steps.batch,
      young: steps.batch,
    });
    const lastId = found.upper ?? position.lastId;
    return {
      lastId,
      rows: found.rows,
      young: found.young,
      full: found.upper !== null && compareIds(found.newest, lastId) > 0,
      behind: rowsBehind(found),
      newest: found.newest,
      clocks: { past: found.past, future: found.future },
      odd: found.odd,
      unusual: found.unusual,
    };
  };
  const [transactions, scans] = await pipelined([next('transactions', transactionsWithin), next('scans', scansWithin)]);
  return { transactions, scans };
};

type Limits = { readonly rows: number; readonly young: number };

const transactionsWithin = (tx: Transaction, position: Position, limits: Limits) =>
  tx.row(
    rangeRow,
    // By primary key. A log that lost the column has no times.
    sql`/* regie:tail */
      select min(log_id) as lower, max(log_id) as upper, count(*) as rows, count(*) filter (where odd) as odd,
        count(*) filter (where unusual) as unusual,
        coalesce(max(young_so_far), 0) as young,
        max(stated) filter (where stated < ${position.earliest}::timestamptz)::text as past,
        max(stated) filter (where stated > now() + make_interval(mins => ${AHEAD_MINUTES}))::text as future,
        (select coalesce(max(log_id), 0) from public.app_transaction_log) as newest
      from (select null::numeric as previous_balance, null::numeric as new_balance, null::timestamptz as timestamp) as absent
      cross join lateral (select * from (
        select log_id, console.time_of(timestamp) as stated,
          count(case when log_id > ${position.historyUpTo} or console.time_of(timestamp) is null
            or console.time_of(timestamp) >= ${position.judgedFrom}::timestamptz then 1 end) over so_far as young_so_far,
          (amount_involved is not null and console.amount_of(amount_involved) is null)
            or (previous_balance is not null and console.amount_of(previous_balance) is null)
            or (new_balance is not null and console.amount_of(new_balance) is null)
            or card_id is null or octet_length(card_id::text) > ${KEY_BYTES} as odd,
          console.is_unusual(transaction_type::text, status::text) as unusual
        from public.app_transaction_log
        where log_id > ${position.lastId}
        window so_far as (order by log_id rows unbounded preceding)) as counted
        where young_so_far <= ${limits.young} order by log_id limit ${limits.rows}) as next`,
  );

const scansWithin = (tx: Transaction, position: Position, limits: Limits) =>
  tx.row(
    rangeRow,
    // By primary key.
    sql`/* regie:tail */
      select min(scan_log_id) as lower, max(scan_log_id) as upper, count(*) as rows, count(*) filter (where odd) as odd,
        0::bigint as unusual,
        coalesce(max(young_so_far), 0) as young,
        max(stated) filter (where stated < ${position.earliest}::timestamptz)::text as past,
        max(stated) filter (where stated > now() + make_interval(mins => ${AHEAD_MINUTES}))::text as future,
        (select coalesce(max(scan_log_id), 0) from public.nfc_scan_log) as newest
      from (select * from (
        select scan_log_id, console.time_of(scan_timestamp) as stated,
          count(case when scan_log_id > ${position.historyUpTo} or console.time_of(scan_timestamp) is null
            or console.time_of(scan_timestamp) >= ${position.judgedFrom}::timestamptz then 1 end) over so_far as young_so_far,
          octet_length(card_id_scanned::text) > ${KEY_BYTES} or octet_length(device_identifier::text) > ${KEY_BYTES} as odd
        from public.nfc_scan_log
        where scan_log_id > ${position.lastId}
        window so_far as (order by scan_log_id rows unbounded preceding)) as counted
        where young_so_far <= ${limits.young} order by scan_log_id limit ${limits.rows}) as next`,
  );
