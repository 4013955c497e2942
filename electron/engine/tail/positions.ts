import { z } from 'zod';
import { idAfter, LOWEST_ID, type RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, microsColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Micros } from '../detector.ts';

export type Source = 'transactions' | 'scans';

/** Rows that a live tail reads in one transaction at most: bounds memory and time on the main thread. */
export const BATCH = 5_000;
/**
 * Rows read in one transaction at most: `batch` of those that detectors work through, `history` of old ones, which only
 * build the ledger, in SQL.
 */
export type Steps = { readonly batch: number; readonly history: number };
/** An id that has not appeared for so long was rolled back (docs/detection.md, "Reading the log"). */
export const GAP_HOURS = 1;
/** What is read lies above a watermark: nothing lies below the lowest id. */
export const LOWEST_READ = idAfter(LOWEST_ID);
/** Clocks differ a little: a row from so far ahead is of now, one from further ahead has a wrong clock. Minutes. */
export const AHEAD_MINUTES = 2;

const positionRow = z
  .object({
    source: z.enum(['transactions', 'scans']),
    last_id: idColumn,
    last_arrival: serialColumn,
    history_up_to: idColumn,
    judged_from: z.string(),
    earliest: z.string(),
    now: microsColumn,
  })
  .transform((row) => ({
    source: row.source,
    lastId: row.last_id,
    lastArrival: row.last_arrival,
    historyUpTo: row.history_up_to,
    judgedFrom: row.judged_from,
    earliest: row.earliest,
    now: row.now,
  }));
/** How far one of the logs has been read. */
export type Position = {
  readonly lastId: RowId;
  readonly lastArrival: number;
  readonly historyUpTo: RowId;
  /** Rows of the history that are older build the ledger and are not judged. As Postgres prints it. */
  readonly judgedFrom: string;
  /** A row that states an earlier time has a wrong clock: a day before everything had been read last. */
  readonly earliest: string;
};
/**
 * The newest time that cannot be among the rows of a range, on either side. Such rows get the time at which they arrive,
 * and keep the distances between them. As Postgres prints it.
 */
export type WrongClocks = { readonly past: string | null; readonly future: string | null };
/** Rows that one statement takes over: those of a range of ids, and single ones. */
export type Piece = {
  readonly after: RowId;
  readonly upTo: RowId;
  readonly single: readonly RowId[];
  /** The arrival number that was handed out last. */
  readonly lastArrival: number;
};
export type Positions = { readonly now: Micros; readonly transactions: Position; readonly scans: Position };

/**
 * Takes the tail for this transaction, and makes the watermarks on a database that has none: what is in the logs by then
 * is history. Two engines never read the same rows: the second waits here and then fails with a serialization error,
 * because its snapshot is older than the first one's work.
 */
export const lockPositions = async (tx: Transaction): Promise<Positions> => {
  const rows = await readLocked(tx);
  const transactions = rows.find(({ source }) => source === 'transactions');
  const scans = rows.find(({ source }) => source === 'scans');
  if (transactions && scans) return { now: transactions.now, transactions, scans };
  await tx.run(sql`/* regie:tail */
    insert into console.watermarks (source, last_id, begins_after, history_up_to)
    select source, begins_after, begins_after, coalesce(newest, 0)
    from (
      -- From zero, or from where a log of lower ids begins.
      select 'transactions' as source, max(log_id) as newest,
        case when min(log_id) < 1 then greatest(min(log_id), ${LOWEST_READ}::bigint) - 1 else 0 end as begins_after
      from public.app_transaction_log
      union all
      select 'scans', max(scan_log_id),
        case when min(scan_log_id) < 1 then greatest(min(scan_log_id), ${LOWEST_READ}::bigint) - 1 else 0 end
      from public.nfc_scan_log) as logs
    on conflict (source) do nothing`);
  return lockPositions(tx);
};

const readLocked = (tx: Transaction) =>
  tx.rows(
    positionRow,
    sql`/* regie:tail */
      select source, last_id, last_arrival, coalesce(history_up_to, 0) as history_up_to,
        judged_from::text as judged_from,
        (least(coalesce(caught_up_at, judged_from), now()) - interval '1 day')::text as earliest,
        (extract(epoch from now()) * 1000000)::bigint as now
      from console.watermarks order by source for update`,
  );

/** Moves the watermarks. */
export const advance = async (
  tx: Transaction,
  to: Readonly<
    Record<
      Source,
      {
        readonly lastId: RowId;
        readonly lastArrival: number;
        readonly historyDone: boolean;
        readonly caughtUp: boolean;
      }
    >
  >,
): Promise<void> => {
  const { transactions, scans } = to;
  await tx.run(sql`/* regie:tail */
    update console.watermarks w
    set last_id = p.last_id, last_arrival = p.last_arrival, advanced_at = now(),
      history_done_at = case when p.history_done then coalesce(w.history_done_at, now()) end,
      caught_up_at = case when p.caught_up then now() else w.caught_up_at end
    from (values
      ('transactions', ${transactions.lastId}::bigint, ${transactions.lastArrival}::bigint, ${transactions.historyDone}::boolean,
        ${transactions.caughtUp}::boolean),
      ('scans', ${scans.lastId}::bigint, ${scans.lastArrival}::bigint, ${scans.historyDone}::boolean, ${scans.caughtUp}::boolean)
    ) as p (source, last_id, last_arrival, history_done, caught_up)
    where w.source = p.source`);
};
