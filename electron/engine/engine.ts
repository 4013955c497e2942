import { randomUUID } from 'node:crypto';
import type { EngineStatus, MonitoringStop } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createBreaker } from './breaker.ts';
import { PLANT_MS, plantProbe } from './canary.ts';
import { readIndexes, SLICE } from './card-sweep.ts';
import { cleanUp } from './cleanup.ts';
import { type CycleReport, runCycle, type Sweep } from './cycle.ts';
import { readDetectorStatus, recordCycle, recordFailure } from './cycle-record.ts';
import { writeSnapshot } from './health.ts';
import { createLease, LeaseLost, RENEW_MS } from './lease.ts';
import { type Recompute, recomputeLedger } from './recompute.ts';
import { createCatchUp } from './tail/catch-up.ts';

export { LeaseLost } from './lease.ts';
export type { Recompute } from './recompute.ts';

/** What the engine does on its schedule (detectors.md, "Schedule"). */
export type WorkKind = 'tail' | 'critical' | 'medium' | 'snapshot' | 'cleanup' | 'canary' | 'recompute';
type Scheduled = Exclude<WorkKind, 'tail'>;

export type Intervals = { readonly criticalMs: number; readonly mediumMs: number };

export type Engine = {
  /** Begins to stand for the lease, and the live tail and the schedule while this laptop leads. */
  start(): void;
  status(): EngineStatus;
  /** Whether this laptop holds the lease, whatever its cycles do. */
  leads(): boolean;
  /** Who has stopped monitoring for the whole festival; undefined before the first look at it. */
  stopped(): MonitoringStop | null | undefined;
  /**
   * Runs one piece of work now, after whatever is running.
   * @throws LeaseLost when another laptop runs the engine, or what the database answered.
   */
  runCycle(kind?: Exclude<WorkKind, 'recompute'>): Promise<{ durationMs: number; findings: number }>;
  /** Recomputes the ledger beside the cycles. @throws as `runCycle`. */
  recompute(): Promise<Recompute>;
  /** Stops the reading of what happened before, and lets it go on. */
  pauseCatchUp(paused: boolean): void;
  /** Something happened to the lease: look now. */
  wake(): void;
  resetBreaker(): void;
  close(): Promise<void>;
};

