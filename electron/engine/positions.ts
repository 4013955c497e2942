import { z } from 'zod';
import type { Transaction } from '../festival/pool.ts';
import { idColumn, microsColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';

export type Source = 'transactions' | 'scans';

/** What one look at a log brought. */
export type Reading = {
  readonly rows: number;
  /** False when the batch was full: there is more in this very snapshot. */
  readonly caughtUp: boolean;
  /** Ids between the watermark and the end of the log. */
  readonly behind: number;
  /** Whether what was read was there before Regie first saw this log. */
  readonly history: boolean;
};

/** Rows read in one transaction at most when detectors judge them: bounds memory and time on the main thread. */
export const BATCH = 5_000;
/** The same for old rows, which only build the ledger, in SQL. */
export const HISTORY_BATCH = 50_000;
/** An id that has not appeared for so long was rolled back (detectors.md, "The tail"). */
export const GAP_HOURS = 1;
/** Ids between two neighbouring rows that are watched at most: a sequence that was set far ahead leaves millions. */
export const GAP_WIDTH = 10_000;

const positionRow = z.object({
  last_id: idColumn,
  last_arrival: idColumn,
  history_up_to: idColumn,
  now: microsColumn,
});
export type Position = z.output<typeof positionRow>;
export const idRow = z.object({ id: idColumn }).transform((row) => row.id);

/** Makes the two watermarks on a database that has none. What is in the logs by now is history. */
export const ensureWatermarks = async (tx: Transaction): Promise<void> => {
  const made = await tx.rows(
    z.object({ source: z.string() }),
    sql`/* regie:tail */ select source from console.watermarks`,
  );
  if (made.length === 2) return;
  await tx.run(sql`/* regie:tail */
    insert into console.watermarks (source, last_id, history_up_to)
    select 'transactions', 0, coalesce(max(log_id), 0) from public.app_transaction_log
    union all
    select 'scans', 0, coalesce(max(scan_log_id), 0) from public.nfc_scan_log
    on conflict (source) do nothing`);
};

/**
 * Takes the tail for this transaction. Two engines never read the same rows: the second waits here and then fails with
 * a serialization error, because its snapshot is older than the first one's work.
 */
export const lockPosition = (tx: Transaction, source: Source): Promise<Position> =>
  tx.row(
    positionRow,
    sql`/* regie:tail */
      select last_id, last_arrival, coalesce(history_up_to, 0) as history_up_to,
        (extract(epoch from now()) * 1000000)::bigint as now
      from console.watermarks where source = ${source} for update`,
  );

/** Ids below the watermark that somebody may still commit. */
export const openGaps = (tx: Transaction, source: Source): Promise<number[]> =>
  tx.rows(idRow, sql`/* regie:gaps */ select id from console.watermark_gaps where source = ${source} order by id`);

/** Moves the watermark, and forgets gaps that were filled or that are an hour old. */
export const advance = async (
  tx: Transaction,
  source: Source,
  to: { lastId: number; lastArrival: number; foundGaps: readonly number[]; historyDone: boolean },
): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    delete from console.watermark_gaps
    where source = ${source}
      and (id = any (${to.foundGaps}::bigint[]) or noticed_at < now() - make_interval(hours => ${GAP_HOURS}))`);
  await tx.run(sql`/* regie:tail */
    update console.watermarks
    set last_id = ${to.lastId}, last_arrival = ${to.lastArrival}, advanced_at = now(),
      history_done_at = case when ${to.historyDone} then coalesce(history_done_at, now()) end
    where source = ${source}`);
};
