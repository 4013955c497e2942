import type { Alert, AlertEvent, TimelineEntry } from './alert.ts';
import type { Author } from './operator.ts';
import type { RowId } from './row-id.ts';
import type { RunbookRun } from './run.ts';
import { acknowledgementLeaseMs, isOpen } from './severity.ts';

/** An incident as the festival's database has it, with what its detail shows. */
export type Incident = {
  readonly alert: Alert;
  readonly timeline: readonly TimelineEntry[];
  readonly run: RunbookRun | null;
};

/** The events of an incident, the leading one first. */
export const eventsOf = (alert: Alert): readonly AlertEvent[] => [alert.lead, ...alert.linked];

/** A row of the board: evidence is shown in the detail only. */
export const withoutEvidence = (alert: Alert): Alert => ({
  ...alert,
  lead: { ...alert.lead, context: {} },
  linked: alert.linked.map((event) => ({ ...event, context: {} })),
});

/** The incident with each of its open events changed. */
export const onOpenEvents = (incident: Incident, change: (event: AlertEvent) => AlertEvent): Incident => {
  const changed = (event: AlertEvent): AlertEvent => (isOpen(event.status) ? change(event) : event);
  const { alert } = incident;
  return { ...incident, alert: { ...alert, lead: changed(alert.lead), linked: alert.linked.map(changed) } };
};

/** An event that somebody acknowledges: the first name and time stay. */
export const acknowledged = (
  event: AlertEvent,
  author: Author,
  holdsMs = acknowledgementLeaseMs(event.severity),
): AlertEvent => ({
  ...event,
  acknowledgedAt: event.acknowledgedAt ?? author.laptopAt,
  acknowledgedBy: event.acknowledgedBy ?? author.operator,
  acknowledgedUntil: new Date(Date.parse(author.laptopAt) + holdsMs).toISOString(),
});

/** An event that somebody works on: they acknowledge it with it. */
export const taken = (event: AlertEvent, author: Author): AlertEvent => ({
  ...acknowledged(event, author),
  status: event.status === 'OPEN' ? 'INVESTIGATING' : event.status,
  takenAt: author.laptopAt,
  takenBy: author.operator,
  takenOn: author.laptop,
});

/** An event that is no longer assigned. */
export const unacknowledged = (event: AlertEvent): AlertEvent => ({
  ...event,
  status: 'OPEN',
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedUntil: null,
  snoozedUntil: null,
  takenAt: null,
  takenBy: null,
  takenOn: null,
});

/** What a screen shows of one of its events, for whoever decides a conflict; empty where the event is not in it. */
export const snapshotOf = (eventId: RowId, incident: Incident | undefined): Record<string, string | number | null> => {
  const event = incident && eventsOf(incident.alert).find((one) => one.eventId === eventId);
  if (incident === undefined || event === undefined) return {};
  return {
    incidentId: incident.alert.incidentId,
    algorithm: event.algorithm,
    cardId: event.cardId,
    status: event.status,
    version: event.version,
    acknowledgedBy: event.acknowledgedBy,
    takenBy: event.takenBy,
  };
};
