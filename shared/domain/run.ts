import { z } from 'zod';
import { textSchema } from './plain-text.ts';
import { instantSchema } from './primitives.ts';
import { rowIdSchema } from './row-id.ts';
import { runbookSchema } from './runbook.ts';

/** A result table: of a runbook's query, kept as evidence. */
export const queryResultSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.json())),
  /** Rows beyond the limit that is kept. */
  truncated: z.boolean(),
  /** Cells of which only the beginning is kept. */
  cut: z.boolean().default(false),
  at: instantSchema,
  durationMs: z.number(),
});
export type QueryResult = z.infer<typeof queryResultSchema>;

/** Who was notified in a step, and how: by messages of the console, or by the operator's own voice. */
export const toldSchema = z.strictObject({
  how: z.enum(['sent', 'by_hand']),
  message: textSchema.trim().max(1_000),
  people: z
    .array(
      z.strictObject({
        contact: z.string().max(40),
        name: textSchema.max(80),
        phone: textSchema.max(20),
      }),
    )
    .max(50),
  /** Of the ladder, where the step escalates: 0 is the first. */
  level: z.int().min(0).max(20).optional(),
});
export type Notified = z.infer<typeof toldSchema>;

/** What an action on the engine or on the records has answered, for the record of its step. */
export const stepResultSchema = z.record(z.string().max(40), z.union([z.string().max(300), z.number(), z.boolean()]));
export type StepResult = z.infer<typeof stepResultSchema>;

export const runbookStepRecordSchema = z.object({
  stepId: z.string(),
  state: z.enum(['done', 'skipped']),
  choice: z.string().nullable(),
  reason: z.string().nullable(),
  evidence: queryResultSchema.nullable(),
  /** What was done beside the choice; null where an older version recorded it. */
  told: z.union([toldSchema, stepResultSchema]).nullable().default(null),
  at: instantSchema,
  actor: z.string(),
  laptop: z.string(),
  /** Waits in this laptop's outbox. */
  waiting: z.literal(true).optional(),
});
export type RunbookStepRecord = z.infer<typeof runbookStepRecordSchema>;

/** A ticked item of a checklist step, signed. */
export const runbookTickSchema = z.object({
  stepId: z.string(),
  itemId: z.string(),
  at: instantSchema,
  actor: z.string(),
  laptop: z.string(),
  waiting: z.literal(true).optional(),
});
export type RunbookTick = z.infer<typeof runbookTickSchema>;

export const runbookRunSchema = z.object({
  runId: z.uuid(),
  /** Null: the run belongs to the festival, not to an alert. */
  eventId: rowIdSchema.nullable(),
  runbookId: z.string(),
  /** As it was started; null for a run of an older version, or where a newer one has steps that are not known here. */
  runbook: runbookSchema.nullable().catch(null).default(null),
  startedAt: instantSchema,
  startedBy: z.string(),
  finishedAt: instantSchema.nullable(),
  /** `completed`, or `ended` before its last step. */
  outcome: z.string().nullable(),
  steps: z.array(runbookStepRecordSchema),
  ticks: z.array(runbookTickSchema).default([]),
  /** Runs that others had started offline, and that continue in this one. */
  joins: z.array(z.uuid()).default([]),
  /** Begun on this laptop and not confirmed yet. */
  waiting: z.literal(true).optional(),
});
export type RunbookRun = z.infer<typeof runbookRunSchema>;
