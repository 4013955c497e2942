import { z } from 'zod';
import { undeliveredSchema } from './message-reason.ts';
import { centsSchema } from './money.ts';
import { instantSchema, parsedJsonObject, serialSchema } from './primitives.ts';
import { rowIdSchema } from './row-id.ts';
import { eventStatusSchema, eventTypeSchema, severitySchema } from './severity.ts';

/** One row of monitoring_events with what the console keeps beside it. */
export const alertEventSchema = z.object({
  eventId: rowIdSchema,
  eventType: eventTypeSchema,
  severity: severitySchema,
  status: eventStatusSchema,
  algorithm: z.string(),
  cardId: z.string().nullable(),
  transactionId: z.string().nullable(),
  amountCents: centsSchema.nullable(),
  confidence: z.number().nullable(),
  /** event_data: the keys of docs/detection.md, "Detectors"; amounts in it are numbers or text in EUR. */
  facts: parsedJsonObject,
  /** context_data: the evidence gathered when the event was found. Empty on the board's rows, full in the detail. */
  context: parsedJsonObject,
  occurredAt: instantSchema,
  /** When the newest row it is made of was committed, or first seen where the server does not keep that. */
  committedAt: instantSchema.nullable(),
  detectedAt: instantSchema,
  /** When it was first displayed on a screen. */
  shownAt: instantSchema.nullable(),
  resolvedAt: instantSchema.nullable(),
  resolutionNotes: z.string().nullable(),
  acknowledgedAt: instantSchema.nullable(),
  acknowledgedBy: z.string().nullable(),
  /** When somebody was on it for the first time; an acknowledgement that ran out does not undo that. */
  firstAcknowledgedAt: instantSchema.nullable(),
  /** When the acknowledgement expires, unless a step of the runbook renews it. */
  acknowledgedUntil: instantSchema.nullable(),
  /** Somebody has put it off until then. */
  snoozedUntil: instantSchema.nullable(),
  /** When it last called for attention again: its acknowledgement ended, or something new came in. */
  recalledAt: instantSchema.nullable(),
  /** When it was reopened: its deadlines started over. */
  reopenedAt: instantSchema.nullable(),
  /** A person has merged it into this incident, or split it off another; null where the engine did. */
  placed: z.enum(['merged', 'split']).nullable(),
  /** The incident in which it was before a person put it here. */
  placedFrom: rowIdSchema.nullable(),
  /** It moved money, or may have: no silence holds it back. */
  movedMoney: z.boolean(),
  takenAt: instantSchema.nullable(),
  takenBy: z.string().nullable(),
  takenOn: z.string().nullable(),
  /** When the fault disappeared. */
  clearedAt: instantSchema.nullable(),
  version: z.int(),
});
export type AlertEvent = z.infer<typeof alertEventSchema>;

/** A row of the board: an incident, shown by its leading event, with the events linked to it. */
export const alertSchema = z.object({
  incidentId: rowIdSchema,
  lead: alertEventSchema,
  /** The first ones: a storm may have thousands. */
  linked: z.array(alertEventSchema),
  linkedCount: z.int(),
  /**
   * More than 25 findings of one detector in one cycle: one incident, worked on as a list
   * (docs/detection.md, "Storms").
   */
  storm: z.enum(['storm', 'opening_balances']).nullable(),
  /** The incident is open while any of its events is. */
  open: z.boolean(),
  /** When the response is due: the last call + response time of the severity; null for INFO. */
  dueAt: instantSchema.nullable(),
  /** When it must be resolved: detection + resolution time of the severity; null for INFO. */
  resolveBy: instantSchema.nullable(),
  /** Any of its open events moved money, shown or not. */
  movedMoney: z.boolean(),
  /** Of a storm: what all its open events that moved money are about, shown or not. */
  stormCents: centsSchema.nullable().default(null),
  /** Where it happened: a point of sale, or a reader. */
  place: z.string().nullable().default(null),
  /** The detectors of its open events, shown or not. */
  algorithms: z.array(z.string()),
  /** Messages about it that were not sent since it last called for attention, with what is tried again. */
  notSent: z.array(undeliveredSchema).default([]),
  /** Messages that were handed over, and nobody knows whether they arrived: they are not sent again. */
  unconfirmed: z.array(undeliveredSchema).default([]),
  /** Actions of this laptop on it that the festival's database has not confirmed yet. */
  waiting: z.int().min(0),
});
export type Alert = z.infer<typeof alertSchema>;

export const TIMELINE_KINDS = [
  'detected',
  'linked',
  'storm',
  'unlinked',
  'updated',
  'cleared',
  'acknowledged',
  'acknowledged_locally',
  'unacknowledged',
  'acknowledgement_ended',
  'snoozed',
  'silenced',
  'silence_ended',
  'merged',
  'merged_here',
  'split',
  'split_here',
  'reopened',
  'handed_over',
  'handover_not_accepted',
  'escalated',
  'escalation_delayed',
  'escalation_failed',
  'escalation_unknown',
  'called',
  'taken',
  'taken_over',
  'note',
  'runbook_started',
  'step_done',
  'step_skipped',
  'item_ticked',
  'runbook_finished',
  'runbook_ended',
  'corrected',
  'proposed',
  'proposal_rejected',
  'proposal_withdrawn',
  'proposal_expired',
  'proposal_cancelled',
  'correction_undone',
  'receipt_sent',
  'resolved',
  'false_positive',
] as const;

export const timelineEntrySchema = z.object({
  /** Null while the entry waits in this laptop's outbox. */
  entryId: serialSchema.nullable(),
  eventId: rowIdSchema,
  at: instantSchema,
  /** One of TIMELINE_KINDS; kinds of a newer version are kept and shown by their name. */
  kind: z.string(),
  actor: z.string().nullable(),
  laptop: z.string().nullable(),
  /** The command that made it; null where the engine did. */
  operationId: z.uuid().nullable(),
  data: parsedJsonObject,
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
