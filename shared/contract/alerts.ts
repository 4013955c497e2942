import { z } from 'zod';
import { alertSchema, timelineEntrySchema } from '../domain/alert.ts';
import { acknowledged, eventsOf, onOpenEvents, snapshotOf, taken, unacknowledged } from '../domain/incident.ts';
import { withMentions } from '../domain/mentions.ts';
import { operatorNameSchema } from '../domain/operator.ts';
import { textSchema } from '../domain/plain-text.ts';
import { wordsSchema } from '../domain/primitives.ts';
import { ANYONE, STAFF } from '../domain/rights.ts';
import { type RowId, rowIdSchema } from '../domain/row-id.ts';
import { runbookRunSchema } from '../domain/run.ts';
import { runbookSchema } from '../domain/runbook.ts';
import { withEntry } from '../domain/waiting.ts';
import { command, type Find, local, nothing, query } from './declare.ts';

export const alertDetailSchema = z.object({
  alert: alertSchema,
  /** Of all events of the incident, oldest first. */
  timeline: z.array(timelineEntrySchema),
  /** The runbook for the leading event, null where there is none yet. */
  runbook: runbookSchema.nullable(),
  run: runbookRunSchema.nullable(),
});
export type AlertDetail = z.infer<typeof alertDetailSchema>;

/** A part of the board: the most urgent open incidents, or some in the order of their ids, after the last one of the part before. */
const boardPartSchema = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('urgency'), most: z.int().min(1).max(1_000) }),
  z.strictObject({ order: z.literal('id'), after: rowIdSchema.nullable(), most: z.int().min(1).max(1_000) }),
]);
export type BoardPart = z.infer<typeof boardPartSchema>;

/** Keys and snapshot of what acts on one event and its incident. */
export const onEvent = {
  keys: ({ eventId }: { readonly eventId: RowId }) => [`event:${eventId}`],
  snapshot: ({ eventId }: { readonly eventId: RowId }, find: Find) => snapshotOf(eventId, find.ofEvent(eventId)),
};

