import { z } from 'zod';

/** Severities of monitoring_events, most urgent first (docs/festival-schema.md, "Monitoring tables"). */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** 0 is the most urgent. */
export const urgency = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Response times in milliseconds (docs/alerts.md, "Stages and deadlines"); INFO has none. */
const RESPONSE_TIME_MS: Readonly<Record<Severity, number | null>> = {
  CRITICAL: 2 * 60_000,
  HIGH: 5 * 60_000,
  MEDIUM: 15 * 60_000,
  LOW: 60 * 60_000,
  INFO: null,
};

/** The response time of a severity in milliseconds, or null where none is due. */
export const responseTimeMs = (severity: Severity): number | null => RESPONSE_TIME_MS[severity];

/**
 * Resolution times in milliseconds. The guide's runbook resolves a CRITICAL alert within 15 minutes; the others are ours
 * (docs/decisions/0015).
 */
const RESOLUTION_TIME_MS: Readonly<Record<Severity, number | null>> = {
  CRITICAL: 15 * 60_000,
  HIGH: 30 * 60_000,
  MEDIUM: 60 * 60_000,
  LOW: 240 * 60_000,
  INFO: null,
};

/** How long the resolution of a severity may take in milliseconds, or null where none is due. */
export const resolutionTimeMs = (severity: Severity): number | null => RESOLUTION_TIME_MS[severity];

/** How long an acknowledgement holds, milliseconds (docs/alerts.md, "Acknowledgement"). */
const LEASE_MS: Readonly<Record<Severity, number>> = {
  CRITICAL: 10 * 60_000,
  HIGH: 20 * 60_000,
  MEDIUM: 60 * 60_000,
  LOW: 240 * 60_000,
  INFO: 240 * 60_000,
};

/** How long an acknowledgement of this severity holds, in milliseconds. */
export const acknowledgementLeaseMs = (severity: Severity): number => LEASE_MS[severity];

export const EVENT_TYPES = [
  'transaction_failure',
  'balance_discrepancy',
  'duplicate_nfc',
  'race_condition',
  'system_health',
] as const;
export const eventTypeSchema = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof eventTypeSchema>;

export const EVENT_STATUSES = ['OPEN', 'INVESTIGATING', 'RESOLVED', 'FALSE_POSITIVE'] as const;
export const eventStatusSchema = z.enum(EVENT_STATUSES);
export type EventStatus = z.infer<typeof eventStatusSchema>;

/** Whether an event in this status still waits for somebody. */
export const isOpen = (status: EventStatus): boolean => status === 'OPEN' || status === 'INVESTIGATING';
