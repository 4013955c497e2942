import { z } from 'zod';
import { type Finding, type Micros, recordDetector, SECOND } from '../detector.ts';

export const ALGORITHM = 'traffic_silent';
const MINUTE = 60 * SECOND;

/** Found by the look at the logs once a minute (log-watch.ts). */
export const trafficSilent = recordDetector({
  input: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    silentMinutes: z.number().min(1).max(240).default(5),
    usualRows: z.int().min(1).max(100_000).default(60),
  }),
});

/** One of the logs, from which nothing has come for a while though nothing is left to read. */
export type Traffic = {
  readonly log: 'transactions' | 'scans';
  readonly lastAt: Micros;
  /** Rows of the hour before the last one. */
  readonly lastHour: number;
  /** Rows of this hour a day ago; null where that is not known. */
  readonly dayBefore: number | null;
};

/** Silent for so many of its usual pauses. */
const PAUSES = 30;

/**
 * Whether a log is silent for longer than it ever is at this hour: it was busy until its last row, and where the day
 * before is known it was busy at this hour then.
 */
export const isTrafficSilent = (
  { lastAt, lastHour, dayBefore }: Traffic,
  now: Micros,
  settings: z.output<typeof trafficSilent.settings>,
): boolean => {
  const { silentMinutes, usualRows } = settingsSchema.parse(settings);
  const usual = dayBefore === null ? lastHour : Math.min(lastHour, dayBefore);
  const silence = now - lastAt;
  return usual >= usualRows && silence >= silentMinutes * MINUTE && silence >= PAUSES * ((60 * MINUTE) / usual);
};
const settingsSchema = z.object({ silentMinutes: z.number(), usualRows: z.number() });

export const trafficSilentKey = (log: Traffic['log']): string => `${ALGORITHM}:${log}`;

export const trafficSilentFinding = (traffic: Traffic, now: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: trafficSilentKey(traffic.log),
  eventType: 'system_health',
  severity: 'MEDIUM',
  confidence: 0.7,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: traffic.lastAt,
  facts: {
    log: traffic.log,
    last: { micros: traffic.lastAt },
    silent_minutes: Math.floor((now - traffic.lastAt) / MINUTE),
    rows_last_hour: traffic.lastHour,
    rows_day_before: traffic.dayBefore,
  },
  fingerprint: String(traffic.lastAt),
  members: [],
});
