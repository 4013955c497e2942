import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import { compareIds, type RowId } from '../../shared/domain/row-id.ts';
import { inPieces } from '../lib/in-pieces.ts';
import type { FestivalDatabase, Transaction } from '../postgres/pool.ts';
import { bigCentsColumn, countColumn, idColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { setLedger } from './card-sweep.ts';
import { driftFinding } from './detectors/ledger-drift.ts';
import { writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';
import { endExplained, isRowWaiting, meaningToCount, openChangedRows } from './recount.ts';
import { LOWEST_READ } from './tail/positions.ts';

/** Rows of the log that one statement adds up: well under a second. */
const LOG_BATCH = 200_000;
/** Cards that are compared, and verified, by one statement. */
const CARD_BATCH = 10_000;
/** Cycles that take over rows whose status means something by now, at most. */
const MAX_CYCLES = 500;

const positionRow = z.object({ last_id: idColumn, now: microsColumn, begins: idColumn, shrank: z.boolean() });
const sumRow = z.object({ card_id: z.string(), expected_cents: bigCentsColumn });

const endRow = z.object({ up_to: idColumn.nullable(), rows: countColumn });
const comparedRow = sumRow.extend({ recomputed: bigCentsColumn, explainable: z.boolean() });

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
 * After a word has been explained it is no drift that the ledger differs: it is counted with the new meaning.
 * @throws AbortError when it is cancelled.
 */
export const recomputeLedger = async (options: {
  database: FestivalDatabase;
  lease: Lease;
  laptop: string;
  clock: Clock;
  /** Runs work while no cycle runs: a comparison that waits for one would have to be thrown away. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Reads the logs once. */
  readOn: () => Promise<unknown>;
  signal?: AbortSignal;
}): Promise<Recompute> => {
  const { database, lease, laptop, clock, exclusively, signal } = options;
  const started = clock.monotonic();
  const meaning = await database.read(meaningToCount);
  if (meaning !== undefined) {
    while (await exclusively(() => openChangedRows(lease))) signal?.throwIfAborted();
    // A cycle takes some thousands of them; a row that cannot be taken keeps nobody waiting for ever.
    for (let cycles = 0; cycles < MAX_CYCLES && (await database.read(isRowWaiting)); cycles += 1) {
      signal?.throwIfAborted();
      await exclusively(options.readOn);
    }
  }
  const { last_id: lastId, begins, shrank } = await database.read(readPosition);
  // Somebody has to decide first what the rows that are gone came to: nothing is repaired towards a log that lacks them.
  if (shrank) return { cards: 0, drifted: 0, rows: 0, durationMs: clock.monotonic() - started };
  const sums = await database.read(carriedBalances);
  let rows = 0;
  for (let after = begins; compareIds(after, lastId) < 0; ) {
    signal?.throwIfAborted();
    const range = await database.read(async (tx) => {
      const { up_to: upTo, rows: read } = await rangeEnd(tx, after, lastId);
      return { upTo, read, sums: upTo === null ? [] : await sumRange(tx, after, upTo) };
    });
    for (const row of range.sums) sums.set(row.card_id, (sums.get(row.card_id) ?? 0) + row.expected_cents);
    rows += range.read;
    after = range.upTo ?? lastId;
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
  for (const batch of inPieces(suspects, CARD_BATCH)) {
    signal?.throwIfAborted();
    drifted += await exclusively(() => repairDrift(options, batch, meaning));
  }
  if (meaning !== undefined) await exclusively(() => lease.write((tx) => endExplained(tx, meaning, laptop)));
  const durationMs = clock.monotonic() - started;
  await lease.write(async (tx) => {
    await tx.run(sql`/* regie:recompute */
      insert into console.ledger_recomputes (laptop, started_at, duration_ms, rows_read, cards, drifted)
      values (${laptop}, now() - make_interval(secs => ${durationMs / 1_000}), ${durationMs}, ${rows}, ${cards}, ${drifted})`);
  });
  return { cards, drifted, rows, durationMs };
};

const readPosition = (tx: Transaction) =>
  tx.row(
    positionRow,
    sql`/* regie:recompute */
      select last_id, (extract(epoch from now()) * 1000000)::bigint as now, console.history_shrank() as shrank,
        -- The first id with anything behind it: a log of ids far above zero is not read from zero.
        coalesce((select min(log_id) - case when min(log_id) >= ${LOWEST_READ}::bigint then 1 else 0 end from public.app_transaction_log
          where log_id > (select carried_to from console.log_history)), last_id) as begins
      from console.watermarks where source = 'transactions'`,
  );

/** What was carried on of rows that the log no longer has. */
const carriedBalances = async (tx: Transaction): Promise<Map<string, number>> =>
  new Map(
    (
      await tx.rows(
        sumRow,
        sql`/* regie:recompute */
          select card_id, (balance * 100)::bigint as expected_cents from console.carried_balances`,
      )
    ).map((row) => [row.card_id, row.expected_cents]),
  );

/** By rows and not by ids, which may be far apart. */
const rangeEnd = (tx: Transaction, after: RowId, lastId: RowId) =>
  tx.row(
    endRow,
    sql`/* regie:recompute */
      select max(log_id) as up_to, count(*) as rows from (
        select log_id from public.app_transaction_log
        where log_id > ${after} and log_id <= ${lastId} order by log_id limit ${LOG_BATCH}) as range`,
  );

const sumRange = (tx: Transaction, after: RowId, upTo: RowId) =>
  tx.rows(
    sumRow,
    // By primary key.
    sql`/* regie:recompute */
      select coalesce(console.key_of(card_id), '') as card_id,
        sum(console.ledger_amount(transaction_type::text, status::text, console.amount_of(amount_involved),
          console.json_of(details), meant.meanings) * 100)::bigint as expected_cents
      from (select console.meanings() as meanings offset 0) as meant
      cross join public.app_transaction_log where log_id > ${after} and log_id <= ${upTo}
      group by 1`,
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
  meaning: number | undefined,
): Promise<number> =>
  lease.write(
    async (tx) => {
      const { now, shrank } = await tx.row(
        positionRow,
        // No cycle advances the ledger while this is compared.
        sql`/* regie:recompute */
          select last_id, (extract(epoch from now()) * 1000000)::bigint as now, 0::bigint as begins,
            console.history_shrank() as shrank
          from console.watermarks where source = 'transactions' for update`,
      );
      if (shrank) return 0;
      // A word was explained meanwhile: what differs now is no drift, and is counted next.
      if ((await meaningToCount(tx)) !== meaning) return 0;
      const found = await tx.rows(
        comparedRow,
        // By the festival's index on card_id where it has one; the log is read once where it has none.
        sql`/* regie:recompute */
          select s.card_id, coalesce(l.expected_cents, 0) as expected_cents,
            (coalesce(h.recomputed, 0) + coalesce(b.balance * 100, 0))::bigint as recomputed,
            coalesce(h.explainable, false) as explainable
          from unnest(${suspects}::text[]) as s (card_id)
          left join console.card_ledger l using (card_id)
          left join console.carried_balances b using (card_id)
          left join (
            select t.card_id,
              sum(console.ledger_amount(t.transaction_type::text, t.status::text, console.amount_of(t.amount_involved),
                console.json_of(t.details), meant.meanings) * 100)
                -- What the tail will look up again is not the ledger's fault.
                filter (where not exists (select from console.unsettled u where u.log_id = t.log_id)) as recomputed,
              bool_or(console.is_explainable(t.transaction_type::text, t.status::text)) as explainable
            from public.app_transaction_log t
            cross join (select console.meanings() as meanings offset 0) as meant
            cross join (select last_id from console.watermarks where source = 'transactions') as w
            where t.card_id = any (${suspects}::text[])
              -- Nor is what it has not read yet.
              and t.log_id <= w.last_id and t.log_id > (select carried_to from console.log_history)
              and t.log_id > coalesce((select g.last_id from console.watermark_gaps g
                where g.source = 'transactions' and g.first_id <= t.log_id order by g.first_id desc limit 1), t.log_id - 1)
            group by t.card_id) as h using (card_id)`,
      );
      const wrong = found.filter((row) => row.expected_cents !== row.recomputed);
      if (wrong.length === 0) return 0;
      await setLedger(
        tx,
        wrong.map((row) => ({ card_id: row.card_id, expected_cents: row.recomputed })),
      );
      // Of a card on which a word stands, the difference is what the word has just come to mean.
      const drifted = wrong.filter((row) => meaning === undefined || !row.explainable);
      const findings = drifted.map((row) =>
        driftFinding({ cardId: row.card_id, ledger: row.expected_cents, recomputed: row.recomputed }, now),
      );
      await writeFindings(tx, findings, laptop);
      return drifted.length;
    },
    { isolation: 'repeatable read' },
  );
