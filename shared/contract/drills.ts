import { z } from 'zod';
import { SCORE_PARTS } from '../domain/drill-score.ts';
import { faultKindSchema } from '../domain/fault.ts';
import { instantSchema } from '../domain/primitives.ts';
import { STAFF } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { local, nothing, query } from './declare.ts';

const sinceFault = z.number().nullable();

/** When each stage was reached, milliseconds since the fault; null where it was not yet, or never. */
export const drillTimesSchema = z.object({
  raisedMs: sinceFault,
  shownMs: sinceFault,
  acknowledgedMs: sinceFault,
  begunMs: sinceFault,
  correctedMs: sinceFault,
  closedMs: sinceFault,
});
export type DrillTimes = z.infer<typeof drillTimesSchema>;

export const drillStepSchema = z.object({
  stepId: z.string(),
  dueMs: z.number(),
  doneMs: sinceFault,
  skipped: z.boolean(),
});

/** The drill that runs in the training festival. */
export const runningDrillSchema = z.object({
  drillId: z.uuid(),
  /** Null while it is a surprise. */
  kind: faultKindSchema.nullable(),
  operator: z.string(),
  laptop: z.string(),
  /** Automatic faults are off for it. */
  quiet: z.boolean(),
  begunAt: instantSchema,
  /** Null while the fault is being made. */
  faultAt: instantSchema.nullable(),
  times: drillTimesSchema,
  stepsDone: z.int(),
  /** Steps on the way taken so far, as far as it is known; null before the runbook has begun. */
  stepsKnown: z.int().nullable(),
  /** Known once somebody has acknowledged the alert. */
  incidentId: rowIdSchema.nullable(),
  /** What the bar or the technical lead answers when they are called; null while there is nothing to ask. */
  answer: faultKindSchema.nullable(),
  /** The alert is closed or the runbook at its end: it can be scored as it stands. */
  canFinish: z.boolean(),
});
export type RunningDrill = z.infer<typeof runningDrillSchema>;

const scoreItemSchema = z.object({
  part: z.enum(SCORE_PARTS),
  points: z.int(),
  most: z.int(),
  reason: z.string(),
  late: z.int(),
  skipped: z.int(),
  missing: z.int(),
});

/** Why a drill ended without a score. */
export const ABANDONED_FOR = ['operator', 'restart', 'too_long', 'no_fault'] as const;

const ended = {
  drillId: z.uuid(),
  operator: z.string(),
  laptop: z.string(),
  surprise: z.boolean(),
  begunAt: instantSchema,
  endedAt: instantSchema,
};
export const drillResultSchema = z.discriminatedUnion('outcome', [
  z.object({
    ...ended,
    outcome: z.literal('finished'),
    kind: faultKindSchema,
    points: z.int().min(0).max(100),
    items: z.array(scoreItemSchema),
    times: drillTimesSchema,
    steps: z.array(drillStepSchema),
    runbookId: z.string(),
  }),
  z.object({
    ...ended,
    outcome: z.literal('abandoned'),
    kind: faultKindSchema.nullable(),
    reason: z.enum(ABANDONED_FOR),
  }),
]);
export type DrillResult = z.infer<typeof drillResultSchema>;
export type FinishedDrill = Extract<DrillResult, { outcome: 'finished' }>;

/** Newest first. */
export const drillsSchema = z.object({
  running: runningDrillSchema.nullable(),
  results: z.array(drillResultSchema),
});
export type Drills = z.infer<typeof drillsSchema>;

export const drillCalls = {
  /** The drill that runs, and the results of this laptop's training festival, newest first. */
  'drills.get': query(nothing, drillsSchema),
  /** Starts a drill with this fault, or with any. `quiet`: no automatic faults until it is over. */
  'drill.begin': local({
    input: z.strictObject({ kind: faultKindSchema.nullable(), quiet: z.boolean() }),
    output: runningDrillSchema,
    roles: STAFF,
  }),
  /** Scores the drill as it stands, once its alert is closed or its runbook at its end. */
  'drill.finish': local({ input: nothing, output: nothing, roles: STAFF }),
  'drill.abandon': local({ input: nothing, output: nothing, roles: STAFF }),
} as const;
