import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import { cents } from '../../shared/domain/money.ts';
import type { FestivalDatabase, Transaction } from '../postgres/pool.ts';
import { idColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { setLedger } from './card-sweep.ts';
import { driftFinding } from './detectors/ledger-drift.ts';
import { writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';

/** Ids of the log that one statement adds up: well under a second. */
const LOG_BATCH = 200_000;
/** Cards that are compared, and verified, by one statement. */
const CARD_BATCH = 10_000;

const positionRow = z.object({ last_id: idColumn, now: idColumn });
const sumRow = z.object({ card_id: z.string(), expected_cents: idColumn });

const comparedRow = sumRow.extend({ recomputed: idColumn });

export type Recompute = {
  readonly cards: number;
  readonly drifted: number;
  readonly rows: number;
  readonly durationMs: number;
};

/**
 * Recomputes the ledger from the whole log, in ranges by primary key and in read-only snapshots of their own, so that
 * nobody waits for it; then compares. What differs is computed once more together with the ledger in one snapshot, since
 * rows came in meanwhile; what still differs is repaired and found as `ledger_drift` (docs/detection.md, "The ledger").
 * @throws AbortError when it is cancelled.
 */
export const recomputeLedger = async (options: {
  database: FestivalDatabase;
  lease: Lease;
  laptop: string;
  clock: Clock;
  /** Runs work while no cycle runs: a comparison that waits for one would have to be thrown away. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  signal?: AbortSignal;
}): Promise<Recompute> => {
  const { database, lease, laptop, clock, exclusively, signal } = options;
  const started = clock.monotonic();
  const { last_id: lastId } = await database.read(readPosition);
  const sums = new Map<string, number>();
  let rows = 0;
  for (let after = 0; after < lastId; after += LOG_BATCH) {
    signal?.throwIfAborted();
    const upTo = Math.min(after + LOG_BATCH, lastId);
    const range = await database.read((tx) => sumRange(tx, after, upTo));
    for (const row of range) sums.set(row.card_id, (sums.get(row.card_id) ?? 0) + row.expected_cents);
    rows += range.length;
  }

  const suspects: string[] = [];
  let cards = 0;
  for (let after = ''; ; ) {
    signal?.throwIfAborted();
    const batch = await database.read((tx) => ledgerBatch(tx, after));
    for (const row of batch) {
      cards += 1;
      if ((sums.get(row.card_id) ?? 0) !== row.expected_cents) suspects.push(row.card_id);
      sums.delete(row.card_id);
    }
    const last = batch.at(-1);
    if (batch.length < CARD_BATCH || last === undefined) break;
    after = last.card_id;
  }
  // What is left has history and no ledger.
  for (const [cardId, expected] of sums) if (expected !== 0) suspects.push(cardId);

  let drifted = 0;
  for (let start = 0; start < suspects.length; start += CARD_BATCH) {
    signal?.throwIfAborted();
    drifted += await exclusively(() => repairDrift(options, suspects.slice(start, start + CARD_BATCH)));
  }
  const durationMs = clock.monotonic() - started;
  await lease.write(async (tx) => {
    await tx.run(sql`/* regie:recompute */
      insert into console.ledger_recomputes (laptop, started_at, duration_ms, rows_read, cards, drifted)
      values (${laptop}, now() - make_interval(secs => ${durationMs / 1_000}), ${durationMs}, ${lastId}, ${cards}, ${drifted})`);
  });
  return { cards, drifted, rows, durationMs };
};

const readPosition = (tx: Transaction) =>
  tx.row(
    positionRow,
    sql`/* regie:recompute */
      select last_id, (extract(epoch from now()) * 1000000)::bigint as now
      from console.watermarks where source = 'transactions'`,
  );

const sumRange = (tx: Transaction, after: number, upTo: number) =>
  tx.rows(
    sumRow,
    // By primary key.
    sql`/* regie:recompute */
      select card_id, sum(console.ledger_amount(transaction_type, status, amount_involved, details) * 100)::bigint as expected_cents
      from public.app_transaction_log where log_id > ${after} and log_id <= ${upTo}
      group by card_id`,
  );

const ledgerBatch = (tx: Transaction, after: string) =>
  tx.rows(
    sumRow,
    sql`/* regie:recompute */
      select card_id, expected_cents from console.card_ledger where card_id > ${after} order by card_id limit ${CARD_BATCH}`,
  );

/** Compares once more in one snapshot, with what the ledger has read by then, and repairs what differs. */
const repairDrift = (
  { lease, laptop }: { lease: Lease; laptop: string },
  suspects: readonly string[],
): Promise<number> =>
  lease.write(
    async (tx) => {
      const { now } = await tx.row(
        positionRow,
        // No cycle advances the ledger while this is compared.
        sql`/* regie:recompute */
          select last_id, (extract(epoch from now()) * 1000000)::bigint as now
          from console.watermarks where source = 'transactions' for update`,
      );
      const found = await tx.rows(
        comparedRow,
        // By the festival's index on card_id where it has one; the log is read once where it has none.
        sql`/* regie:recompute */
          select s.card_id, coalesce(l.expected_cents, 0) as expected_cents, coalesce(h.recomputed, 0)::bigint as recomputed
          from unnest(${suspects}::text[]) as s (card_id)
          left join console.card_ledger l using (card_id)
          left join (
            select t.card_id,
              sum(console.ledger_amount(t.transaction_type, t.status, t.amount_involved, t.details) * 100) as recomputed
            from public.app_transaction_log t
            cross join (select last_id from console.watermarks where source = 'transactions') as w
            where t.card_id = any (${suspects}::text[])
              -- What the tail has not read yet, or will look up again, is not the ledger's fault.
              and t.log_id <= w.last_id
              and not exists (select from console.watermark_gaps g where g.source = 'transactions' and g.id = t.log_id)
              and not exists (select from console.unsettled u where u.log_id = t.log_id)
            group by t.card_id) as h using (card_id)`,
      );
      const wrong = found.filter((row) => row.expected_cents !== row.recomputed);
      if (wrong.length === 0) return 0;
      await setLedger(
        tx,
        wrong.map((row) => ({ card_id: row.card_id, expected_cents: row.recomputed })),
      );
      const findings = wrong.map((row) =>
        driftFinding(
          { cardId: row.card_id, ledger: cents(row.expected_cents), recomputed: cents(row.recomputed) },
          now,
        ),
      );
      await writeFindings(tx, findings, laptop);
      return wrong.length;
    },
    { isolation: 'repeatable read' },
  );
