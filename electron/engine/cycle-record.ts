import { z } from 'zod';
import type { EngineStatus } from '../../shared/contract/status.ts';
import type { FestivalDatabase, Transaction } from '../postgres/pool.ts';
import { countColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Lease } from './lease.ts';

const detectorRow = z
  .object({
    algorithm: z.string(),
    last_run_at: instantColumn.nullable(),
    last_duration_ms: z.number().nullable(),
    runs: countColumn,
    errors: countColumn,
    not_judged: countColumn,
    last_error: z.string().nullable(),
  })
  .transform((row) => ({
    algorithm: row.algorithm,
    lastRunAt: row.last_run_at,
    lastDurationMs: row.last_duration_ms,
    runs: row.runs,
    errors: row.errors,
    notJudged: row.not_judged,
    lastError: row.last_error,
  }));

/** What a cycle cost and brought. */
export type CycleRecord = {
  readonly kind: string;
  readonly laptop: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly transactionsRead: number;
  readonly scansRead: number;
  readonly findings: number;
};

/** Keeps what a cycle cost, in its own transaction. */
export const recordCycle = async (tx: Transaction, cycle: CycleRecord): Promise<void> => {
  await tx.run(sql`/* regie:cycle */
    insert into console.cycles (kind, laptop, started_at, duration_ms, transactions_read, scans_read, findings)
    values (${cycle.kind}, ${cycle.laptop}, ${cycle.startedAt}, ${cycle.durationMs}, ${cycle.transactionsRead},
      ${cycle.scansRead}, ${cycle.findings})`);
};

/** How the detectors are. */
export const readDetectorStatus = (database: FestivalDatabase): Promise<EngineStatus['detectors']> =>
  database.read((tx) =>
    tx.rows(
      detectorRow,
      sql`/* regie:cycle */
        select algorithm, last_run_at, last_duration_ms, runs, errors, not_judged, last_error
        from console.detector_state order by algorithm`,
    ),
  );

/** Keeps that a cycle failed, and why. */
export const recordFailure = (
  lease: Lease,
  failure: { kind: string; laptop: string; startedAt: string; error: unknown },
): Promise<void> =>
  lease.write(async (tx) => {
    const message = failure.error instanceof Error ? failure.error.message : String(failure.error);
    await tx.run(sql`/* regie:cycle */
      insert into console.cycles (kind, laptop, started_at, duration_ms, error)
      values (${failure.kind}, ${failure.laptop}, ${failure.startedAt}, 0, ${message.slice(0, 1_000)})`);
  });
