import { z } from 'zod';
import type { EngineStatus } from '../../shared/contract/status.ts';
import { countColumn, instantColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
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

/** Keeps what a cycle cost and brought. @returns how the detectors are by now. */
export const recordCycle = (
  lease: Lease,
  cycle: {
    kind: string;
    laptop: string;
    startedAt: string;
    durationMs: number;
    transactionsRead: number;
    scansRead: number;
    findings: number;
  },
): Promise<EngineStatus['detectors']> =>
  lease.write(async (tx) => {
    await tx.run(sql`/* regie:cycle */
      insert into console.cycles (kind, laptop, started_at, duration_ms, transactions_read, scans_read, findings)
      values (${cycle.kind}, ${cycle.laptop}, ${cycle.startedAt}, ${cycle.durationMs}, ${cycle.transactionsRead},
        ${cycle.scansRead}, ${cycle.findings})`);
    return tx.rows(
      detectorRow,
      sql`/* regie:cycle */
        select algorithm, last_run_at, last_duration_ms, runs, errors, not_judged, last_error
        from console.detector_state order by algorithm`,
    );
  });

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
