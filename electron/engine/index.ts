import { z } from 'zod';
import type { EngineStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { isConnectionError } from '../festival/connection-errors.ts';
import type { FestivalDatabase } from '../festival/pool.ts';
import { countColumn, instantColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Log } from '../log.ts';
import { createBreaker } from './breaker.ts';
import { cleanUp } from './cleanup.ts';
import { runCycle } from './cycle.ts';
import { writeSnapshot } from './health.ts';

/** What the engine does on its schedule (detectors.md, "Schedule"). */
export type WorkKind = 'tail' | 'critical' | 'medium' | 'snapshot' | 'cleanup';

export type Intervals = { readonly criticalMs: number; readonly mediumMs: number };

export type Engine = {
  /** Begins the live tail and the schedule. */
  start(): void;
  status(): EngineStatus;
  /** Runs one piece of work now, after whatever is running. @throws what the database answered. */
  runCycle(kind?: WorkKind): Promise<{ durationMs: number; findings: number }>;
  resetBreaker(): void;
  close(): Promise<void>;
};

const TAIL_MS = 1_000;
const SNAPSHOT_MS = 5 * 60_000;
const CLEANUP_MS = 60 * 60_000;
const DEFAULT_INTERVALS: Intervals = { criticalMs: 30_000, mediumMs: 120_000 };
/** The first of each comes soon and not all at once. */
const FIRST_MS: Readonly<Record<Exclude<WorkKind, 'tail'>, number>> = {
  critical: 3_000,
  medium: 7_000,
  snapshot: 5_000,
  cleanup: 60_000,
};
/** Idle tails are not worth a row each. */
const IDLE_CYCLE_RECORDED_MS = 30_000;
/** Another engine was first, or the server ended a deadlock: nothing was written, the next tick tries again. */
const CONTENTION = new Set(['40001', '40P01']);

const detectorRow = z.object({
  algorithm: z.string(),
  last_run_at: instantColumn.nullable(),
  last_duration_ms: z.number().nullable(),
  runs: countColumn,
  errors: countColumn,
  not_judged: countColumn,
  last_error: z.string().nullable(),
});

/** The detection engine on one festival's database. Nothing runs until `start` or `runCycle`. */
export const createEngine = (options: {
  database: FestivalDatabase;
  laptop: string;
  clock: Clock;
  log: Log;
  intervals?: Intervals;
  onStatus?: (status: EngineStatus) => void;
  /** Rows read in one transaction at most. */
  batch?: number;
}): Engine => {
  const { database, laptop, clock, log } = options;
  const intervals = options.intervals ?? DEFAULT_INTERVALS;
  const breaker = createBreaker(clock);
  const instant = (): string => new Date(clock.now()).toISOString();
  const every: Readonly<Record<Exclude<WorkKind, 'tail'>, number>> = {
    critical: intervals.criticalMs,
    medium: intervals.mediumMs,
    snapshot: SNAPSHOT_MS,
    cleanup: CLEANUP_MS,
  };
  const due = new Map<Exclude<WorkKind, 'tail'>, number>();

  let state: EngineStatus['state'] = 'off';
  let since = instant();
  let last: { at: string; ms: number } | null = null;
  let cycles = 0;
  let skipped = 0;
  let recordedAt = Number.NEGATIVE_INFINITY;
  let detectorStatus: EngineStatus['detectors'] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const status = (): EngineStatus => ({
    state,
    since,
    laptop,
    lastCycleAt: last?.at ?? null,
    lastCycleMs: last?.ms ?? null,
    cycles,
    skippedCycles: skipped,
    breaker: breaker.status(),
    detectors: detectorStatus,
  });
  const become = (next: EngineStatus['state']): void => {
    if (next !== state) since = instant();
    state = next;
    options.onStatus?.(status());
  };

  /** One after the other, whoever asks: a cycle never overlaps itself. */
  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  const work = async (kind: WorkKind): Promise<{ durationMs: number; findings: number; caughtUp: boolean }> => {
    const started = clock.monotonic();
    const startedAt = instant();
    let report = { transactionsRead: 0, scansRead: 0, findings: 0, caughtUp: true };
    if (kind === 'snapshot') await writeSnapshot(database);
    else if (kind === 'cleanup') await cleanUp(database);
    else
      report = await runCycle(
        { database, laptop, clock, log, ...(options.batch ? { batch: options.batch } : {}) },
        kind === 'critical' ? 'sweep' : 'tail',
      );
    const durationMs = Math.round((clock.monotonic() - started) * 10) / 10;
    if (kind !== 'snapshot' && kind !== 'cleanup') {
      last = { at: startedAt, ms: durationMs };
      cycles += 1;
    }
    const idle = report.transactionsRead + report.scansRead + report.findings === 0;
    if (!idle || kind !== 'tail' || clock.monotonic() - recordedAt > IDLE_CYCLE_RECORDED_MS) {
      recordedAt = clock.monotonic();
      await recordCycle(kind, startedAt, durationMs, report);
    }
    return { durationMs, findings: report.findings, caughtUp: report.caughtUp };
  };

  const recordCycle = async (
    kind: WorkKind,
    startedAt: string,
    durationMs: number,
    report: { transactionsRead: number; scansRead: number; findings: number },
  ): Promise<void> => {
    detectorStatus = await database.write(async (tx) => {
      await tx.run(sql`/* regie:cycle */
        insert into console.cycles (kind, laptop, started_at, duration_ms, transactions_read, scans_read, findings)
        values (${kind}, ${laptop}, ${startedAt}, ${durationMs}, ${report.transactionsRead}, ${report.scansRead}, ${report.findings})`);
      const rows = await tx.rows(
        detectorRow,
        sql`/* regie:cycle */
          select algorithm, last_run_at, last_duration_ms, runs, errors, not_judged, last_error
          from console.detector_state order by algorithm`,
      );
      return rows.map((row) => ({
        algorithm: row.algorithm,
        lastRunAt: row.last_run_at,
        lastDurationMs: row.last_duration_ms,
        runs: row.runs,
        errors: row.errors,
        notJudged: row.not_judged,
        lastError: row.last_error,
      }));
    });
  };

  /** The most important work that is due; the others stay due for the next tick. */
  const nextWork = (): WorkKind => {
    const now = clock.monotonic();
    for (const kind of ['critical', 'medium', 'snapshot', 'cleanup'] as const) {
      const at = due.get(kind) ?? now;
      if (now < at) continue;
      const late = Math.floor((now - at) / every[kind]);
      skipped += late;
      due.set(kind, at + (late + 1) * every[kind]);
      return kind;
    }
    return 'tail';
  };

  const tick = async (): Promise<number> => {
    if (!breaker.allows()) {
      become('breaker_open');
      return TAIL_MS;
    }
    try {
      const { caughtUp } = await work(nextWork());
      breaker.succeeded();
      become('running');
      return caughtUp ? TAIL_MS : 0;
    } catch (error) {
      if (closed) return TAIL_MS;
      if (CONTENTION.has(codeOf(error))) return TAIL_MS;
      if (isConnectionError(error)) {
        become('waiting');
        return TAIL_MS;
      }
      breaker.failed(error);
      log.error('a cycle failed', { error, failures: breaker.status().failures });
      become(breaker.status().state === 'open' ? 'breaker_open' : 'running');
      return TAIL_MS;
    }
  };

  const schedule = (delayMs: number): void => {
    if (closed) return;
    timer = setTimeout(() => {
      const started = clock.monotonic();
      void exclusively(tick).then((pauseMs) => schedule(Math.max(0, pauseMs - (clock.monotonic() - started))));
    }, delayMs);
  };

  return {
    start: () => {
      const now = clock.monotonic();
      for (const [kind, firstMs] of Object.entries(FIRST_MS)) {
        due.set(kind as Exclude<WorkKind, 'tail'>, now + firstMs);
      }
      become('running');
      schedule(0);
    },
    status,
    runCycle: (kind = 'critical') =>
      exclusively(async () => {
        let findings = 0;
        let durationMs = 0;
        for (let caughtUp = false; !caughtUp; ) {
          const report = await work(kind);
          findings += report.findings;
          durationMs += report.durationMs;
          caughtUp = report.caughtUp;
        }
        return { durationMs, findings };
      }),
    resetBreaker: () => {
      breaker.reset();
      if (state === 'breaker_open') become('running');
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await queue;
      state = 'off';
    },
  };
};

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
