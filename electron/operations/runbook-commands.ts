import { z } from 'zod';
import type { RunbookStepRecord } from '../../shared/contract/alerts.ts';
import { runbookProgress } from '../../shared/domain/runbook-progress.ts';
import { eventStatusSchema, isOpen } from '../../shared/domain/severity.ts';
import { builtinRunbooks } from '../../shared/runbooks/index.ts';
import type { Runbook } from '../../shared/runbooks/schema.ts';
import type { Transaction } from '../festival/pool.ts';
import { idColumn, instantColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import { closedBySomebody, holderOf, renewAcknowledgement, takeIncident } from './alert-commands.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from './command-handler.ts';
import { writeAudit, writeTimeline } from './timeline.ts';

const openRunRow = z.object({ run_id: z.string(), runbook_id: z.string(), started_by: z.string() });
const eventRow = z.object({
  status: eventStatusSchema,
  resolution_notes: z.string().nullable(),
  resolved_at: instantColumn.nullable(),
  detection_algorithm: z.string(),
});
const runRow = z.object({
  run_id: z.string(),
  event_id: idColumn,
  runbook_id: z.string(),
  runbook_version: z.int(),
  finished_at: instantColumn.nullable(),
});
const stepRow = z.object({
  step_id: z.string(),
  state: z.enum(['done', 'skipped']),
  choice: z.string().nullable(),
  reason: z.string().nullable(),
  at: instantColumn,
  actor: z.string(),
  laptop: z.string(),
});

type Run = { runId: string; eventId: number; runbook: Runbook; steps: readonly RunbookStepRecord[]; finished: boolean };

/**
 * A run with its steps, locked against a second laptop. Somebody who began offline while another had begun goes on with
 * the other's run. Undefined where the run or its runbook is unknown here.
 */
const loadRun = async (tx: Transaction, runId: string): Promise<Run | undefined> => {
  const run = await tx.maybeRow(
    runRow,
    sql`/* regie:runbook */
      select run_id::text, event_id, runbook_id, runbook_version, finished_at from console.runbook_runs
      where run_id = coalesce((select joined_run_id from console.runbook_joins where run_id = ${runId}), ${runId}::uuid)
      for update`,
  );
  const runbook = builtinRunbooks.find((one) => one.id === run?.runbook_id);
  if (run === undefined || runbook === undefined) return undefined;
  const steps = await tx.rows(
    stepRow,
    sql`/* regie:runbook */
      select step_id, state, choice, reason, at, actor, laptop from console.runbook_steps where run_id = ${run.run_id} order by at`,
  );
  return {
    runId: run.run_id,
    eventId: run.event_id,
    runbook,
    finished: run.finished_at !== null,
    steps: steps.map((step) => ({
      stepId: step.step_id,
      state: step.state,
      choice: step.choice,
      reason: step.reason,
      evidence: null,
      at: step.at,
      actor: step.actor,
      laptop: step.laptop,
    })),
  };
};

/** Writes a step's record and, where it was the last, the end of the run. */
const record = async (
  context: CommandContext,
  run: Run,
  step: Pick<RunbookStepRecord, 'stepId' | 'state' | 'choice' | 'reason' | 'evidence'>,
): Promise<void> => {
  const { tx, author } = context;
  const { runId } = run;
  await tx.run(sql`/* regie:runbook */
    insert into console.runbook_steps (run_id, step_id, state, choice, reason, evidence, actor, laptop)
    values (${runId}, ${step.stepId}, ${step.state}, ${step.choice}, ${step.reason},
      ${step.evidence === null ? null : JSON.stringify(step.evidence)}::jsonb, ${author.operator}, ${author.laptop})`);
  const told = { runId, step: step.stepId, choice: step.choice, reason: step.reason };
  await writeTimeline(context, {
    eventId: run.eventId,
    kind: step.state === 'done' ? 'step_done' : 'step_skipped',
    data: told,
  });
  await writeAudit(context, { action: `runbook_step_${step.state}`, subject: `event:${run.eventId}`, data: told });
  await renewAcknowledgement(tx, run.eventId);
  const after = runbookProgress(run.runbook, [
    ...run.steps,
    { ...step, at: author.laptopAt, actor: author.operator, laptop: author.laptop },
  ]);
  if (!after.finished) return;
  await tx.run(sql`/* regie:runbook */
    update console.runbook_runs set finished_at = clock_timestamp(), outcome = 'completed' where run_id = ${runId}`);
  await writeTimeline(context, {
    eventId: run.eventId,
    kind: 'runbook_finished',
    data: { runId, runbook: run.runbook.id },
  });
};

type RunbookCommandName = Extract<keyof CommandHandlers, `runbook.${string}`>;

export const runbookCommands: Pick<CommandHandlers, RunbookCommandName> = {
  'runbook.start': async ({ eventId, runId, runbookId }, context) => {
    const { tx, author } = context;
    const runbook = builtinRunbooks.find((one) => one.id === runbookId);
    if (runbook === undefined) return rejected('runbook_unknown', { runbook: runbookId });
    const event = await tx.maybeRow(
      eventRow,
      sql`/* regie:runbook */
        select status, resolution_notes, resolved_at, detection_algorithm from public.monitoring_events
        where event_id = ${eventId} for update`,
    );
    if (event === undefined) return rejected('not_found');
    if (!isOpen(event.status)) {
      return closedBySomebody(tx, { event_id: eventId, ...event });
    }
    if (!runbook.algorithms.includes(event.detection_algorithm)) return rejected('runbook_of_other_alert');
    const going = await tx.maybeRow(
      openRunRow,
      sql`/* regie:runbook */
        select run_id::text, runbook_id, started_by from console.runbook_runs
        where event_id = ${eventId} and finished_at is null`,
    );
    // Somebody has begun already: go on with theirs.
    if (going !== undefined) {
      await tx.run(sql`/* regie:runbook */
        insert into console.runbook_joins (run_id, joined_run_id) values (${runId}, ${going.run_id})
        on conflict (run_id) do nothing`);
      return applied({ runId: going.run_id, startedBy: going.started_by });
    }
    await tx.run(sql`/* regie:runbook */
      insert into console.runbook_runs (run_id, event_id, runbook_id, runbook_version, started_by)
      values (${runId}, ${eventId}, ${runbook.id}, ${runbook.version}, ${author.operator})`);
    await tx.run(sql`/* regie:adopt */
      insert into console.alerts (event_id, incident_id, occurred_at)
      select event_id, event_id, detection_timestamp from public.monitoring_events where event_id = ${eventId}
      on conflict (event_id) do nothing`);
    // Who begins a runbook is on it, unless somebody has it: helping takes nothing away from them.
    if ((await holderOf(tx, [eventId])) === undefined) await takeIncident(context, [eventId]);
    await writeTimeline(context, { eventId, kind: 'runbook_started', data: { runId, runbook: runbook.id } });
    await writeAudit(context, {
      action: 'runbook_start',
      subject: `event:${eventId}`,
      data: { runId, runbook: runbook.id },
    });
    return applied({ runId, startedBy: author.operator });
  },

  'runbook.completeStep': async ({ runId, stepId, choice, evidence }, context) => {
    const run = await loadRun(context.tx, runId);
    if (run === undefined) return rejected('not_found');
    const known = run.steps.find((step) => step.stepId === stepId);
    if (known !== undefined) {
      if (known.state === 'done' && known.choice === (choice ?? null)) return applied();
      return conflict('step_taken', { actor: known.actor, choice: known.choice ?? '' });
    }
    const { current } = runbookProgress(run.runbook, run.steps);
    if (run.finished || current?.id !== stepId) return conflict('step_not_current');
    if (current.kind === 'decision' && !current.choices.some((one) => one.id === choice))
      return rejected('choice_unknown');
    if (current.kind !== 'decision' && choice !== undefined) return rejected('choice_unknown');
    await record(context, run, {
      stepId,
      state: 'done',
      choice: choice ?? null,
      reason: null,
      evidence: evidence ?? null,
    });
    return applied();
  },

  'runbook.skipStep': async ({ runId, stepId, reason }, context) => {
    const run = await loadRun(context.tx, runId);
    if (run === undefined) return rejected('not_found');
    const known = run.steps.find((step) => step.stepId === stepId);
    if (known !== undefined) {
      return known.state === 'skipped'
        ? applied()
        : conflict('step_taken', { actor: known.actor, choice: known.choice ?? '' });
    }
    const { current } = runbookProgress(run.runbook, run.steps);
    if (run.finished || current?.id !== stepId) return conflict('step_not_current');
    // A decision names the way on: without it there is none.
    if (current.kind === 'decision') return rejected('decision_not_skippable');
    await record(context, run, { stepId, state: 'skipped', choice: null, reason, evidence: null });
    return applied();
  },
};
