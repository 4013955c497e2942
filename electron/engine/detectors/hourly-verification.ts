import { z } from 'zod';
import { type Finding, type Micros, recordDetector } from '../detector.ts';

export const ALGORITHM = 'hourly_verification';

/** Raised when an hour is verified, or was not (../hourly-verification.ts). */
export const hourlyVerification = recordDetector({
  input: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
});

/** An hour that is over and is not as it should be. */
export type BadHour = {
  /** Its beginning. */
  readonly hour: Micros;
  readonly verdict: 'failed' | 'missing';
  /** Figures that were beyond their thresholds. */
  readonly checks: readonly string[];
};

/** All hours since the last good one are one alert: a night without Regie is one omission. */
export const verificationFinding = (bad: readonly [BadHour, ...BadHour[]]): Finding => {
  const [first] = bad;
  const last = bad.at(-1) ?? first;
  const failed = bad.filter(({ verdict }) => verdict === 'failed');
  return {
    algorithm: ALGORITHM,
    key: ALGORITHM,
    eventType: 'system_health',
    severity: 'MEDIUM',
    confidence: 1,
    cardId: null,
    transactionId: null,
    amount: null,
    occurredAt: first.hour,
    facts: {
      count: bad.length,
      failed: failed.length,
      missing: bad.length - failed.length,
      first: { micros: first.hour },
      last: { micros: last.hour },
      reasons: [...(failed.at(-1)?.checks ?? [])],
    },
    fingerprint: `${last.hour}/${last.verdict}`,
    members: [],
  };
};
