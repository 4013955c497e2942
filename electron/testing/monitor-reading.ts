import type { SystemStatus } from '../../shared/contract/status.ts';
import type { Reading } from '../monitor/reading.ts';

const AT = Date.parse('2026-07-03T21:00:00.000Z');
const at = (secondsAgo: number): string => new Date(AT - secondsAgo * 1_000).toISOString();

/** What a healthy console says, with changes. */
export const aStatus = (changes: Partial<SystemStatus> = {}): SystemStatus => ({
  link: { state: 'online', since: at(3_600), roundTripMs: 4.2, knownUpTo: at(1), reason: null, server: null },
  failure: null,
  engine: {
    ...{ state: 'running', since: at(3_600), laptop: 'booth-1', catchUp: null, cycles: 120, skippedCycles: 1 },
    leader: { laptop: 'booth-1', term: 7, since: at(3_600) },
    ...{ lastCycleAt: at(2), lastCycleMs: 31 },
    breaker: { state: 'closed', failures: 0, retryAt: null, lastErrors: [], hasWorked: true },
    detectors: [],
  },
  ...{ stopped: null, clockOffsetMs: 120, clockSetByMs: 0, laptops: [], waiting: 0, undecided: 0, sending: null },
  disk: { full: false, findings: [], open: [] },
  canary: { lastDisplayedAt: at(9), blindSince: null, others: [] },
  auditLostAt: null,
  databaseBreak: null,
  ...changes,
});

/** What watchers are told of it. */
export const aReading = (changes: Partial<Reading> = {}): Reading => ({
  ...{ now: AT, databaseNow: AT, startedAt: AT - 3_600_000, version: '0.0.0', inView: true, copiedAt: AT - 400 },
  status: aStatus(),
  snapshot: {
    ...{ at: at(120), status: 'HEALTHY', successRate: 99.4, transactions: 812, detectionMs: 44, openCritical: 0 },
  },
  pulse: { at: at(4), perMinute: 13.5, recent: { total: 201, failed: 2 }, openCritical: 0 },
  troubles: [],
  heartbeat: null,
  ...changes,
});
