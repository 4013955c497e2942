import { BATCH, type Steps } from './positions.ts';

/**
 * How much one cycle reads where there is more to read than a live tail ever has. What a batch costs beside its rows (its
 * cards in the ledger, their windows) is shared out over more of them, as long as a cycle stays short.
 */
export type Pace = {
  next(): Steps;
  /** What a cycle took, and how much was left. */
  note(report: { durationMs: number; behind: number; history: boolean }): void;
  /** A cycle failed, perhaps because it took too long. */
  failed(): void;
};

const MOST: Steps = { batch: 50_000, history: 400_000 };
const LEAST: Steps = { batch: BATCH, history: 50_000 };
const FIRST: Steps = { batch: BATCH, history: 100_000 };
/**
 * A cycle that took less may read more the next time, one that took longer reads less. Far apart: on a machine that is
 * busy with other things, small steps would make more work of the same rows.
 */
const QUICK_MS = 5_000;
const SLOW_MS = 15_000;

/** @param fixed a batch that stays as it is */
export const createPace = (fixed?: number): Pace => {
  let steps = FIRST;
  if (fixed !== undefined) {
    const always: Steps = { batch: fixed, history: fixed };
    return { next: () => always, note: () => undefined, failed: () => undefined };
  }
  return {
    next: () => steps,
    note: ({ durationMs, behind, history }) => {
      const by = durationMs < QUICK_MS ? 4 : durationMs > SLOW_MS ? 0.5 : 1;
      const of = (step: number, least: number, most: number): number =>
        Math.min(most, Math.max(least, Math.floor(step * by)));
      steps =
        behind === 0
          ? FIRST
          : {
              batch: of(steps.batch, LEAST.batch, MOST.batch),
              history: history ? of(steps.history, LEAST.history, MOST.history) : steps.history,
            };
    },
    failed: () => {
      steps = LEAST;
    },
  };
};
