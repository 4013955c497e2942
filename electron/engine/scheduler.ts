import type { Clock } from '../../shared/domain/clock.ts';
import { PLANT_MS } from './canary.ts';

/** What the engine does. A tail reads what is new; everything else has its time. */
export type WorkKind = 'tail' | 'watch' | 'verify' | 'maintain' | ScheduledKind;
type ScheduledKind = 'canary' | 'critical' | 'medium' | 'snapshot' | 'cleanup' | 'recompute';

/** How often the cycles run, which the environment may set. */
export type Intervals = { readonly criticalMs: number; readonly mediumMs: number };

/** Says which work is due, by a monotonic clock. It runs nothing itself. */
export type Scheduler = {
  /** Sets the first times. */
  start(): void;
  /** The most important work that is due, else a tail; what else is due stays due. */
  next(): WorkKind;
  /** Counts what came due until now as due once: it was not this laptop's turn, so nothing was skipped. */
  forgiveMissed(): void;
  /** Takes other intervals from now on: what comes sooner by them, comes sooner. */
  setIntervals(intervals: Intervals): void;
  /** Critical and medium cycles that were left out because they came too late. */
  skipped(): number;
};

const SNAPSHOT_MS = 5 * 60_000;
const CLEANUP_MS = 60 * 60_000;
export const DEFAULT_INTERVALS: Intervals = { criticalMs: 30_000, mediumMs: 120_000 };
/** In the order of their weight: when several are due, the first goes first. */
const SCHEDULED = ['canary', 'critical', 'medium', 'snapshot', 'cleanup', 'recompute'] as const;
/** The first of each comes soon and not all at once. */
const FIRST_MS: Readonly<Record<ScheduledKind, number>> = {
  canary: 2_000,
  critical: 3_000,
  medium: 7_000,
  snapshot: 5_000,
  cleanup: 60_000,
  recompute: 10 * 60_000,
};

export const createScheduler = (
  clock: Pick<Clock, 'monotonic'>,
  intervals: Intervals = DEFAULT_INTERVALS,
): Scheduler => {
  const every: Record<ScheduledKind, number> = {
    canary: PLANT_MS,
    critical: intervals.criticalMs,
    medium: intervals.mediumMs,
    snapshot: SNAPSHOT_MS,
    cleanup: CLEANUP_MS,
    recompute: CLEANUP_MS,
  };
  const due = new Map<ScheduledKind, number>();
  let skipped = 0;
  return {
    start: () => {
      const now = clock.monotonic();
      for (const kind of SCHEDULED) due.set(kind, now + FIRST_MS[kind]);
    },
    next: () => {
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
    },
    forgiveMissed: () => {
      for (const kind of SCHEDULED) due.set(kind, Math.max(due.get(kind) ?? 0, clock.monotonic()));
    },
    setIntervals: (next) => {
      every.critical = next.criticalMs;
      every.medium = next.mediumMs;
      const now = clock.monotonic();
      for (const kind of ['critical', 'medium'] as const) {
        const at = due.get(kind);
        if (at !== undefined) due.set(kind, Math.min(at, now + every[kind]));
      }
    },
    skipped: () => skipped,
  };
};