/** A little more than a second: after two of them a card that differed is seen for the second time, and not after three. */
const TAIL_MS = 1_005;
const SNAPSHOT_MS = 5 * 60_000;
const CLEANUP_MS = 60 * 60_000;
/** A full sweep of more cards than one slice holds comes with every fifth minute only. */
const FULL_SWEEP_MS = 5 * 60_000;
const DEFAULT_INTERVALS: Intervals = { criticalMs: 30_000, mediumMs: 120_000 };
/** In the order of their weight: when several are due, the first goes first. */
const SCHEDULED = ['canary', 'critical', 'medium', 'snapshot', 'cleanup', 'recompute'] as const;
/** The first of each comes soon and not all at once. */
const FIRST_MS: Readonly<Record<Scheduled, number>> = {
  canary: 2_000,
  critical: 3_000,
  medium: 7_000,
  snapshot: 5_000,
  cleanup: 60_000,
  recompute: 10 * 60_000,
};
/** Idle tails are not worth a row each. */
const IDLE_CYCLE_RECORDED_MS = 30_000;
const DETECTORS_READ_MS = 5_000;
/** Another session was first, or the server ended a deadlock: nothing was written, and it is tried again at once. */
const CONTENTION = new Set(['40001', '40P01', '55P03']);
const RETRY_MS = 50;

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
  /** Names this process among those that stand for the lease. */
  holder?: string;
}): Engine => {
  const { database, laptop, clock, log } = options;
  const intervals = options.intervals ?? DEFAULT_INTERVALS;
  const breaker = createBreaker(clock);
  const lease = createLease({
    database,
    holder: options.holder ?? randomUUID(),
    laptop,
    clock,
    breaker: breaker.status,
  });
  const catchUp = createCatchUp(clock);
  const abort = new AbortController();
  const warned = new Set<string>();
  const instant = (): string => new Date(clock.now()).toISOString();
  const every: Readonly<Record<Scheduled, number>> = {
    canary: PLANT_MS,
    critical: intervals.criticalMs,
    medium: intervals.mediumMs,
    snapshot: SNAPSHOT_MS,
    cleanup: CLEANUP_MS,
    recompute: CLEANUP_MS,
  };
  const due = new Map<Scheduled, number>();

  let state: EngineStatus['state'] = 'off';
  let since = instant();
  let last: { at: string; ms: number } | null = null;
  let cycles = 0;
  let skipped = 0;
  let recordedAt = Number.NEGATIVE_INFINITY;
  let detectorsReadAt = Number.NEGATIVE_INFINITY;
  let detectorStatus: EngineStatus['detectors'] = [];
  let indexes: { by_card: boolean; by_change: boolean } | undefined;
  /** Where a full sweep of many cards has come to; it goes on with every tick. */
  let sweeping: string | null = null;
  let sweptAt = Number.NEGATIVE_INFINITY;
  let cardsSwept = 0;
  let cards = 0;
  let recomputing: Promise<Recompute> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let leaseTimer: NodeJS.Timeout | undefined;
  let holding: Promise<boolean> | undefined;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const status = (): EngineStatus => ({
    state,
    since,
    laptop,
    leader: lease.leader(),
    catchUp: catchUp.status(),
    lastCycleAt: last?.at ?? null,
    lastCycleMs: last?.ms ?? null,
    cycles,
    skippedCycles: skipped,
    // The engine's, wherever it runs.
    breaker: (lease.trusted() ? undefined : lease.leaderBreaker()) ?? breaker.status(),
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

  /** One attempt at a time, whoever asks for it. */
  const hold = (): Promise<boolean> => {
    holding ??= lease.hold().finally(() => {
      holding = undefined;
    });
    return holding;
  };

  const cycle = async (kind: WorkKind, sweep: Sweep | null): Promise<CycleReport> => {
    indexes ??= await database.read(readIndexes);
    const parts = { lease, laptop, clock, log, warned, verify: indexes.by_card };
    const report = await runCycle(
      { ...parts, ...(options.batch ? { batch: options.batch } : {}) },
      { kind, sweep, recordIdle: clock.monotonic() - recordedAt > IDLE_CYCLE_RECORDED_MS },
    );
    catchUp.noted(report);
    if (sweep !== null && 'after' in sweep && report.caughtUp) {
      cardsSwept = (sweep.after === '' ? 0 : cardsSwept) + report.cardsSwept;
      sweeping = report.sweptTo;
      if (sweeping === null) cards = cardsSwept;
    }
    return report;
  };

  /** What a critical cycle sweeps: all cards where they are few, else all every five minutes and what moved between. */
  const nextSweep = (): Sweep | null => {
    if (sweeping !== null) return { after: sweeping };
    if (cards <= SLICE || clock.monotonic() - sweptAt >= FULL_SWEEP_MS) {
      sweptAt = clock.monotonic();
      return { after: '' };
    }
    return indexes?.by_change ? { changedWithinSeconds: (2 * intervals.criticalMs) / 1_000 } : null;
  };

  const work = async (
    kind: Exclude<WorkKind, 'recompute'>,
    sweep: Sweep | null,
  ): Promise<{ durationMs: number; findings: number; caughtUp: boolean }> => {
    const started = clock.monotonic();
    const startedAt = instant();
    let report: Pick<CycleReport, 'transactionsRead' | 'scansRead' | 'findings' | 'caughtUp'> = NOTHING;
    if (kind === 'snapshot') await writeSnapshot(lease, laptop);
    else if (kind === 'cleanup') await cleanUp(lease);
    else if (kind === 'canary') await plantProbe(lease, laptop);
    else report = await cycle(kind, sweep);
    const durationMs = Math.round((clock.monotonic() - started) * 10) / 10;
    if (kind === 'canary') return { durationMs, findings: 0, caughtUp: true };
    if (isCycle(kind)) {
      last = { at: startedAt, ms: durationMs };
      cycles += 1;
    }
    const idle = report.transactionsRead + report.scansRead + report.findings === 0;
    if (!idle || clock.monotonic() - recordedAt > IDLE_CYCLE_RECORDED_MS) recordedAt = clock.monotonic();
    if (!isCycle(kind)) {
      await lease.write((tx) => recordCycle(tx, { kind, laptop, startedAt, durationMs, ...report }));
    }
    if (clock.monotonic() - detectorsReadAt > DETECTORS_READ_MS) {
      detectorsReadAt = clock.monotonic();
      detectorStatus = await readDetectorStatus(database);
    }
    return { durationMs, findings: report.findings, caughtUp: report.caughtUp };
  };

  const recompute = (): Promise<Recompute> => {
    recomputing ??= recomputeLedger({ database, lease, laptop, clock, exclusively, signal: abort.signal }).finally(
      () => {
        recomputing = undefined;
      },
    );
    return recomputing;
  };

  /** The most important work that is due; the others stay due for the next tick. */
  const nextWork = (): WorkKind => {
    const now = clock.monotonic();
    for (const kind of SCHEDULED) {
      const at = due.get(kind) ?? now;
      if (now < at) continue;
      const late = Math.floor((now - at) / every[kind]);
      if (kind === 'critical' || kind === 'medium') skipped += late;
      due.set(kind, at + (late + 1) * every[kind]);
      return kind;
    }
    return 'tail';
  };

  const tick = async (): Promise<number> => {
    if (!lease.trusted()) return RENEW_MS / 3;
    if (catchUp.isPaused()) return TAIL_MS;
    if (!breaker.allows()) {
      become('breaker_open');
      return TAIL_MS;
    }
    const kind = sweeping === null ? nextWork() : 'critical';
    const startedAt = instant();
    try {
      if (kind === 'recompute') {
        // Beside the cycles: it takes as long as the log is.
        void recompute().catch((error: unknown) => {
          if (!closed && !isConnectionError(error)) log.error('the ledger could not be recomputed', { error });
        });
        return 0;
      }
      const { caughtUp } = await work(kind, kind === 'critical' ? nextSweep() : null);
      // A snapshot or a planted probe says nothing about the cycles.
      if (isCycle(kind)) breaker.succeeded();
      become('running');
      return caughtUp && sweeping === null && kind !== 'canary' ? TAIL_MS : 0;
    } catch (error) {
      if (closed) return TAIL_MS;
      sweeping = null;
      if (error instanceof LeaseLost) {
        log.warn('another laptop runs the engine', { leader: lease.leader()?.laptop });
        await hold().catch(() => undefined);
        become(withoutLease());
        return TAIL_MS;
      }
      if (CONTENTION.has(codeOf(error))) return RETRY_MS;
      if (isConnectionError(error)) {
        become('waiting');
        return TAIL_MS;
      }
      breaker.failed(error);
      log.error('a cycle failed', { error, failures: breaker.status().failures });
      await recordFailure(lease, { kind, laptop, startedAt, error }).catch(() => undefined);
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

  /** Its own loop beside the cycles: a long one must not cost the lease. */
  const standForLease = async (): Promise<void> => {
    clearTimeout(leaseTimer);
    const led = lease.trusted();
    try {
      const leads = await hold();
      if (closed) return;
      if (!leads) become(withoutLease());
      else if (!led) {
        // What came due while it was not its turn is due once, now: nothing was skipped.
        if (state === 'standby' || state === 'stopped') {
          for (const kind of SCHEDULED) due.set(kind, Math.max(due.get(kind) ?? 0, clock.monotonic()));
        }
        log.info('this laptop runs the engine', { term: lease.leader()?.term });
        if (state !== 'breaker_open') become('running');
      }
    } catch (error) {
      if (closed) return;
      if (!isConnectionError(error) && !CONTENTION.has(codeOf(error)))
        log.error('the lease could not be held', { error });
      if (!lease.trusted()) become('waiting');
    }
    clearTimeout(leaseTimer);
    leaseTimer = setTimeout(() => void standForLease(), RENEW_MS);
  };

  /** Another laptop leads, or nobody may. */
  const withoutLease = (): 'standby' | 'stopped' => (lease.stopped() ? 'stopped' : 'standby');

  const ensureLease = async (): Promise<void> => {
    if (lease.trusted() || (await hold())) return;
    if (lease.stopped()) become('stopped');
    throw new LeaseLost(`the engine runs on ${lease.leader()?.laptop}`);
  };

  return {
    start: () => {
      const now = clock.monotonic();
      for (const kind of SCHEDULED) due.set(kind, now + FIRST_MS[kind]);
      become('waiting');
      void standForLease().then(() => schedule(0));
    },
    status,
    leads: lease.trusted,
    stopped: lease.stopped,
    runCycle: (kind = 'critical') =>
      exclusively(async () => {
        await ensureLease();
        let findings = 0;
        let durationMs = 0;
        let sweep: Sweep | null = kind === 'critical' ? { after: '' } : null;
        for (let more = true; more; ) {
          const report = await work(kind, sweep);
          findings += report.findings;
          durationMs += report.durationMs;
          if (sweep !== null && report.caughtUp && sweeping !== null) sweep = { after: sweeping };
          more = !report.caughtUp || sweeping !== null;
        }
        return { durationMs, findings };
      }),
    recompute: async () => {
      await ensureLease();
      return recompute();
    },
    pauseCatchUp: (paused) => {
      catchUp.pause(paused);
      options.onStatus?.(status());
    },
    wake: () => {
      if (!closed && state !== 'off') void standForLease();
    },
    resetBreaker: () => {
      breaker.reset();
      if (state === 'breaker_open') become('running');
    },
    close: async () => {
      if (closed) return;
      closed = true;
      abort.abort();
      clearTimeout(timer);
      clearTimeout(leaseTimer);
      await queue;
      await recomputing?.catch(() => undefined);
      await holding?.catch(() => undefined);
      await lease.release().catch(() => undefined);
      state = 'off';
    },
  };
};

const isCycle = (kind: WorkKind): boolean => kind === 'tail' || kind === 'critical' || kind === 'medium';

const NOTHING = { transactionsRead: 0, scansRead: 0, findings: 0, caughtUp: true } as const;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
