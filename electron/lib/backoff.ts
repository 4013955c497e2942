/** Bounds of the pause between two attempts to connect, in milliseconds. */
export type BackoffBounds = { readonly firstMs: number; readonly longestMs: number };

export const RECONNECT: BackoffBounds = { firstMs: 500, longestMs: 15_000 };

/**
 * Milliseconds before attempt `attempt` (0 is the first repetition): doubled each time up to the longest, of which a
 * random half is taken off, so that ten laptops don't come back in the same instant.
 */
export const backoffMs = (attempt: number, random: () => number, { firstMs, longestMs }: BackoffBounds): number => {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.max(firstMs, full * (1 - random() / 2));
};

/** Waits, or returns early when `wake` is called or the signal aborts. Never rejects. */
export const createPause = (signal: AbortSignal) => {
  let wake = () => {};
  return {
    wake: () => wake(),
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          wake = () => {};
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        wake = done;
      }),
  };
};
