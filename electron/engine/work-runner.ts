import type { EngineStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { plantProbe } from './canary.ts';
import { readIndexes, type Sweep } from './card-sweep.ts';
import { watchChecklists } from './checklist-watch.ts';
import { cleanUp } from './cleanup.ts';
import { createExplainer } from './common-causes.ts';
import { type CycleReport, runCycle } from './cycle.ts';
import { readDetectorStatus, recordCycle } from './cycle-record.ts';
import { recordFloods } from './flood-records.ts';
import { writeSnapshot } from './health.ts';
import { createHourlyVerification } from './hourly-verification.ts';
import type { Lease } from './lease.ts';
import { watchLog } from './log-watch.ts';
import { createMaintenance } from './maintenance.ts';
import type { WorkKind } from './scheduler.ts';
import { createSweepPlan } from './sweep-plan.ts';
import type { CatchUp } from './tail/catch-up.ts';
import { createPace } from './tail/pace.ts';

/** A recompute runs beside the cycles, not among them. */
export type Work = Exclude<WorkKind, 'recompute'>;
export type WorkReport = { readonly durationMs: number; readonly findings: number; readonly caughtUp: boolean };

/** Carries out one piece of work at a time for the laptop that leads; its caller sees to that. */
export type WorkRunner = {
  /** One piece of work, with the sweep whose turn it is. @throws what the database answered, or LeaseLost. */
  run(kind: Work): Promise<WorkReport>;
  /** Repeats a piece of work until there is no more to read, with a full sweep when it is a critical cycle. */
  runUntilDone(kind: Work): Promise<Omit<WorkReport, 'caughtUp'>>;
  /** A full sweep of many cards is under way: the next critical cycle should follow at once. */
  isSweeping(): boolean;
  abandonSweep(): void;
  /** What a word means has changed since the ledger was counted. */
  isRecountDue(): boolean;
  /** A cycle could read less than the one before, or failed: the festival's tables should be looked at. */
  suspectsLog(): boolean;
  suspectLog(): void;
  /** An hour may be over that nobody has verified. */
  isVerificationDue(): boolean;
  /** Another piece of the daily maintenance may be due. */
  isMaintenanceDue(): boolean;
  status(): Pick<EngineStatus, 'lastCycleAt' | 'lastCycleMs' | 'cycles' | 'detectors'>;
};

/** A tail that found nothing new is recorded so often at most. */
const IDLE_CYCLE_RECORDED_MS = 30_000;
const DETECTORS_READ_MS = 5_000;
const NOTHING = { transactionsRead: 0, scansRead: 0, findings: 0, caughtUp: true } as const;

/** Whether it reads the logs and lets the detectors run. */
export const isCycle = (kind: WorkKind): boolean => kind === 'tail' || kind === 'critical' || kind === 'medium';

export const createWorkRunner = (options: {
  database: FestivalDatabase;
  lease: Lease;
  laptop: string;
  clock: Clock;
  log: Log;
  catchUp: CatchUp;
  /** Between two full sweeps, cards that changed so lately are compared. */
  movedWithinSeconds: number;
  /** Rows read in one transaction; otherwise as many as go quickly. */
  batch?: number;
}): WorkRunner => {
  const { database, lease, laptop, clock, log, catchUp } = options;
  const pace = createPace(options.batch);
  const sweeps = createSweepPlan(clock, options.movedWithinSeconds);
  const verification = createHourlyVerification({ lease, laptop, clock });
  const maintenance = createMaintenance({ lease, laptop, clock });
  const explain = createExplainer({ database, lease, clock, log });
  const warned = new Set<string>();
  let indexes: { by_card: boolean; by_change: boolean } | undefined;
  let last: { at: string; ms: number } | null = null;
  let cycles = 0;
  let logState: string | undefined;
  let suspected = true;
  let recounting = false;
  let recordedAt = Number.NEGATIVE_INFINITY;
  let detectors: EngineStatus['detectors'] = [];
  let detectorsReadAt = Number.NEGATIVE_INFINITY;
  const isIdleRecordDue = (): boolean => clock.monotonic() - recordedAt > IDLE_CYCLE_RECORDED_MS;
  let isNew = true;
  const cycle = async (kind: Work, sweep: Sweep | null, asked: boolean): Promise<CycleReport> => {
    indexes ??= await database.read(readIndexes);
    const started = clock.monotonic();
    const report = await runCycle(
      { lease, laptop, clock, log, warned, verify: indexes.by_card, steps: pace.next() },
      { kind, sweep, recordIdle: isIdleRecordDue(), asked: asked || isNew },
    ).catch((error: unknown) => {
      pace.failed();
      throw error;
    });
    pace.note({ durationMs: clock.monotonic() - started, behind: report.behind, history: report.history });
    if (report.logState !== logState) suspected = true;
    logState = report.logState;
    recounting = report.recounting;
    if (kind !== 'tail') isNew = false;
    catchUp.note(report);
    sweeps.note(sweep, report);
    return report;
  };

  const carryOut = async (
    kind: Work,
    sweep: Sweep | null,
    asked: boolean,
  ): Promise<Pick<CycleReport, 'transactionsRead' | 'scansRead' | 'findings' | 'caughtUp'>> => {
    switch (kind) {
      case 'snapshot':
      case 'cleanup':
      case 'canary':
        await PLAIN[kind](lease, laptop);
        return NOTHING;
      case 'watch':
        suspected = false;
        return { ...NOTHING, findings: await look(lease, laptop) };
      case 'verify':
        return { ...NOTHING, findings: await verification.run() };
      case 'maintain':
        await maintenance.run();
        return NOTHING;
      default:
        return afterCycle({ lease, laptop, explain }, kind, await cycle(kind, sweep, asked));
    }
  };

  const run = async (kind: Work, sweep: Sweep | null, asked = false): Promise<WorkReport> => {
    const started = clock.monotonic();
    const startedAt = new Date(clock.now()).toISOString();
    const report = await carryOut(kind, sweep, asked);
    const { findings, caughtUp } = report;
    const durationMs = Math.round((clock.monotonic() - started) * 10) / 10;
    if (UNRECORDED.has(kind)) return { durationMs, findings, caughtUp };
    const idle = report.transactionsRead + report.scansRead + findings === 0;
    if (!idle || isIdleRecordDue()) recordedAt = clock.monotonic();
    if (isCycle(kind)) {
      // It has recorded itself, in its own transaction.
      last = { at: startedAt, ms: durationMs };
      cycles += 1;
    } else await lease.write((tx) => recordCycle(tx, { kind, laptop, startedAt, durationMs, ...report }));
    if (clock.monotonic() - detectorsReadAt > DETECTORS_READ_MS) {
      detectorsReadAt = clock.monotonic();
      detectors = await readDetectorStatus(database);
    }
    return { durationMs, findings, caughtUp };
  };

  return {
    run: (kind) => run(kind, kind === 'critical' ? sweeps.next(indexes?.by_change ?? false) : null),
    runUntilDone: async (kind) => {
      let findings = 0;
      let durationMs = 0;
      let sweep: Sweep | null = kind === 'critical' ? { after: '' } : null;
      for (let more = true; more; ) {
        const report = await run(kind, sweep, true);
        findings += report.findings;
        durationMs += report.durationMs;
        const after = sweeps.continuesAfter();
        if (sweep !== null && report.caughtUp && after !== null) sweep = { after };
        more = !report.caughtUp || after !== null;
      }
      return { durationMs, findings };
    },
    isSweeping: () => sweeps.continuesAfter() !== null,
    abandonSweep: sweeps.abandon,
    isRecountDue: () => recounting,
    suspectsLog: () => suspected,
    suspectLog: () => {
      suspected = true;
    },
    isVerificationDue: verification.isDue,
    isMaintenanceDue: maintenance.isDue,
    status: () => ({ lastCycleAt: last?.at ?? null, lastCycleMs: last?.ms ?? null, cycles, detectors }),
  };
};

/** Work that is one transaction and finds nothing. */
const PLAIN = {
  snapshot: writeSnapshot,
  cleanup: cleanUp,
  canary: plantProbe,
} satisfies Partial<Record<Work, (lease: Lease, laptop: string) => Promise<unknown>>>;

/** What is written down elsewhere. */
const UNRECORDED: ReadonlySet<Work> = new Set(['canary', 'watch', 'verify', 'maintain']);

const look = async (lease: Lease, laptop: string): Promise<number> => {
  await recordFloods(lease, laptop);
  const findings = (await watchLog(lease, laptop)) + (await watchChecklists(lease, laptop));
  // Health is not green from now on, and not from the next snapshot on.
  if (findings > 0) await writeSnapshot(lease, laptop);
  return findings;
};

const afterCycle = async (
  parts: { lease: Lease; laptop: string; explain: () => Promise<void> },
  kind: Work,
  report: CycleReport,
): Promise<CycleReport> => {
  if (report.setAside > 0) await writeSnapshot(parts.lease, parts.laptop);
  // A quiet tail has nothing new to explain.
  if (report.caughtUp && (kind !== 'tail' || report.findings > 0)) await parts.explain();
  return report;
};
