import { setTimeout as sleep } from 'node:timers/promises';

/** Work that never runs twice at the same time. */
export type SingleFlight<Args extends readonly unknown[], T> = {
  /** Starts the work, or joins the run in progress. */
  (...args: Args): Promise<T>;
  /** Waits for the run in progress, if there is one. Never rejects. */
  settled(): Promise<void>;
};

/** Whoever asks while the work runs gets that run's result; its arguments are ignored. */
export const singleFlight = <Args extends readonly unknown[], T>(
  work: (...args: Args) => Promise<T>,
): SingleFlight<Args, T> => {
  let running: Promise<T> | undefined;
  const run = (...args: Args): Promise<T> => {
    running ??= work(...args).finally(() => {
      running = undefined;
    });
    return running;
  };
  return Object.assign(run, { settled: () => ended(running) });
};

/**
 * For work that reads the newest state: whoever asks while it runs may need what the run has not seen, so it runs once
 * more, however many have asked.
 * @param gatherMs pause before it runs once more, in which further calls are gathered
 */
export const coalesced = (work: () => Promise<void>, { gatherMs = 0 } = {}): SingleFlight<readonly [], void> => {
  let again = false;
  let running: Promise<void> | undefined;
  const repeat = async (): Promise<void> => {
    try {
      do {
        again = false;
        await work();
        if (again && gatherMs > 0) await sleep(gatherMs);
      } while (again);
    } finally {
      // In the same turn as the last look at `again`: whoever asks from here on starts a run of their own.
      running = undefined;
    }
  };
  const run = (): Promise<void> => {
    again = true;
    running ??= repeat();
    return running;
  };
  return Object.assign(run, { settled: () => ended(running) });
};

const ended = async (running: Promise<unknown> | undefined): Promise<void> => {
  await running?.catch(() => undefined);
};
