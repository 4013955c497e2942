import type { EngineStatus } from '../../../shared/contract/status.ts';
import type { Clock } from '../../../shared/domain/clock.ts';

/** How far the reading of what happened before has come (docs/detection.md, "Reading the log"). */
export type CatchUp = {
  /** Takes over what a cycle says. */
  note(report: {
    transactionsRead: number;
    scansRead: number;
    caughtUp: boolean;
    behind: number;
    history: boolean;
  }): void;
  status(): EngineStatus['catchUp'];
  /** Cancels it until it is resumed: nothing is lost, the watermark stays where it is. */
  pause(paused: boolean): void;
  isPaused(): boolean;
};

export const createCatchUp = (clock: Clock): CatchUp => {
  let current: { phase: 'history' | 'catch_up'; done: number; total: number; startedAt: number } | null = null;
  let paused = false;
  return {
    note: (report) => {
      if (report.caughtUp) {
        current = null;
        paused = false;
        return;
      }
      const rows = report.transactionsRead + report.scansRead;
      current ??= { phase: report.history ? 'history' : 'catch_up', done: 0, total: 0, startedAt: clock.monotonic() };
      current.done += rows;
      current.total = current.done + report.behind;
    },
    status: () =>
      current === null
        ? null
        : {
            phase: current.phase,
            done: current.done,
            total: current.total,
            rowsPerSecond: Math.round(current.done / Math.max(0.1, (clock.monotonic() - current.startedAt) / 1_000)),
            paused,
          },
    pause: (wanted) => {
      paused = wanted && current !== null;
    },
    isPaused: () => paused,
  };
};
