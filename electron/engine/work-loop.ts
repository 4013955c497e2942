import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Mutex } from '../lib/mutex.ts';
import { isConnectionError, isLockedOut } from '../lib/postgres-errors.ts';
import type { Breaker } from './breaker.ts';
import { recordFailure } from './cycle-record.ts';
import type { EngineState } from './engine-state.ts';
import type { LeaderLoop } from './leader-loop.ts';
import { type Lease, LeaseLost, RENEW_MS } from './lease.ts';
import type { Scheduler } from './scheduler.ts';
import type { CatchUp } from './tail/catch-up.ts';
import { isCycle, type Work, type WorkRunner } from './work-runner.ts';

/** A little more than a second: after two of them a card that differed is seen for the second time, and not after three. */
const TAIL_MS = 1_005;
/** After another session was first. */
const RETRY_MS = 50;

/** The festival's tables are looked at so often; sooner, but not all the time, while a cycle finds them changed. */
const WATCH_MS = 60_000;
const WATCH_AGAIN_MS = 5_000;

/** Runs one piece of work after the other on its schedule, while this laptop leads. */
export const createWorkLoop = (options: {
  laptop: string;
  clock: Clock;
  log: Log;
  lease: Lease;
  leaderLoop: LeaderLoop;
  breaker: Breaker;
  catchUp: CatchUp;
  scheduler: Scheduler;
  runner: WorkRunner;
  state: EngineState;
  /** Held for each piece of work. */
  mutex: Mutex;
  recompute: () => Promise<unknown>;
  /** Aborted when the engine closes. */
  signal: AbortSignal;
}): { start(): void; stop(): void } => {
  const { clock, log, lease, breaker, runner, state, signal } = options;
  let timer: NodeJS.Timeout | undefined;
  let watchedAt = Number.NEGATIVE_INFINITY;

  const failed = async (error: unknown, kind: Work, startedAt: string): Promise<number> => {
    if (signal.aborted) return TAIL_MS;
    runner.abandonSweep();
    if (error instanceof LeaseLost) {
      log.warn('another laptop runs the engine', { leader: lease.leader()?.laptop });
      await options.leaderLoop.standDown();
      return TAIL_MS;
    }
    if (isLockedOut(error)) return RETRY_MS;
    if (isConnectionError(error)) {
      state.become('waiting');
      return TAIL_MS;
    }
    if (kind === 'verify' || kind === 'maintain') {
      log.error(kind === 'verify' ? 'the hour could not be verified' : 'the maintenance failed', { error });
      return TAIL_MS;
    }
    runner.suspectLog();
    if (kind === 'watch') {
      log.error('the look at the log failed', { error });
      return TAIL_MS;
    }
    breaker.failed(error);
    log.error('a cycle failed', { error, failures: breaker.status().failures });
    await recordFailure(lease, { kind, laptop: options.laptop, startedAt, error }).catch(() => undefined);
    state.become(breaker.status().state === 'open' ? 'breaker_open' : 'running');
    return TAIL_MS;
  };

  /** Also while the breaker is open: it may be why. */
  const isWatchDue = (): boolean => {
    const sinceMs = clock.monotonic() - watchedAt;
    return sinceMs >= WATCH_MS || (runner.suspectsLog() && sinceMs >= WATCH_AGAIN_MS);
  };
  const look = async (kind: 'watch' | 'verify' | 'maintain'): Promise<number> => {
    if (kind === 'watch') watchedAt = clock.monotonic();
    try {
      await runner.run(kind);
      return 0;
    } catch (error) {
      return failed(error, kind, new Date(clock.now()).toISOString());
    }
  };

  /** Beside the cycles: it takes as long as the log is. One that runs already goes on. */
  const recompute = (): void => {
    void options.recompute().catch((error: unknown) => {
      if (!signal.aborted && !isConnectionError(error)) log.error('the ledger could not be recomputed', { error });
    });
  };

  /** @returns milliseconds until the next tick, from the beginning of this one */
  const tick = async (): Promise<number> => {
    if (!lease.trusted()) return RENEW_MS / 3;
    if (isWatchDue()) return look('watch');
    // An open breaker is what it has to say.
    if (runner.isVerificationDue()) return look('verify');
    if (runner.isMaintenanceDue()) return look('maintain');
    if (options.catchUp.isPaused()) return TAIL_MS;
    if (!breaker.allows()) {
      state.become('breaker_open');
      return TAIL_MS;
    }
    const kind = runner.isSweeping() ? 'critical' : options.scheduler.next();
    if (kind === 'recompute') {
      recompute();
      return 0;
    }
    const startedAt = new Date(clock.now()).toISOString();
    try {
      const { caughtUp } = await runner.run(kind);
      if (caughtUp && runner.isRecountDue()) recompute();
      // A snapshot or a planted probe says nothing about the cycles.
      if (isCycle(kind)) breaker.succeeded();
      state.become('running');
      return caughtUp && !runner.isSweeping() && kind !== 'canary' ? TAIL_MS : 0;
    } catch (error) {
      return failed(error, kind, startedAt);
    }
  };

  const schedule = (delayMs: number): void => {
    if (signal.aborted) return;
    timer = setTimeout(() => {
      const started = clock.monotonic();
      void options.mutex.run(tick).then((pauseMs) => schedule(Math.max(0, pauseMs - (clock.monotonic() - started))));
    }, delayMs);
  };

  return { start: () => schedule(0), stop: () => clearTimeout(timer) };
};
