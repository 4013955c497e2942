import { z } from 'zod';
import {
  acknowledged,
  eventsOf,
  type Incident,
  onOpenEvents,
  snapshotOf,
  taken,
  unacknowledged,
} from '../domain/incident.ts';
import { wordsSchema } from '../domain/primitives.ts';
import { STAFF } from '../domain/rights.ts';
import { type RowId, rowIdSchema } from '../domain/row-id.ts';
import { type Waiting, withEntry } from '../domain/waiting.ts';
import { command, type Find } from './declare.ts';

/** Alerts that one command acts on at most. */
const BULK_LIMIT = 500;

/** The alerts of a bulk command, each by an event of it. Two events of one incident are one alert. */
const eventIds = z
  .array(rowIdSchema)
  .min(1)
  .max(BULK_LIMIT)
  .refine((ids) => new Set(ids).size === ids.length);

type OfAlerts = { readonly eventIds: readonly RowId[] };

const onEvents = {
  keys: ({ eventIds }: OfAlerts) => eventIds.map((eventId) => `event:${eventId}`),
  snapshot: ({ eventIds: [first] }: OfAlerts, find: Find) =>
    first === undefined ? {} : snapshotOf(first, find.ofEvent(first)),
};

/** The event by which a command names an incident. */
const namedIn = ({ alert }: Incident, { eventIds }: OfAlerts): RowId | undefined => {
  const named = new Set(eventIds);
  return eventsOf(alert).find(({ eventId }) => named.has(eventId))?.eventId;
};

/** The incident with what the command writes on its timeline; as it is where the command does not name it. */
const withBulkEntry = <Input extends OfAlerts & { operationId: string }>(
  incident: Incident,
  waiting: Waiting<Input>,
  entry: Omit<Parameters<typeof withEntry>[2], 'eventId'>,
): Incident => {
  const eventId = namedIn(incident, waiting.input);
  return eventId === undefined ? incident : withEntry(incident, waiting, { ...entry, eventId });
};

/**
 * The same on many alerts, as one command: one signature, one transaction, one row of the audit trail. An alert on which it
 * can't be done is left as it is and named in the outcome (`bulkResultSchema` in outcome.ts); where none can, the command is refused.
 */
export const bulkCalls = {
  'alerts.acknowledge': command({
    input: { eventIds },
    roles: STAFF,
    onLocalAlerts: 'acknowledge',
    records: { timeline: ['acknowledged'], audit: ['acknowledge'] },
    ...onEvents,
    optimistic: {
      incident: (incident, waiting) =>
        withBulkEntry(
          onOpenEvents(incident, (event) => acknowledged(event, waiting.author)),
          waiting,
          { kind: 'acknowledged' },
        ),
    },
  }),
  'alerts.unacknowledge': command({
    input: { eventIds },
    roles: STAFF,
    onLocalAlerts: 'unacknowledge',
    records: { timeline: ['unacknowledged'], audit: ['unacknowledge'] },
    ...onEvents,
    optimistic: {
      incident: (incident, waiting) =>
        withBulkEntry(onOpenEvents(incident, unacknowledged), waiting, { kind: 'unacknowledged' }),
    },
  }),
  /** Only those that nobody else has: an alert is taken over one at a time, by name. */
  'alerts.take': command({
    input: { eventIds },
    roles: STAFF,
    onLocalAlerts: 'acknowledge',
    records: { timeline: ['taken'], audit: ['take'] },
    ...onEvents,
    optimistic: {
      incident: (incident, waiting) => {
        const holder = incident.alert.lead.takenBy;
        if (holder !== null && holder !== waiting.author.operator) return incident;
        const mine = onOpenEvents(incident, (event) => taken(event, waiting.author));
        return withBulkEntry(mine, waiting, { kind: 'taken' });
      },
    },
  }),
  'alerts.snooze': command({
    input: { eventIds, minutes: z.int().min(1).max(240), reason: wordsSchema },
    roles: STAFF,
    records: { timeline: ['snoozed'], audit: ['snooze'] },
    ...onEvents,
    optimistic: {
      incident: (incident, waiting) => {
        const { minutes, reason } = waiting.input;
        const snoozed = onOpenEvents(incident, (event) => {
          const after = acknowledged(event, waiting.author, minutes * 60_000);
          return { ...after, snoozedUntil: after.acknowledgedUntil };
        });
        return withBulkEntry(snoozed, waiting, { kind: 'snoozed', data: { minutes, reason } });
      },
    },
  }),
  /** Makes them part of another alert. `seen`: the incidents in which the operator saw them, in the order of `eventIds`. */
  'alerts.merge': command({
    input: {
      eventIds,
      into: rowIdSchema,
      seen: z.strictObject({ incidentIds: z.array(rowIdSchema).min(1).max(BULK_LIMIT), into: rowIdSchema }),
    },
    roles: STAFF,
    records: { timeline: ['merged', 'merged_here'], audit: ['merge'] },
    keys: ({ eventIds, into }) => [`event:${into}`, ...eventIds.map((eventId) => `event:${eventId}`)],
    snapshot: onEvents.snapshot,
    optimistic: {
      // All stay where they are until the festival's database has confirmed it: nothing on the board jumps twice.
      incident: (incident, waiting) =>
        withBulkEntry(incident, waiting, { kind: 'merged', data: { incident: waiting.input.seen.into } }),
    },
  }),
  'alerts.resolve': command({
    input: { eventIds, note: wordsSchema },
    roles: STAFF,
    records: { timeline: ['resolved'], audit: ['resolve'] },
    ...onEvents,
    optimistic: {
      // An alert stays open until the festival's database has confirmed its end.
      incident: (incident, waiting) =>
        withBulkEntry(incident, waiting, { kind: 'resolved', data: { note: waiting.input.note } }),
    },
  }),
} as const;
