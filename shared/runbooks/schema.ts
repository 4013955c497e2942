import { z } from 'zod';

const words = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) });

const common = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: words,
  /** What to do and why, in plain words. */
  text: words,
  /** The guide's time window in minutes from detection: [0, 2], [2, 5], [5, 15]. */
  window: z.tuple([z.int().min(0), z.int().min(1)]),
};

const next = z.string().optional();

/** Steps run top to bottom; a decision's choice names where to go on, `end` ends the run. */
export const runbookStepSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('instruction'), next }),
  z.strictObject({
    ...common,
    kind: z.literal('query'),
    /**
     * The guide's SQL, run read-only; `:card_id`, `:transaction_id`, `:event_id`, `:log_id`, `:occurred_at`, `:device` and
     * `:transaction_type` are bound from the event.
     */
    sql: z.string().min(1),
    next,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('decision'),
    choices: z
      .array(
        z.strictObject({ id: z.string(), label: words, tone: z.enum(['danger', 'safe', 'neutral']), next: z.string() }),
      )
      .min(2),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('action'),
    /** `correct` opens the correction dialog, `resolve` and `false_positive` close the event with words. */
    action: z.enum(['correct', 'resolve', 'false_positive']),
    next,
  }),
]);
export type RunbookStep = z.infer<typeof runbookStepSchema>;

export const runbookSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/),
    version: z.int().min(1),
    title: words,
    /** Where in the guide it comes from. */
    source: z.string(),
    /** The detection algorithms it answers. */
    algorithms: z.array(z.string()).min(1),
    steps: z.array(runbookStepSchema).min(1),
  })
  .superRefine((runbook, context) => {
    const ids = runbook.steps.map((step) => step.id);
    for (const [index, step] of runbook.steps.entries()) {
      if (ids.indexOf(step.id) !== index) {
        context.addIssue({ code: 'custom', path: ['steps', index, 'id'], message: `"${step.id}" is there twice` });
      }
      const targets =
        step.kind === 'decision'
          ? step.choices.map((choice) => choice.next)
          : step.next === undefined
            ? []
            : [step.next];
      for (const target of targets) {
        if (target !== 'end' && ids.indexOf(target) <= index) {
          context.addIssue({ code: 'custom', path: ['steps', index], message: `"${target}" is no later step` });
        }
      }
    }
  });
export type Runbook = z.infer<typeof runbookSchema>;
