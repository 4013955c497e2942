/**
 * Measures how long the main thread does nothing else, as processor time of this thread: time in which other programs had
 * the processor does not count, so a busy machine measures what a quiet one does. Between two of its ticks lies what the
 * thread did meanwhile: one long stretch, or several short ones.
 */
export type Probe = {
  /** The longest stretch since it was last asked, milliseconds. Resolves when what runs now has been counted. */
  longest(): Promise<number>;
  stop(): void;
};

const TICK_MS = 5;

export const startProbe = (): Probe => {
  let waiting: ((longest: number) => void)[] = [];
  let longest = 0;
  let last = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1_000);
    if (waiting.length === 0) return;
    for (const resolve of waiting) resolve(longest);
    waiting = [];
    longest = 0;
  }, TICK_MS);
  return {
    longest: () => new Promise((resolve) => waiting.push(resolve)),
    stop: () => clearInterval(timer),
  };
};
