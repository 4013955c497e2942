import type { Clock } from '../../shared/domain/clock.ts';

export type Rate = {
  /** So many at once. */
  readonly burst: number;
  /** So many more each second. */
  readonly perSecond: number;
};

/** Counts by key. */
export type RateLimit = {
  /** Takes one. @returns 0, or after how many whole seconds there is one again */
  take(key: string): number;
};

/** Keys that are remembered; of more, everything is forgotten. */
const KEYS = 1_000;

export const createRateLimit = ({ burst, perSecond }: Rate, clock: Pick<Clock, 'monotonic'>): RateLimit => {
  const left = new Map<string, { tokens: number; at: number }>();
  return {
    take: (key) => {
      const now = clock.monotonic();
      const before = left.get(key);
      if (before === undefined && left.size >= KEYS) left.clear();
      const tokens = Math.min(burst, (before?.tokens ?? burst) + ((now - (before?.at ?? now)) / 1_000) * perSecond);
      left.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
    },
  };
};
