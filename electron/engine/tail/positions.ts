import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, microsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Micros } from '../detector.ts';

export type Source = 'transactions' | 'scans';

/** Rows read in one transaction at most when detectors work through them: bounds memory and time on the main thread. */
export const BATCH = 5_000;
/** The same for old rows, which only build the ledger, in SQL. */
export const HISTORY_BATCH = 50_000;
/** An id that has not appeared for so long was rolled back (docs/detection.md, "Reading the log"). */
export const GAP_HOURS = 1;
/** Ids between two neighbouring rows that are watched at most: a sequence that was set far ahead leaves millions. */
export const GAP_WIDTH = 10_000;
/** Rows whose status was open when they were read are looked up again for so long. */
const UNSETTLED_HOURS = 24;

const positionRow = z
  .object({
    source: z.enum(['transactions', 'scans']),
    last_id: idColumn,
    last_arrival: idColumn,
    history_up_to: idColumn,
    now: microsColumn,
  })
  .transform((row) => ({
    source: row.source,
    lastId: row.last_id,
    lastArrival: row.last_arrival,
    historyUpTo: row.history_up_to,
    now: row.now,
  }));
/** How far one of the logs has been read. */
export type Position = { readonly lastId: number; readonly lastArrival: number; readonly historyUpTo: number };
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
    insert into console.watermarks (source, last_id, history_up_to)
    select 'transactions', 0, coalesce(max(log_id), 0) from public.app_transaction_log
    union all
    select 'scans', 0, coalesce(max(scan_log_id), 0) from public.nfc_scan_log
    on conflict (source) do nothing`);
  return lockPositions(tx);
};

const readLocked = (tx: Transaction) =>
  tx.rows(
    positionRow,
    sql`/* regie:tail */
      select source, last_id, last_arrival, coalesce(history_up_to, 0) as history_up_to,
        (extract(epoch from now()) * 1000000)::bigint as now
      from console.watermarks order by source for update`,
  );

/** A single id. */
export const idRow = z.object({ id: idColumn }).transform((row) => row.id);

const openRow = z.object({ kind: z.enum(['transactions', 'scans', 'unsettled']), id: idColumn });

/** Ids below the watermarks that somebody may still commit, and ids of rows whose status may still be decided. */
export type OpenIds = {
  readonly transactions: readonly number[];
  readonly scans: readonly number[];
  readonly unsettled: readonly number[];
};

export const readOpenIds = async (tx: Transaction): Promise<OpenIds> => {
  const rows = await tx.rows(
    openRow,
    sql`/* regie:gaps */
      select source as kind, id from console.watermark_gaps
      union all
      select 'unsettled', log_id from console.unsettled
      where noticed_at > now() - make_interval(hours => ${UNSETTLED_HOURS})`,
  );
  const of = (kind: z.output<typeof openRow>['kind']) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  return { transactions: of('transactions'), scans: of('scans'), unsettled: of('unsettled') };
};

/** Forgets gaps that were filled, and those that are an hour old. */
export const closeGaps = async (
  tx: Transaction,
  found: { readonly transactions: readonly number[]; readonly scans: readonly number[] },
): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    delete from console.watermark_gaps
    where (source = 'transactions' and id = any (${found.transactions}::bigint[]))
      or (source = 'scans' and id = any (${found.scans}::bigint[]))
      or noticed_at < now() - make_interval(hours => ${GAP_HOURS})`);
};

/** Moves the watermarks. */
export const advance = async (
  tx: Transaction,
  to: Readonly<
    Record<Source, { readonly lastId: number; readonly lastArrival: number; readonly historyDone: boolean }>
  >,
): Promise<void> => {
  const { transactions, scans } = to;
  await tx.run(sql`/* regie:tail */
    update console.watermarks w
    set last_id = p.last_id, last_arrival = p.last_arrival, advanced_at = now(),
      history_done_at = case when p.history_done then coalesce(w.history_done_at, now()) end
    from (values
      ('transactions', ${transactions.lastId}::bigint, ${transactions.lastArrival}::bigint, ${transactions.historyDone}::boolean),
      ('scans', ${scans.lastId}::bigint, ${scans.lastArrival}::bigint, ${scans.historyDone}::boolean)
    ) as p (source, last_id, last_arrival, history_done)
    where w.source = p.source`);
};
