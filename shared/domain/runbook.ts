import { z } from 'zod';
import { customProblem, type Problem } from './input-problem.ts';
import { textSchema } from './plain-text.ts';
import { EVENT_PARAMETERS, parametersOf } from './runbook-parameters.ts';
import { severitySchema } from './severity.ts';
import { beginsAsReading } from './sql-scan.ts';

const words = z.strictObject({ en: textSchema.min(1).max(2_000), fr: textSchema.min(1).max(2_000) });
const idSchema = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/);

const common = {
  id: idSchema,
  title: words,
  /** What to do and why, in plain words. */
  text: words,
  /** The guide's time window in minutes from detection, or from the begin of the run: [0, 2], [2, 5], [5, 15]. */
  window: z.tuple([z.int().min(0), z.int().min(1)]),
};

const next = z.string().optional();
const alarming = severitySchema.exclude(['INFO']);

/** Whom a step tells: a contact of the settings, everybody on the ladder of a severity, or the visitor, by mouth. */
export const recipientSchema = z.union([
  z.strictObject({ contact: z.string().min(1).max(40) }),
  z.strictObject({ severity: alarming }),
  z.literal('visitor'),
]);
export type Recipient = z.infer<typeof recipientSchema>;

/** Actions on the alert, which a runbook without an alert cannot have. */
export const ALERT_ACTIONS = ['correct', 'resolve', 'false_positive'] as const;
/** Actions on the engine and on the records of the whole festival. */
export const FESTIVAL_ACTIONS = [
  'run_cycle',
  'reset_breaker',
  'recompute_ledger',
  'stop_monitoring',
  'restart_monitoring',
  'backup_events',
] as const;
export type FestivalAction = (typeof FESTIVAL_ACTIONS)[number];

/** Steps run top to bottom; a decision's choice names where to go on, `end` ends the run. */
export const runbookStepSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('instruction'), next }),
  z.strictObject({
    ...common,
    kind: z.literal('query'),
    /** The guide's SQL, run read-only; parameters (`:card_id`, see EVENT_PARAMETERS) are bound from the event. */
    sql: z
      .string()
      .max(10_000)
      .refine(beginsAsReading, {
        message: 'a query begins with select or with: it may only read',
        params: { problem: 'not_reading' },
      }),
    next,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('decision'),
    choices: z
      .array(
        z.strictObject({ id: z.string(), label: words, tone: z.enum(['danger', 'safe', 'neutral']), next: z.string() }),
      )
      .min(2)
      .max(20),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('action'),
    /** `correct` opens the correction dialog, `resolve` and `false_positive` close the event with words. */
    action: z.enum([...ALERT_ACTIONS, ...FESTIVAL_ACTIONS]),
    next,
  }),
  /** A message through the channels of the escalation; by hand, with the number, where none leaves. */
  z.strictObject({ ...common, kind: z.literal('notify'), to: recipientSchema, message: words, next }),
  /** The next level of the ladder now: of the alert's severity, or of this one. */
  z.strictObject({ ...common, kind: z.literal('escalate'), severity: alarming.optional(), message: words, next }),
  /** Each item is ticked and signed. */
  z.strictObject({
    ...common,
    kind: z.literal('checklist'),
    items: z
      .array(z.strictObject({ id: idSchema, label: words }))
      .min(1)
      .max(20),
    next,
  }),
]);
export type RunbookStep = z.infer<typeof runbookStepSchema>;

export const runbookSchema = z
  .strictObject({
    id: idSchema,
    version: z.int().min(1),
    title: words,
    /** Where in the guide it comes from. */
    source: textSchema.max(300),
    /** The detection algorithms it answers; none: it is started manually, for the whole festival. */
    algorithms: z.array(z.string().max(60)).max(60),
    steps: z.array(runbookStepSchema).min(1).max(60),
  })
  .superRefine((runbook, context) => {
    const ids = runbook.steps.map((step) => step.id);
    for (const [index, step] of runbook.steps.entries()) {
      const wrong = (problem: Problem, limit: string, message: string, ...path: (string | number)[]) =>
        context.addIssue(customProblem(problem, { path: ['steps', index, ...path], limit, message }));
      if (ids.indexOf(step.id) !== index) wrong('duplicate', step.id, `"${step.id}" is there twice`, 'id');
      if (step.kind === 'decision') {
        for (const [at, choice] of step.choices.entries()) {
          if (!leadsOn(ids, choice.next, index))
            wrong('not_a_later_step', choice.next, `"${choice.next}" is no later step`, 'choices', at, 'next');
        }
      } else if (step.next !== undefined && !leadsOn(ids, step.next, index)) {
        wrong('not_a_later_step', step.next, `"${step.next}" is no later step`, 'next');
      }
      if (step.kind === 'checklist') {
        const items = step.items.map((item) => item.id);
        for (const [at, id] of items.entries()) {
          if (items.indexOf(id) !== at) wrong('duplicate', id, `"${id}" is there twice`, 'items', at, 'id');
        }
      }
      const general = runbook.algorithms.length === 0;
      if (step.kind === 'query') {
        const known = general ? [] : EVENT_PARAMETERS;
        const unknown = parametersOf(step.sql).find((name) => !known.includes(name));
        if (unknown !== undefined) {
          if (general) {
            wrong('parameter_without_alert', unknown, `":${unknown}": there is no alert to take it from`, 'sql');
          } else wrong('parameter_unknown', unknown, `":${unknown}" is not known`, 'sql');
        }
      }
      if (!general) continue;
      if (step.kind === 'action' && ALERT_ACTIONS.some((action) => action === step.action)) {
        wrong('action_without_alert', step.action, `"${step.action}" needs an alert`, 'action');
      }
      if (step.kind === 'escalate' && step.severity === undefined) {
        wrong('severity_without_alert', '', 'without an alert the step must name a severity', 'severity');
      }
    }
  });
export type Runbook = z.infer<typeof runbookSchema>;

const leadsOn = (ids: readonly string[], target: string, from: number): boolean =>
  target === 'end' || ids.indexOf(target) > from;
