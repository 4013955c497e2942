import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE, EVERYBODY, TECHNICAL } from '../domain/rights.ts';
import { eventStatusSchema } from '../domain/severity.ts';
import { command, live, local, nothing, query } from './declare.ts';

/** A detector's thresholds by name. Every threshold is a number. */
export const thresholdsSchema = z.record(z.string().min(1).max(40), z.number());
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** One threshold of a detector, with the bounds in which it is accepted. */
export const thresholdFieldSchema = z.object({
  name: z.string(),
  /** Whole numbers only. */
  whole: z.boolean(),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  standard: z.number(),
  value: z.number(),
});
export type ThresholdField = z.infer<typeof thresholdFieldSchema>;

/** A detector as Settings → thresholds shows it. */
export const detectorInfoSchema = z.object({
  algorithm: z.string(),
  fields: z.array(thresholdFieldSchema),
  /** Whether recorded history can be judged again with other thresholds: cards are compared as they are now only. */
  backtestable: z.boolean(),
  updatedBy: z.string().nullable(),
  updatedAt: instantSchema.nullable(),
  /** Findings of the last 30 days. */
  found: z.int(),
  open: z.int(),
  resolved: z.int(),
  falsePositives: z.int(),
  /** False positives among the closed ones, 0..1; null while none is closed. */
  falsePositiveRate: z.number().nullable(),
  runs: z.int(),
  errors: z.int(),
  notJudged: z.int(),
  lastError: z.string().nullable(),
});
export type DetectorInfo = z.infer<typeof detectorInfoSchema>;

/** A change of thresholds, for the record. */
export const thresholdChangeSchema = z.object({
  at: instantSchema,
  author: z.string(),
  laptop: z.string(),
  /** Null: the standard thresholds. */
  before: thresholdsSchema.nullable(),
  after: thresholdsSchema,
});
export type ThresholdChange = z.infer<typeof thresholdChangeSchema>;

/** What an operator has made of a finding that is on record; `none`: it is not on record. */
export const backtestStatusSchema = z.union([eventStatusSchema, z.literal('none')]);

const backtestCountsSchema = z.object({
  found: z.int(),
  /** How those were judged that are on record. */
  resolved: z.int(),
  falsePositive: z.int(),
  open: z.int(),
  amountCents: centsSchema,
  alertsPerHour: z.number(),
  /** What came to one person in ten minutes, on average over the busiest hour. */
  perOperator: z.number(),
});

/** What thresholds would have found in recorded history, beside what the present ones find in the same rows. */
export const backtestReportSchema = z.object({
  algorithm: z.string(),
  thresholds: thresholdsSchema,
  from: instantSchema,
  to: instantSchema,
  transactions: z.int(),
  scans: z.int(),
  present: backtestCountsSchema,
  proposed: backtestCountsSchema,
  /** Found now and no longer with the proposal. */
  missed: backtestCountsSchema,
  /** Found only with the proposal. */
  added: backtestCountsSchema,
  /** Up to 50 of those that differ, newest first. */
  examples: z.array(
    z.object({
      change: z.enum(['missed', 'added']),
      at: instantSchema,
      cardId: z.string().nullable(),
      amountCents: centsSchema.nullable(),
      status: backtestStatusSchema,
    }),
  ),
});
export type BacktestReport = z.infer<typeof backtestReportSchema>;

/** What values of one threshold would have found in recorded history, the lowest first. */
export const thresholdSearchSchema = z.object({
  algorithm: z.string(),
  name: z.string(),
  from: instantSchema,
  to: instantSchema,
  /** Whether there was time for all that was asked for. */
  complete: z.boolean(),
  rows: z.array(
    z.object({
      value: z.number(),
      /** As it is set, and as it comes with Regie: the guide's, where the guide has it. */
      present: z.boolean(),
      standard: z.boolean(),
      found: z.int(),
      /** Those of it that are on record and that people resolved, or called false. */
      confirmed: z.int(),
      falsePositive: z.int(),
      /** What came to one person in ten minutes, on average over the busiest hour. */
      perOperator: z.number(),
    }),
  ),
});
export type ThresholdSearch = z.infer<typeof thresholdSearchSchema>;

const detectorsSchema = z.object({ detectors: z.array(detectorInfoSchema), at: instantSchema });

export const detectorCalls = {
  /** As they were when the festival last answered; null before that. `detectors.look` asks the festival. */
  'detectors.get': query(nothing, detectorsSchema.nullable()),

  /** Replaces a detector's thresholds. Recorded with author, before and after. */
  'detectors.set': command({
    input: {
      algorithm: z.string().min(1).max(60),
      thresholds: thresholdsSchema,
      /** When those that the operator saw were set; null: the standard ones. Left out by an older version. */
      base: instantSchema.nullable().optional(),
    },
    roles: TECHNICAL,
    stepUp: true,
    keys: ({ algorithm }) => [`detector:${algorithm}`],
  }),

  'detectors.look': live({ input: nothing, output: detectorsSchema, roles: ANYONE }),
  'detectors.changes': live({
    input: z.strictObject({ algorithm: z.string().min(1).max(60) }),
    output: z.object({ changes: z.array(thresholdChangeSchema) }),
    roles: ANYONE,
  }),
  /** Detects with other thresholds in what was recorded in the last hours. Writes nothing. */
  'backtest.run': live({
    input: z.strictObject({
      algorithm: z.string().min(1).max(60),
      thresholds: thresholdsSchema,
      hours: z.number().positive().max(720),
    }),
    output: backtestReportSchema,
    roles: EVERYBODY,
  }),
  /** Tries values of one threshold on what was recorded, for a minute at most; the others are as given. Writes nothing. */
  'backtest.search': live({
    input: z.strictObject({
      algorithm: z.string().min(1).max(60),
      thresholds: thresholdsSchema,
      name: z.string().min(1).max(40),
      hours: z.number().positive().max(72),
    }),
    output: thresholdSearchSchema,
    roles: EVERYBODY,
  }),
  'backtest.cancel': local({ input: nothing, output: nothing, roles: EVERYBODY }),
} as const;
