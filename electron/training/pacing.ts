import { transactionsPerSecond } from './festival-day.ts';
import type { Random } from './random.ts';

/** When the next visitor comes. Speed changes how often, never the clock. */
export type Pacing = {
  /** Visitors who came in this stretch of real time. */
  advance(elapsedMs: number, speed: number): number;
  /** Visitors per second of real time, at this moment. */
  perSecond(speed: number): number;
};

/** A laptop that slept has not served anybody meanwhile. */
const LONGEST_STEP_MS = 1_000;

/** Visitors come by chance, on average as the festival's day says. */
export const createPacing = (random: Random): Pacing => {
  let festivalMs = 0;
  let work = 0;
  let nextAt = random.exponential();
  const perSecond = (speed: number) => transactionsPerSecond(festivalMs) * speed;
  return {
    perSecond,
    advance: (elapsedMs, speed) => {
      const step = Math.min(elapsedMs, LONGEST_STEP_MS);
      work += (perSecond(speed) * step) / 1_000;
      festivalMs += step * speed;
      let visitors = 0;
      while (work >= nextAt) {
        work -= nextAt;
        nextAt = random.exponential();
        visitors += 1;
      }
      return visitors;
    },
  };
};
