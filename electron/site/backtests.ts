import type { BacktestReport, ThresholdSearch, Thresholds } from '../../shared/contract/detectors.ts';
import { backtestThresholds } from '../engine/backtest/backtest.ts';
import { searchThreshold } from '../engine/backtest/threshold-search.ts';
import type { ArrivalDetector } from '../engine/detector.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';

/** Judges recorded history with other thresholds, one backtest at a time. */
export type Backtests = {
  /** Cancels the one before. */
  run(detector: ArrivalDetector, thresholds: Thresholds, hours: number): Promise<BacktestReport | 'cancelled'>;
  /** Tries values of one threshold. Cancels the one before. */
  search(
    detector: ArrivalDetector,
    asked: { readonly thresholds: Thresholds; readonly name: string; readonly hours: number },
  ): Promise<ThresholdSearch | 'cancelled'>;
  cancel(): void;
};

export const createBacktests = (options: {
  database: FestivalDatabase;
  onProgress: (done: number, total: number) => void;
}): Backtests => {
  let running: AbortController | undefined;
  const alone = async <Report>(work: (signal: AbortSignal) => Promise<Report>): Promise<Report | 'cancelled'> => {
    running?.abort();
    const own = new AbortController();
    running = own;
    try {
      return await work(own.signal);
    } catch (error) {
      if (own.signal.aborted) return 'cancelled';
      throw error;
    }
  };
  return {
    run: (detector, thresholds, hours) =>
      alone((signal) => backtestThresholds({ ...options, detector, thresholds, hours, signal })),
    search: (detector, asked) => alone((signal) => searchThreshold({ ...options, detector, ...asked, signal })),
    cancel: () => running?.abort(),
  };
};
