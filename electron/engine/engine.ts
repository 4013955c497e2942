import { randomUUID } from 'node:crypto';
import type { EngineStatus, MonitoringStop } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { createMutex } from '../lib/mutex.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createBreaker } from './breaker.ts';
import { createEngineState } from './engine-state.ts';
import { createLeaderLoop } from './leader-loop.ts';
import { createLease } from './lease.ts';
import { type Recompute, recomputeLedger } from './recompute.ts';
import { createScheduler, DEFAULT_INTERVALS, type Intervals } from './scheduler.ts';
import { createCatchUp } from './tail/catch-up.ts';
import { createWorkLoop } from './work-loop.ts';
import { createWorkRunner, type Work } from './work-runner.ts';

export { LeaseLost } from './lease.ts';
export type { Recompute } from './recompute.ts';

export type Engine = {
  /** Begins to stand for the lease, and the live tail and the schedule while this laptop leads. */
  start(): void;
  status(): EngineStatus;
  /** Whether this laptop holds the lease, whatever its cycles do. */
  leads(): boolean;
  /** Who has stopped monitoring for the whole festival; undefined until it has been read. */
  stopped(): MonitoringStop | null | undefined;
  /**
   * Runs one piece of work now, after whatever is running.
   * @throws LeaseLost when another laptop runs the engine, or what the database answered.
   */
  runCycle(kind?: Work): Promise<{ durationMs: number; findings: number }>;
  /** Recomputes the ledger beside the cycles. @throws as `runCycle`. */
  recompute(): Promise<Recompute>;
  /** Stops the reading of what happened before, and lets it go on. */
  pauseCatchUp(paused: boolean): void;
  /** Other intervals for the cycles from now on; null: those that it was made with. */
  setIntervals(intervals: Intervals | null): void;
  /** Something happened to the lease: attempt it now. */
  wake(): void;
  resetBreaker(): void;
  close(): Promise<void>;
};

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
  const { database, laptop, clock, log, intervals = DEFAULT_INTERVALS } = options;
  const abort = new AbortController();
  const { signal } = abort;
  const breaker = createBreaker(clock);
  const lease = createLease({
    database,
    holder: options.holder ?? randomUUID(),
    laptop,
    clock,
    breaker: breaker.status,
  });
  const catchUp = createCatchUp(clock);
  const scheduler = createScheduler(clock, intervals);
  const state = createEngineState(clock, () => options.onStatus?.(status()));
  /** One piece of work after the other, whoever asks: a cycle never overlaps itself. */
  const mutex = createMutex();
  const runner = createWorkRunner({
    ...{ database, lease, laptop, clock, log, catchUp },
    movedWithinSeconds: (2 * intervals.criticalMs) / 1_000,
    ...(options.batch === undefined ? {} : { batch: options.batch }),
  });
  const onTakeOver = (): void => {
    scheduler.forgiveMissed();
    breaker.leads();
  };
  const leaderLoop = createLeaderLoop({ lease, state, signal, log, onTakeOver });
  const recompute = singleFlight(() =>
    recomputeLedger({
      ...{ database, lease, laptop, clock, exclusively: mutex.run, signal },
      readOn: () => runner.run('tail'),
    }),
  );
  const workLoop = createWorkLoop({
    ...{ laptop, clock, log, lease, leaderLoop, breaker, catchUp, scheduler, runner, state, mutex, recompute, signal },
  });

  const status = (): EngineStatus => ({
    state: state.current(),
    since: state.since(),
    laptop,
    leader: lease.leader(),
    catchUp: catchUp.status(),
    ...runner.status(),
    skippedCycles: scheduler.skipped(),
    // The engine's, wherever it runs. Of a leader that has not reported yet nobody knows whether it works.
    breaker: lease.trusted() ? breaker.status() : (lease.leaderBreaker() ?? { ...breaker.status(), hasWorked: false }),
  });

  return {
    start: () => {
      scheduler.start();
      state.become('waiting');
      void leaderLoop.stand().then(workLoop.start);
    },
    status,
    leads: lease.trusted,
    stopped: lease.stopped,
    runCycle: (kind = 'critical') =>
      mutex.run(async () => {
        await leaderLoop.requireLease();
        return runner.runUntilDone(kind);
      }),
    recompute: async () => {
      await leaderLoop.requireLease();
      return recompute();
    },
    pauseCatchUp: (paused) => {
      catchUp.pause(paused);
      options.onStatus?.(status());
    },
    setIntervals: (next) => scheduler.setIntervals(next ?? intervals),
    wake: () => {
      if (!signal.aborted && state.current() !== 'off') void leaderLoop.stand();
    },
    resetBreaker: () => {
      breaker.reset();
      if (state.current() === 'breaker_open') state.become('running');
    },
    close: async () => {
      if (signal.aborted) return;
      abort.abort();
      workLoop.stop();
      await mutex.settled();
      await recompute.settled();
      await leaderLoop.close();
      await lease.release().catch(() => undefined);
      state.end();
    },
  };
};
