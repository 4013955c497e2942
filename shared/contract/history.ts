import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { textSchema } from '../domain/plain-text.ts';
import { cardIdSchema, instantSchema, parsedJsonObject } from '../domain/primitives.ts';
import { ANYONE } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { EVENT_STATUSES, eventStatusSchema, SEVERITIES, severitySchema } from '../domain/severity.ts';
import { alertDetailSchema } from './alerts.ts';
import { live, query } from './declare.ts';

/** Severities of the history: INFO events are records, not alerts. */
export const HISTORY_SEVERITIES = SEVERITIES.filter((severity) => severity !== 'INFO');

/** Which alerts are asked for; null, empty: all. */
export const historyFilterSchema = z.strictObject({
  /** Beginnings of words of its facts, notes and resolution, or of what its detector says; `#12` is an alert's number. */
  words: textSchema.max(200),
  /** When it was detected: from then, and before then. */
  from: instantSchema.nullable(),
  until: instantSchema.nullable(),
  detector: textSchema.min(1).max(200).nullable(),
  severity: z.enum(SEVERITIES).nullable(),
  status: z.enum(EVENT_STATUSES).nullable(),
  /** Who did something about it. */
  operator: textSchema.min(1).max(100).nullable(),
  /** Of what it is about, without its sign. */
  least: centsSchema.nullable(),
  most: centsSchema.nullable(),
  card: cardIdSchema.nullable(),
  /** A part of the name of a bar or a reader. */
  place: textSchema.min(1).max(200).nullable(),
});
export type HistoryFilter = z.infer<typeof historyFilterSchema>;

export const WHOLE_HISTORY: HistoryFilter = {
  ...{ words: '', from: null, until: null, detector: null, severity: null, status: null },
  ...{ operator: null, least: null, most: null, card: null, place: null },
};

/**
 * Whether something is asked for that one of an incident's alerts may have and another may not: then each that has it is a
 * row; otherwise an incident is one row.
 */
export const asksForEach = ({ from: _, until: __, ...rest }: HistoryFilter): boolean =>
  Object.values(rest).some((value) => value !== null && value !== '');

/** One alert that ever was. */
export const historyRowSchema = z.object({
  eventId: rowIdSchema,
  incidentId: rowIdSchema,
  severity: severitySchema,
  status: eventStatusSchema,
  algorithm: z.string(),
  cardId: z.string().nullable(),
  amountCents: centsSchema.nullable(),
  facts: parsedJsonObject,
  place: z.string().nullable(),
  occurredAt: instantSchema,
  /** By which rows are in their order; 1970 where none can be read. */
  detectedAt: instantSchema,
  resolvedAt: instantSchema.nullable(),
  resolution: z.string().nullable(),
  /** Everybody who did something about it. */
  people: z.array(z.string()),
  /** Other alerts of its incident; 100 stands for more. */
  others: z.int(),
  /** Where it is kept: among the alerts, in the archive of the maintenance, or nowhere any more. */
  kept: z.enum(['alerts', 'archive', 'gone']),
});
export type HistoryRow = z.infer<typeof historyRowSchema>;

/** The last row of a page: the next one begins after it, whatever has come in meanwhile. */
export const historyPlaceSchema = z.strictObject({ at: instantSchema, eventId: rowIdSchema });
export type HistoryPlace = z.infer<typeof historyPlaceSchema>;

/** More than so many are counted as "more than". */
export const MOST_COUNTED = 1_000;

const historyPageSchema = z.object({
  /** The newest first. */
  rows: z.array(historyRowSchema),
  /** Where the next page begins; null: there are no more. */
  next: historyPlaceSchema.nullable(),
  /** Whether everything that there is has been read for the history: false for a while after an update. */
  whole: z.boolean(),
});
export type HistoryPage = z.infer<typeof historyPageSchema>;

export const historyCalls = {
  /** A page of everything that ever was, from the festival's database. */
  'history.find': live({
    input: z.strictObject({ filter: historyFilterSchema, after: historyPlaceSchema.nullable() }),
    output: historyPageSchema,
    roles: ANYONE,
  }),
  /** How many fit; `MOST_COUNTED` + 1 stands for more. */
  'history.count': live({
    input: z.strictObject({ filter: historyFilterSchema }),
    output: z.strictObject({ count: z.int() }),
    roles: ANYONE,
  }),
  /** What this laptop's copy has of it, and since when it has everything that was closed. */
  'history.copy': query(
    z.strictObject({ filter: historyFilterSchema }),
    z.object({ rows: z.array(historyRowSchema), since: instantSchema }),
  ),
  /** An alert that this laptop's copy may not have, whole: from the alerts, or from the archive. */
  'history.open': live({
    input: z.strictObject({ incidentId: rowIdSchema }),
    output: z.object({ detail: alertDetailSchema.omit({ runbook: true }), kept: historyRowSchema.shape.kept }),
    roles: ANYONE,
  }),
} as const;
