import { z } from 'zod';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Severity } from '../../../shared/domain/severity.ts';
import { type Finding, type Micros, recordDetector } from '../detector.ts';

export const ALGORITHM = 'health_status_change';

/** Raised with the health snapshot that it compares (health.ts). */
export const healthStatusChange = recordDetector({
  input: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
});

/** The guide's overall health status. */
export type HealthStatus = 'HEALTHY' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

const SEVERITY: Readonly<Record<HealthStatus, Severity>> = {
  CRITICAL: 'CRITICAL',
  WARNING: 'HIGH',
  HEALTHY: 'INFO',
  UNKNOWN: 'HIGH',
};

export const changeFinding = (change: {
  snapshotId: RowId;
  from: HealthStatus;
  to: HealthStatus;
  reasons: readonly string[];
  at: Micros;
}): Finding => ({
  algorithm: ALGORITHM,
  key: `${ALGORITHM}:${change.snapshotId}`,
  eventType: 'system_health',
  severity: SEVERITY[change.to],
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: change.at,
  facts: { from: change.from, to: change.to, reasons: change.reasons },
  fingerprint: change.snapshotId,
  members: [],
});
