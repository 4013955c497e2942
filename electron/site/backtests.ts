import type { BacktestReport, Thresholds } from '../../shared/contract/detectors.ts';
import { backtestThresholds } from '../engine/backtest/backtest.ts';
import type { ArrivalDetector } from '../engine/detector.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';

/** Judges recorded history with other thresholds, one backtest at a time. */
export type Backtests = {
  /** Cancels the one before. */
  run(detector: ArrivalDetector, thresholds: Thresholds, hours: number): Promise<BacktestReport | 'cancelled'>;
  cancel(): void;
};

export const createBacktests = (options: {
  database: FestivalDatabase;
  onProgress: (done: number, total: number) => void;
}): Backtests => {
  let running: AbortController | undefined;
  return {
    run: async (detector, thresholds, hours) => {
      running?.abort();
      const own = new AbortController();
      running = own;
      try {
        return await backtestThresholds({ ...options, detector, thresholds, hours, signal: own.signal });
      } catch (error) {
        if (own.signal.aborted) return 'cancelled';
        throw error;
      }
    },
    cancel: () => running?.abort(),
  };
};
