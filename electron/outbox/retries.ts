import type { Clock } from '../../shared/domain/clock.ts';
import { backoffMs } from '../lib/backoff.ts';

/** When sending goes on: after an outage for all commands, after a failure of its own for one of them. */
export type Retries = {
  /** The database did not answer as it should: nothing is sent for a while, longer each time. */
  pauseAll(): void;
  /** The database has answered: the next outage begins with a short pause again. */
  recovered(): void;
  /** Ends the pause of all. */
  resume(): void;
  paused(): boolean;
  /** This command is not sent for a while. */
  rest(operationId: string, attempts: number): void;
  /** The commands that rest. Those behind them in a queue wait with them. */
  resting: ReadonlySet<string>;
  close(): void;
};

const RETRY = { firstMs: 250, longestMs: 5_000 };

/** @param onDue a pause or a rest is over */
export const createRetries = (options: { clock: Clock; random: () => number; onDue: () => void }): Retries => {
  const { clock, random, onDue } = options;
  const timers = new Set<NodeJS.Timeout>();
  const resting = new Set<string>();
  let pausedUntil = 0;
  let outages = 0;

  const after = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
      onDue();
    }, ms);
    timers.add(timer);
  };

  return {
    pauseAll: () => {
      const ms = backoffMs(outages, random, RETRY);
      outages += 1;
      const until = clock.monotonic() + ms;
      pausedUntil = until;
      // A timer counts whole milliseconds and may be early by a part of one: it ends its own pause, not the clock.
      after(ms, () => {
        if (pausedUntil === until) pausedUntil = 0;
      });
    },
    recovered: () => {
      outages = 0;
    },
    resume: () => {
      pausedUntil = 0;
    },
    paused: () => clock.monotonic() < pausedUntil,
    rest: (operationId, attempts) => {
      resting.add(operationId);
      after(backoffMs(attempts, random, RETRY), () => resting.delete(operationId));
    },
    resting,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
};
