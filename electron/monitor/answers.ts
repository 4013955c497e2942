import type { Reading } from './reading.ts';
import { verdictOf } from './verdict.ts';

/*
 * Answers in the shapes that the guide's scripts and examples read: `.status`, and `.circuit_breaker.state`. Names of
 * laptops at most, never those of people, cards or what an error has quoted.
 */

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Of the guide's two health checks: what a script decides by, and why. */
export const healthAnswer = (reading: Reading) => {
  const { status, ready, problems } = verdictOf(reading);
  const { link, canary } = reading.status;
  return {
    status,
    ready,
    problems,
    timestamp: instant(reading.databaseNow),
    version: reading.version,
    database: { state: link.state, answered_at: link.knownUpTo },
    canary: { displayed_at: canary.lastDisplayedAt, blind_since: canary.blindSince },
  };
};

/** Of the guide's status request. */
export const statusAnswer = (reading: Reading) => {
  const { engine, stopped, waiting, undecided, canary } = reading.status;
  const { breaker, leader } = engine;
  return {
    ...healthAnswer(reading),
    circuit_breaker: {
      state: breaker.state.toUpperCase(),
      failures: breaker.failures,
      retry_at: breaker.retryAt,
      last_error_at: breaker.lastErrors.at(-1)?.at ?? null,
    },
    engine: {
      state: engine.state,
      since: engine.since,
      laptop: engine.laptop,
      leader: leader === null ? null : { laptop: leader.laptop, term: leader.term, since: leader.since },
      last_cycle_at: engine.lastCycleAt,
      last_cycle_ms: engine.lastCycleMs,
      cycles: engine.cycles,
      skipped_cycles: engine.skippedCycles,
    },
    detectors: engine.detectors.map((detector) => ({
      algorithm: detector.algorithm,
      last_run_at: detector.lastRunAt,
      runs: detector.runs,
      errors: detector.errors,
    })),
    monitoring_stopped_at: stopped?.at ?? null,
    outbox: { waiting, undecided },
    laptops: { others: reading.status.laptops.length, blind: canary.others.length },
    last_snapshot:
      reading.snapshot === null
        ? null
        : {
            snapshot_timestamp: reading.snapshot.at,
            overall_health_status: reading.snapshot.status,
            success_rate_percent: reading.snapshot.successRate,
            total_transactions_last_hour: reading.snapshot.transactions,
          },
  };
};