export const alertCalls = {
  /** Open incidents, and closed ones of the last 48 h when asked for; all of them, or a part. */
  'board.get': query(
    z.strictObject({ closed: z.boolean(), part: boardPartSchema.optional() }),
    z.object({ alerts: z.array(alertSchema) }),
  ),
  'alert.get': query(z.strictObject({ incidentId: rowIdSchema }), alertDetailSchema),

  'alert.acknowledge': command({
    input: { eventId: rowIdSchema },
    roles: STAFF,
    onLocalAlerts: 'acknowledge',
    records: { timeline: ['acknowledged'], audit: ['acknowledge'] },
    ...onEvent,
    optimistic: {
      incident: (incident, { input, author }) =>
        withEntry(
          onOpenEvents(incident, (event) => acknowledged(event, author)),
          { input, author },
          { kind: 'acknowledged', eventId: input.eventId },
        ),
    },
  }),
  'alert.unacknowledge': command({
    input: { eventId: rowIdSchema },
    roles: STAFF,
    onLocalAlerts: 'unacknowledge',
    records: { timeline: ['unacknowledged'], audit: ['unacknowledge'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) =>
        withEntry(onOpenEvents(incident, unacknowledged), waiting, {
          kind: 'unacknowledged',
          eventId: waiting.input.eventId,
        }),
    },
  }),
  /** Says who is on it. Where somebody else has it already, only with their name: `holder` is whom the operator saw. */
  'alert.take': command({
    input: { eventId: rowIdSchema, holder: textSchema.max(100).nullable().default(null) },
    roles: STAFF,
    onLocalAlerts: 'acknowledge',
    records: { timeline: ['taken', 'taken_over'], audit: ['take', 'take_over'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { author, input } = waiting;
        const { eventId } = input;
        const holder = incident.alert.lead.takenBy;
        // Somebody else's alert stays theirs on the screen until the festival's database has confirmed the take-over.
        return holder === null || holder === author.operator
          ? withEntry(
              onOpenEvents(incident, (event) => taken(event, author)),
              waiting,
              { kind: 'taken', eventId },
            )
          : withEntry(incident, waiting, { kind: 'taken_over', eventId, data: { from: holder } });
      },
    },
  }),
  /** Acknowledges until then; something new ends it earlier. */
  'alert.snooze': command({
    input: { eventId: rowIdSchema, minutes: z.int().min(1).max(240), reason: wordsSchema },
    roles: STAFF,
    records: { timeline: ['snoozed'], audit: ['snooze'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, minutes, reason } = waiting.input;
        const snoozed = onOpenEvents(incident, (event) => {
          const after = acknowledged(event, waiting.author, minutes * 60_000);
          return { ...after, snoozedUntil: after.acknowledgedUntil };
        });
        return withEntry(snoozed, waiting, { kind: 'snoozed', eventId, data: { minutes, reason } });
      },
    },
  }),
  /** A closed alert is open again: it was closed by mistake, or the fault is still there. */
  'alert.reopen': command({
    input: { eventId: rowIdSchema, reason: wordsSchema },
    roles: STAFF,
    records: { timeline: ['reopened'], audit: ['reopen'] },
    ...onEvent,
    optimistic: {
      // Closed until the festival's database has opened it again, as an end is not shown before it is confirmed.
      incident: (incident, waiting) => {
        const { eventId, reason } = waiting.input;
        return withEntry(incident, waiting, { kind: 'reopened', eventId, data: { reason } });
      },
    },
  }),
  /** `mentions`: whom it names; they are notified. Left out where nobody is. */
  'alert.note': command({
    input: { eventId: rowIdSchema, text: wordsSchema, mentions: z.array(operatorNameSchema).max(20).optional() },
    roles: STAFF,
    records: { timeline: ['note'], audit: ['note'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, text, mentions } = waiting.input;
        return withEntry(incident, waiting, {
          kind: 'note',
          eventId,
          data: { text, ...(mentions ? { mentions } : {}) },
        });
      },
      mentions: withMentions,
    },
  }),
  /** Makes the incident of one event part of another one's. `seen`: the incidents in which the operator saw the two. */
  'alert.merge': command({
    input: {
      eventId: rowIdSchema,
      into: rowIdSchema,
      seen: z.strictObject({ incidentId: rowIdSchema, into: rowIdSchema }),
    },
    roles: STAFF,
    records: { timeline: ['merged', 'merged_here'], audit: ['merge'] },
    keys: ({ eventId, into }) => [`event:${eventId}`, `event:${into}`],
    snapshot: onEvent.snapshot,
    optimistic: {
      // Both stay where they are until the festival's database has confirmed it: nothing on the board jumps twice.
      incident: (incident, waiting) => {
        const { eventId, into, seen } = waiting.input;
        const isSource = eventsOf(incident.alert).some((event) => event.eventId === eventId);
        return withEntry(
          incident,
          waiting,
          isSource
            ? { kind: 'merged', eventId, data: { incident: seen.into } }
            : { kind: 'merged_here', eventId: into, data: { incident: seen.incidentId } },
        );
      },
    },
  }),
  /** An event leaves its incident, `together` with those that a person had put there with it. */
  'alert.split': command({
    input: { eventId: rowIdSchema, together: z.boolean(), seen: z.strictObject({ incidentId: rowIdSchema }) },
    roles: STAFF,
    records: { timeline: ['split', 'split_here'], audit: ['split'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, seen } = waiting.input;
        return withEntry(incident, waiting, { kind: 'split', eventId, data: { incident: seen.incidentId } });
      },
    },
  }),
  'alert.resolve': command({
    input: { eventId: rowIdSchema, note: wordsSchema },
    roles: STAFF,
    records: { timeline: ['resolved'], audit: ['resolve'] },
    ...onEvent,
    optimistic: {
      // An alert stays open until the festival's database has confirmed its end.
      incident: (incident, waiting) => {
        const { eventId, note } = waiting.input;
        return withEntry(incident, waiting, { kind: 'resolved', eventId, data: { note } });
      },
    },
  }),
  'alert.falsePositive': command({
    input: { eventId: rowIdSchema, reason: wordsSchema },
    roles: STAFF,
    records: { timeline: ['false_positive'], audit: ['false_positive'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, reason } = waiting.input;
        return withEntry(incident, waiting, { kind: 'false_positive', eventId, data: { reason } });
      },
    },
  }),

  /** These events are on the screen now. */
  'alerts.displayed': local({
    input: z.strictObject({ eventIds: z.array(rowIdSchema).max(500) }),
    output: nothing,
    roles: ANYONE,
  }),
} as const;
