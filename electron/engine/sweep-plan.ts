import type { Clock } from '../../shared/domain/clock.ts';
import { SWEEP_BATCH, type Sweep } from './card-sweep.ts';
import type { CycleReport } from './cycle.ts';

/** Which cards the next critical cycle compares: all of them where they are few, else all every five minutes. */
export type SweepPlan = {
  /** @param byChange whether the festival can be asked for the cards that changed lately */
  next(byChange: boolean): Sweep | null;
  /** Where a full sweep of many cards goes on; null when none is under way. */
  continuesAfter(): string | null;
  /** Notes how far a cycle's sweep came. */
  note(sweep: Sweep | null, report: Pick<CycleReport, 'caughtUp' | 'cardsSwept' | 'sweptTo'>): void;
  /** A cycle failed: the next full sweep begins from the start. */
  abandon(): void;
};

/** A full sweep of more cards than one batch holds comes with every fifth minute only. */
const FULL_SWEEP_MS = 5 * 60_000;

/** @param movedWithinSeconds how far back the cards between two full sweeps are asked for */
export const createSweepPlan = (clock: Pick<Clock, 'monotonic'>, movedWithinSeconds: number): SweepPlan => {
  let position: string | null = null;
  let startedAt = Number.NEGATIVE_INFINITY;
  let sweptSoFar = 0;
  /** Of the last full sweep. */
  let cards = 0;
  return {
    next: (byChange) => {
      if (position !== null) return { after: position };
      if (cards <= SWEEP_BATCH || clock.monotonic() - startedAt >= FULL_SWEEP_MS) {
        startedAt = clock.monotonic();
        return { after: '' };
      }
      return byChange ? { changedWithinSeconds: movedWithinSeconds } : null;
    },
    continuesAfter: () => position,
    note: (sweep, report) => {
      if (sweep === null || !('after' in sweep) || !report.caughtUp) return;
      sweptSoFar = (sweep.after === '' ? 0 : sweptSoFar) + report.cardsSwept;
      position = report.sweptTo;
      if (position === null) cards = sweptSoFar;
    },
    abandon: () => {
      position = null;
    },
  };
};
