import type { Alert, AlertEvent } from './alert.ts';
import type { Severity } from './severity.ts';

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

/**
 * The way of an alert (docs/alerts.md, "Stages and deadlines"): each stage ends with the one that it is named after.
 */
export const STAGES = ['committed', 'detected', 'shown', 'acknowledged', 'resolved'] as const;
export type Stage = (typeof STAGES)[number];

/** When its deadlines started: at the detection, when it was reopened, and for the answer also when it alerted again. */
export const calledAt = (event: Pick<AlertEvent, 'detectedAt' | 'recalledAt'>): string =>
  event.recalledAt !== null && event.recalledAt > event.detectedAt ? event.recalledAt : event.detectedAt;

const plus = (instant: string, ms: number | null): string | null =>
  ms === null ? null : new Date(Date.parse(instant) + ms).toISOString();

/** When somebody must have answered. */
export const answerDueAt = (event: AlertEvent): string | null => plus(calledAt(event), responseTimeMs(event.severity));

/** When it must be resolved. */
export const resolveDueAt = (event: AlertEvent): string | null =>
  plus(event.reopenedAt ?? event.detectedAt, resolutionTimeMs(event.severity));

/** A deadline that was missed, and where the time went. */
export type Missed = {
  readonly deadline: 'answer' | 'resolution';
  readonly dueAt: string;
  /** When it was met after all; null while it is not. */
  readonly metAt: string | null;
  readonly lateMs: number;
  /** The stage that took longest, and how long. */
  readonly stage: Stage;
  readonly stageMs: number;
};

/** The deadlines of an incident's leading event that were missed. @param now by the festival's clock, milliseconds */
export const missedDeadlines = ({ lead, open }: Pick<Alert, 'lead' | 'open'>, now: number): readonly Missed[] => {
  const began = lead.reopenedAt ?? lead.detectedAt;
  const resolvedAt = open ? null : lead.resolvedAt;
  // Whoever resolves an alert has answered it.
  const answeredAt = lead.firstAcknowledgedAt ?? resolvedAt;
  const late = (deadline: Missed['deadline'], dueAt: string | null, metAt: string | null): readonly Missed[] => {
    const until = metAt === null ? now : Date.parse(metAt);
    if (dueAt === null || until <= Date.parse(dueAt)) return [];
    const slow = slowest(lead, {
      answeredAt,
      resolvedAt,
      now,
      began,
      upTo: deadline === 'answer' ? 'acknowledged' : 'resolved',
    });
    return [{ deadline, dueAt, metAt, lateMs: until - Date.parse(dueAt), ...slow }];
  };
  // An alert-again before any answer restarted the deadline: a silence had held the alert back until then.
  const called = lead.recalledAt !== null && (answeredAt === null || lead.recalledAt <= answeredAt);
  return [
    ...late('answer', called ? answerDueAt(lead) : plus(began, responseTimeMs(lead.severity)), answeredAt),
    ...late('resolution', resolveDueAt(lead), resolvedAt),
  ];
};

/** The stage that took longest; one that has not ended lasts until now. Stages before a reopening are over. */
const slowest = (
  event: AlertEvent,
  times: {
    answeredAt: string | null;
    resolvedAt: string | null;
    now: number;
    began: string;
    upTo: 'acknowledged' | 'resolved';
  },
): { stage: Stage; stageMs: number } => {
  const ends: readonly (readonly [Stage, string | null])[] = [
    ['committed', event.committedAt],
    ['detected', event.detectedAt],
    ['shown', event.shownAt],
    ['acknowledged', times.answeredAt],
    ['resolved', times.resolvedAt],
  ];
  const counted = ends.slice(0, times.upTo === 'acknowledged' ? 4 : 5);
  let from = Math.max(Date.parse(event.occurredAt), event.reopenedAt === null ? 0 : Date.parse(times.began));
  let slow: { stage: Stage; stageMs: number } = { stage: times.upTo, stageMs: 0 };
  for (const [stage, at] of counted) {
    // Nobody has measured it, but something later has happened: its time is the next one's.
    const over = counted.slice(counted.findIndex(([one]) => one === stage) + 1).some(([, later]) => later !== null);
    if (at === null && over) continue;
    const end = at === null ? times.now : Date.parse(at);
    if (end - from > slow.stageMs) slow = { stage, stageMs: end - from };
    from = Math.max(from, end);
    if (at === null) break;
  }
  return slow;
};
