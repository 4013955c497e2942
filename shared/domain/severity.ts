import { z } from 'zod';

/** Severities of monitoring_events, most urgent first (docs/festival-schema.md, "Monitoring tables"). */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** 0 is the most urgent. */
export const urgency = (severity: Severity): number => SEVERITIES.indexOf(severity);

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
