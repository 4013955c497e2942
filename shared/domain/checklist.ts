import { z } from 'zod';
import { customProblem } from './input-problem.ts';
import { textSchema } from './plain-text.ts';

/*
 * Checklists (docs/checklists.md) are data, like runbooks: six come with Regie, and a festival's own files take their place.
 */

const words = z.strictObject({ en: textSchema.min(1).max(2_000), fr: textSchema.min(1).max(2_000) });
const idSchema = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/);

/** What Regie measures itself, in the festival's database (`console.sense`). */
export const SENSES = [
  'system_status',
  'snapshot_age_s',
  'snapshots_24h',
  'transactions_last_hour',
  'success_rate',
  'processing_ms',
  'events_24h',
  'critical_24h',
  'open_events',
  'open_critical',
  'unreviewed_events',
  'breaker',
  'detectors_late',
  'detectors_failing',
  'engine_leads',
  'verification',
  'hours_over_24h',
  'unverified_24h',
  'screens',
  'connections_percent',
  'database_gb',
  'dead_rows_percent',
  'unused_indexes',
  'backup_age_h',
  'maintenance',
  'channels',
  'channel_names',
  'contacts',
  'events_7d',
  'critical_7d',
  'confidence_7d',
  'cards_7d',
  'success_rate_7d',
  'transactions_hourly_7d',
  'critical_snapshots_7d',
  'final_report',
  'false_positives_30d',
  'refused_30d',
] as const;
export const senseSchema = z.enum(SENSES);
export type Sense = z.infer<typeof senseSchema>;

/** When a measured value is good. */
export const expectationSchema = z.union([
  z.strictObject({ atMost: z.number() }),
  z.strictObject({ atLeast: z.number() }),
  z.strictObject({ equals: z.string().min(1).max(60) }),
]);
export type Expectation = z.infer<typeof expectationSchema>;

const common = {
  id: idSchema,
  title: words,
  /** What to do, or what the value means; in plain words. */
  text: words,
  /** The item is there only where this holds. A value that cannot be had leaves it in. */
  when: z.strictObject({ sense: senseSchema, expect: expectationSchema }).optional(),
};
/** Values that are shown beside an item, and kept with whatever is signed for it. */
const figures = z.array(senseSchema).max(8).default([]);

export const answerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('number'), min: z.number().optional(), max: z.number().optional() }),
  z.strictObject({
    type: z.literal('choice'),
    choices: z
      .array(z.strictObject({ id: idSchema, label: words }))
      .min(2)
      .max(20),
  }),
]);

export const checklistItemSchema = z.discriminatedUnion('kind', [
  /** Ticks itself while the value is good and not older than `maxAgeS`. */
  z.strictObject({
    ...common,
    kind: z.literal('sensed'),
    sense: senseSchema,
    expect: expectationSchema,
    maxAgeS: z
      .int()
      .min(1)
      .max(31 * 86_400),
  }),
  /** A person says so, with their name. */
  z.strictObject({ ...common, kind: z.literal('attested'), figures }),
  /** Two people say so. */
  z.strictObject({ ...common, kind: z.literal('two_person'), figures }),
  /** Whoever received a message has read out its code, over every channel that is set up. */
  z.strictObject({ ...common, kind: z.literal('received'), figures }),
  z.strictObject({ ...common, kind: z.literal('answered'), answer: answerSchema, figures }),
]);
export type ChecklistItem = z.infer<typeof checklistItemSchema>;

/** Of which stretch of time a run is, and by when it is to be signed. */
export const WINDOWS = [
  'before_opening',
  'after_closing',
  'week',
  'month',
  'before_festival',
  'after_festival',
] as const;

export const checklistSchema = z
  .strictObject({
    id: idSchema,
    version: z.int().min(1),
    title: words,
    /** Where in the guide it comes from. */
    source: textSchema.max(300),
    window: z.enum(WINDOWS),
    items: z.array(checklistItemSchema).min(1).max(60),
  })
  .superRefine((checklist, context) => {
    const ids = checklist.items.map(({ id }) => id);
    for (const [index, item] of checklist.items.entries()) {
      const twice = (id: string, ...path: (string | number)[]) =>
        context.addIssue(
          customProblem('duplicate', { path: ['items', index, ...path], limit: id, message: `"${id}" is there twice` }),
        );
      if (ids.indexOf(item.id) !== index) twice(item.id, 'id');
      if (item.kind !== 'answered' || item.answer.type !== 'choice') continue;
      const choices = item.answer.choices.map(({ id }) => id);
      for (const [at, id] of choices.entries()) {
        if (choices.indexOf(id) !== at) twice(id, 'answer', 'choices', at, 'id');
      }
    }
  });
export type Checklist = z.infer<typeof checklistSchema>;
export type ChecklistDraft = z.input<typeof checklistSchema>;
