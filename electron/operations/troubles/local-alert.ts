import type { AlertEvent, TimelineEntry } from '../../../shared/domain/alert.ts';
import { answerDueAt, resolveDueAt } from '../../../shared/domain/deadlines.ts';
import type { Incident } from '../../../shared/domain/incident.ts';
import { localId, TROUBLES } from '../../../shared/domain/troubles.ts';
import type { Noticed, SentMessage } from '../../buffer/trouble-copy.ts';

const KINDS = {
  sending: 'escalation_unknown',
  sent: 'escalated',
  again: 'escalation_delayed',
  failed: 'escalation_failed',
  unknown: 'escalation_unknown',
} as const;

/**
 * A trouble as an alert of this laptop alone, among the festival's (docs/watching.md, "Without the database").
 * @param messages what this laptop has sent about it by itself
 */
export const localIncident = (trouble: Noticed, messages: readonly SentMessage[], laptop: string): Incident => {
  const { kind, subject, facts, startedAt, raisedAt, endedAt, acknowledged, recalledAt } = trouble;
  const incidentId = localId(trouble.number);
  const lead: AlertEvent = {
    ...{ eventId: incidentId, eventType: 'system_health', severity: TROUBLES[kind].severity, algorithm: kind },
    status: endedAt === null ? 'OPEN' : 'RESOLVED',
    ...{ cardId: null, transactionId: null, amountCents: null, confidence: 1, context: {} },
    facts: { ...facts, subject, reported_by: laptop },
    ...{ occurredAt: startedAt, committedAt: null, detectedAt: raisedAt, shownAt: raisedAt },
    ...{ resolvedAt: endedAt, clearedAt: endedAt },
    resolutionNotes: endedAt === null ? null : overAfter(Date.parse(endedAt) - Date.parse(startedAt)),
    acknowledgedAt: acknowledged?.at ?? null,
    acknowledgedBy: acknowledged?.by ?? null,
    acknowledgedUntil: acknowledged?.until ?? null,
    firstAcknowledgedAt: acknowledged?.at ?? null,
    ...{ snoozedUntil: null, recalledAt, reopenedAt: null, placed: null, placedFrom: null, movedMoney: false },
    ...{ takenAt: null, takenBy: null, takenOn: null, version: 1 },
  };
  const entry = (
    at: string,
    what: string,
    data: TimelineEntry['data'] = {},
    actor = 'regie-engine',
  ): TimelineEntry => ({
    ...{ entryId: null, eventId: incidentId, at, kind: what, actor, laptop, operationId: null, data },
  });
  return {
    alert: {
      ...{ incidentId, lead, linked: [], linkedCount: 0, storm: null, open: endedAt === null },
      ...{ dueAt: answerDueAt(lead), resolveBy: resolveDueAt(lead), movedMoney: false, stormCents: null, place: null },
      ...{ algorithms: [kind], notSent: [], unconfirmed: [], waiting: 0 },
    },
    timeline: [
      entry(raisedAt, 'detected', { algorithm: kind }),
      ...messages.map(({ at, contact, channel, state, reason }) =>
        entry(at, KINDS[state], { contact, channel, ...(reason === null ? {} : { why: reason, detail: '' }) }),
      ),
      ...(acknowledged === null ? [] : [entry(acknowledged.at, 'acknowledged', {}, acknowledged.by)]),
      ...(endedAt === null ? [] : [entry(endedAt, 'resolved')]),
    ]
      .toSorted((a, b) => a.at.localeCompare(b.at))
      // Without a number it would be something that waits.
      .map((one, index) => ({ ...one, entryId: index + 1 })),
    run: null,
  };
};

/** As the database notes it (console.end_trouble_if_over); the screens write it in their language. */
const overAfter = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `Over after ${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
};
