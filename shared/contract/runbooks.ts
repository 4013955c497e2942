import { z } from 'zod';
import { type Incident, onOpenEvents, snapshotOf, taken } from '../domain/incident.ts';
import { fileProblemSchema } from '../domain/input-problem.ts';
import { wordsSchema } from '../domain/primitives.ts';
import { ANYONE, STAFF } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import {
  queryResultSchema,
  type RunbookStepRecord,
  runbookRunSchema,
  stepResultSchema,
  toldSchema,
} from '../domain/run.ts';
import { runbookSchema } from '../domain/runbook.ts';
import { type Waiting, withEntry } from '../domain/waiting.ts';
import { runStarted, stepDone, stepSkipped, withStep, withTick } from '../domain/waiting-run.ts';
import { command, type Find, live, local, nothing, query } from './declare.ts';

export const runbookListSchema = z.object({
  runbooks: z.array(
    z.object({
      runbook: runbookSchema,
      /** The file of the festival's own that it comes from; null: it came with Regie. */
      file: z.string().nullable(),
      /** It takes the place of one that came with Regie. */
      overrides: z.boolean(),
    }),
  ),
  problems: z.array(fileProblemSchema),
  /** Where the festival's own files lie. */
  folder: z.string(),
  /** Runs without an alert, without their evidence: those that go on, and the last that have ended, newest first. */
  runs: z.array(runbookRunSchema),
});
export type RunbookList = z.infer<typeof runbookListSchema>;

type OfRun = { readonly runId: string };

/** Keys and snapshot of what acts on a run: of its event as well, where it belongs to one. */
const onRun = {
  keys: ({ runId }: OfRun, find: Find) => {
    const eventId = find.ofRun(runId)?.run?.eventId ?? null;
    return eventId === null ? [`run:${runId}`] : [`event:${eventId}`, `run:${runId}`];
  },
  snapshot: ({ runId }: OfRun, find: Find) => {
    const incident = find.ofRun(runId);
    const eventId = incident?.run?.eventId ?? null;
    return eventId === null ? {} : snapshotOf(eventId, incident);
  },
};

/** The incident with a record of a step of its run. */
const withStepOfRun = (
  incident: Incident,
  waiting: Waiting<{ operationId: string; runId: string }>,
  record: RunbookStepRecord,
): Incident => {
  const { run } = incident;
  const { runId } = waiting.input;
  const after = run && withStep(run, runId, record);
  if (run === null || after === null || after === run || run.eventId === null) return incident;
  const { choice, reason, state, stepId } = record;
  return withEntry({ ...incident, run: after }, waiting, {
    kind: state === 'done' ? 'step_done' : 'step_skipped',
    eventId: run.eventId,
    data: { runId, step: stepId, choice, reason },
  });
};

export const runbookCalls = {
  /** The runbooks of this laptop, and the runs that belong to no alert. */
  'runbooks.get': query(nothing, runbookListSchema),
  /** A run that belongs to no alert, with its evidence, and the runbook it follows. */
  'runbooks.run': query(
    z.strictObject({ runId: z.uuid() }),
    z.object({ run: runbookRunSchema, runbook: runbookSchema.nullable() }),
  ),

  /** Starts a runbook for an alert, or for the whole festival. The core adds `runbook`, its contents on this laptop. */
  'runbook.start': command({
    input: {
      eventId: rowIdSchema.nullable(),
      runId: z.uuid(),
      runbookId: z.string().min(1),
      runbook: runbookSchema.optional(),
    },
    roles: STAFF,
    records: { timeline: ['runbook_started'], audit: ['runbook_start'] },
    keys: ({ eventId, runId, runbookId }) => [
      eventId === null ? `runbook:${runbookId}` : `event:${eventId}`,
      `run:${runId}`,
    ],
    snapshot: ({ eventId, runbookId }, find) =>
      eventId === null ? { runbook: runbookId } : snapshotOf(eventId, find.ofEvent(eventId)),
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, runId, runbookId } = waiting.input;
        if (eventId === null || (incident.run !== null && incident.run.finishedAt === null)) return incident;
        const isTaken = incident.alert.lead.takenBy !== null;
        const started = isTaken ? incident : onOpenEvents(incident, (event) => taken(event, waiting.author));
        return withEntry({ ...started, run: runStarted(waiting) }, waiting, {
          kind: 'runbook_started',
          eventId,
          data: { runId, runbook: runbookId },
        });
      },
      startedRun: runStarted,
    },
  }),
  /**
   * `choice` for a decision; `evidence` for a query step: the result that the operator saw, which is stored with the
   * step; `told` for a step that notifies somebody; `result` for an action: what it answered.
   */
  'runbook.completeStep': command({
    input: {
      runId: z.uuid(),
      stepId: z.string().min(1),
      choice: z.string().min(1).optional(),
      evidence: queryResultSchema.optional(),
      told: toldSchema.optional(),
      result: stepResultSchema.optional(),
    },
    roles: STAFF,
    records: { timeline: ['step_done', 'called', 'runbook_finished'], audit: ['runbook_step_done', 'told', 'called'] },
    ...onRun,
    optimistic: {
      incident: (incident, waiting) => withStepOfRun(incident, waiting, stepDone(waiting)),
      run: (run, waiting) => withStep(run, waiting.input.runId, stepDone(waiting)),
    },
  }),
  'runbook.skipStep': command({
    input: { runId: z.uuid(), stepId: z.string().min(1), reason: wordsSchema },
    roles: STAFF,
    records: { timeline: ['step_skipped', 'runbook_finished'], audit: ['runbook_step_skipped'] },
    ...onRun,
    optimistic: {
      incident: (incident, waiting) => withStepOfRun(incident, waiting, stepSkipped(waiting)),
      run: (run, waiting) => withStep(run, waiting.input.runId, stepSkipped(waiting)),
    },
  }),
  /** Ticks an item of a checklist step. */
  'runbook.tick': command({
    input: { runId: z.uuid(), stepId: z.string().min(1), itemId: z.string().min(1) },
    roles: STAFF,
    records: { timeline: ['item_ticked'], audit: ['runbook_tick'] },
    ...onRun,
    optimistic: {
      incident: (incident, waiting) =>
        incident.run === null ? incident : { ...incident, run: withTick(incident.run, waiting) },
      run: withTick,
    },
  }),
  /** Ends a run before its last step. */
  'runbook.end': command({
    input: { runId: z.uuid(), reason: wordsSchema },
    roles: STAFF,
    records: { timeline: ['runbook_ended'], audit: ['runbook_end'] },
    ...onRun,
  }),

  /**
   * Runs a query step read-only, parameters bound from the event. Hand the result to `runbook.completeStep`. Where the
   * festival does not answer in time, the result that was stored with the alert, as old as its `at`: `saved` says so. A moment
   * ago it may have been fetched, and not know what was done since.
   */
  'runbook.runQuery': live({
    input: z.strictObject({ runId: z.uuid(), stepId: z.string().min(1) }),
    output: queryResultSchema.extend({ saved: z.boolean() }),
    roles: ANYONE,
  }),
  /** Reads the festival's own runbooks from their files again. */
  'runbooks.reload': local({ input: nothing, output: nothing, roles: STAFF }),
} as const;
