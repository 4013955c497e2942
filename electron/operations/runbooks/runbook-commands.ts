import { z } from 'zod';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { RunbookStepRecord } from '../../../shared/domain/run.ts';
import type { Runbook, RunbookStep } from '../../../shared/domain/runbook.ts';
import { runbookProgress } from '../../../shared/domain/runbook-progress.ts';
import { eventStatusSchema, isOpen } from '../../../shared/domain/severity.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';
import { closedBySomebody, holdersOf, takeIncidents } from '../alerts/incident-actions.ts';
import {
  applied,
  type CommandContext,
  type CommandHandler,
  type CommandHandlers,
  conflict,
  rejected,
} from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';
import { notify } from './notify-step.ts';
import { endRun, loadRun, type Run, recordStep, subjectOfRun, tellRun, ticksOf } from './runbook-run.ts';

const openRunRow = z.object({ run_id: z.string(), started_by: z.string() });
const eventRow = z.object({
  status: eventStatusSchema,
  resolution_notes: z.string().nullable(),
  resolved_at: instantColumn.nullable(),
  detection_algorithm: z.string(),
});

type Start = {
  readonly eventId: RowId | null;
  readonly runId: string;
  readonly runbook: Runbook;
  /** As the command says them; undefined where the runbook came with Regie. */
  readonly contents: Runbook | undefined;
};

/** Inserts the run, or joins the one that somebody has begun already. */
const begin = async (
  context: CommandContext,
  { eventId, runId, runbook, contents }: Start,
): Promise<CommandOutcome | null> => {
  const { tx, author } = context;
  const going = await tx.maybeRow(
    openRunRow,
    sql`/* regie:runbook */
      select run_id::text, started_by from console.runbook_runs
      where finished_at is null
        and (event_id = ${eventId}::bigint or ${eventId}::bigint is null and event_id is null and runbook_id = ${runbook.id})`,
  );
  // Somebody has begun already: go on with theirs.
  if (going !== undefined) {
    await tx.run(sql`/* regie:runbook */
      insert into console.runbook_joins (run_id, joined_run_id) values (${runId}, ${going.run_id})
      on conflict (run_id) do nothing`);
    return applied({ runId: going.run_id, startedBy: going.started_by });
  }
  await tx.run(sql`/* regie:runbook */
    insert into console.runbook_runs (run_id, event_id, runbook_id, runbook_version, runbook, started_by, started_on)
    values (${runId}, ${eventId}, ${runbook.id}, ${runbook.version}, ${contents === undefined ? null : JSON.stringify(contents)}::jsonb,
      ${author.operator}, ${author.laptop})`);
  return null;
};

/** Begins a runbook that belongs to the whole festival. One run of each goes on at a time. */
const startGeneral = async (context: CommandContext, start: Start): Promise<CommandOutcome> => {
  const { runId, runbook } = start;
  if (runbook.algorithms.length > 0) return rejected('runbook_needs_alert');
  // Two laptops at once: the second waits here, and joins.
  await context.tx.run(sql`/* regie:runbook */
    select pg_advisory_xact_lock(hashtextextended(${`regie:runbook:${runbook.id}`}, 0))`);
  const joined = await begin(context, start);
  if (joined !== null) return joined;
  await writeAudit(context, {
    action: 'runbook_start',
    subject: `run:${runId}`,
    data: { runId, runbook: runbook.id, version: runbook.version },
  });
  return applied({ runId, startedBy: context.author.operator });
};

const startForEvent = async (
  context: CommandContext,
  start: Start & { readonly eventId: RowId },
): Promise<CommandOutcome> => {
  const { tx, author } = context;
  const { eventId, runId, runbook } = start;
  const event = await tx.maybeRow(
    eventRow,
    sql`/* regie:runbook */
      select status, resolution_notes, resolved_at, detection_algorithm from public.monitoring_events
      where event_id = ${eventId} for update`,
  );
  if (event === undefined) return rejected('not_found');
  if (!isOpen(event.status)) return closedBySomebody(tx, { event_id: eventId, ...event });
  if (!runbook.algorithms.includes(event.detection_algorithm)) return rejected('runbook_of_other_alert');
  await adoptEvents(tx, [eventId]);
  const joined = await begin(context, start);
  if (joined !== null) return joined;
  // Who begins a runbook is on it, unless somebody has it: helping takes nothing away from them.
  const alone = [{ eventId, open: [eventId] }];
  if (!(await holdersOf(tx, alone)).has(eventId)) await takeIncidents(context, alone);
  await writeTimeline(context, { eventId, kind: 'runbook_started', data: { runId, runbook: runbook.id } });
  await writeAudit(context, {
    action: 'runbook_start',
    subject: `event:${eventId}`,
    data: { runId, runbook: runbook.id, version: runbook.version },
  });
  return applied({ runId, startedBy: author.operator });
};

/** The step that a command means, where the run waits at it; else the outcome that says why not. */
const currentStep = (run: Run, stepId: string): { step: RunbookStep } | { outcome: CommandOutcome } => {
  const { current } = runbookProgress(run.runbook, run.steps);
  if (run.finished || current?.id !== stepId) return { outcome: conflict('step_not_current') };
  return { step: current };
};

type Completed = Parameters<CommandHandler<'runbook.completeStep'>>[0];

/** What is kept with a step that was done, or why it cannot be done so. */
const doStep = async (
  context: CommandContext,
  run: Run,
  { step, input }: { step: RunbookStep; input: Completed },
): Promise<{ told: RunbookStepRecord['told'] } | { outcome: CommandOutcome }> => {
  const { choice, told, result } = input;
  if (step.kind === 'decision' ? !step.choices.some((one) => one.id === choice) : choice !== undefined) {
    return { outcome: rejected('choice_unknown') };
  }
  switch (step.kind) {
    case 'instruction':
    case 'query':
    case 'decision':
      return { told: null };
    case 'action':
      return { told: result ?? null };
    case 'notify':
    case 'escalate': {
      if (told === undefined) return { outcome: rejected('nobody_told') };
      const kept = await notify(context, { about: run, step, told });
      return kept === 'nobody' ? { outcome: conflict('nobody_reachable') } : { told: kept };
    }
    case 'checklist': {
      const ticked = await ticksOf(context.tx, run.runId, step.id);
      return step.items.every(({ id }) => ticked.has(id)) ? { told: null } : { outcome: rejected('checklist_open') };
    }
  }
};

export const runbookCommands = {
  'runbook.start': async ({ eventId, runId, runbookId, runbook: contents }, context) => {
    const runbook = contents ?? builtinRunbooks.find((one) => one.id === runbookId);
    if (runbook === undefined || runbook.id !== runbookId) return rejected('runbook_unknown', { runbook: runbookId });
    return eventId === null
      ? startGeneral(context, { eventId, runId, runbook, contents })
      : startForEvent(context, { eventId, runId, runbook, contents });
  },

  'runbook.completeStep': async (input, context) => {
    const { runId, stepId, choice, evidence } = input;
    const run = await loadRun(context.tx, runId);
    if (run === undefined) return rejected('not_found');
    const known = run.steps.find((step) => step.stepId === stepId);
    if (known !== undefined) {
      if (known.state === 'done' && known.choice === (choice ?? null)) return applied();
      return conflict('step_taken', { actor: known.actor, choice: known.choice ?? '' });
    }
    const at = currentStep(run, stepId);
    if ('outcome' in at) return at.outcome;
    const done = await doStep(context, run, { step: at.step, input });
    if ('outcome' in done) return done.outcome;
    await recordStep(context, run, {
      stepId,
      state: 'done',
      choice: choice ?? null,
      reason: null,
      evidence: evidence ?? null,
      told: done.told,
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
    const at = currentStep(run, stepId);
    if ('outcome' in at) return at.outcome;
    // A decision names the way on: without it there is none.
    if (at.step.kind === 'decision') return rejected('decision_not_skippable');
    await recordStep(context, run, { stepId, state: 'skipped', choice: null, reason, evidence: null, told: null });
    return applied();
  },

  'runbook.tick': async ({ runId, stepId, itemId }, context) => {
    const { tx, author } = context;
    const run = await loadRun(tx, runId);
    const step = run?.runbook.steps.find(({ id }) => id === stepId);
    if (run === undefined || step?.kind !== 'checklist') return rejected('not_found');
    if (!step.items.some(({ id }) => id === itemId)) return rejected('not_found');
    const ticked = (await ticksOf(tx, run.runId, stepId)).get(itemId);
    if (ticked === undefined) {
      const at = currentStep(run, stepId);
      if ('outcome' in at) return at.outcome;
      await tx.run(sql`/* regie:runbook */
        insert into console.runbook_ticks (run_id, step_id, item_id, actor, laptop)
        values (${run.runId}, ${stepId}, ${itemId}, ${author.operator}, ${author.laptop})`);
      await tellRun(context, run, { kind: 'item_ticked', data: { runId: run.runId, step: stepId, item: itemId } });
    }
    // A second signature is recorded, and the first one stays (docs/offline.md, "Merging where it is safe").
    await writeAudit(context, {
      action: 'runbook_tick',
      subject: subjectOfRun(run),
      data: { runId: run.runId, step: stepId, item: itemId, ...(ticked === undefined ? {} : { signedBy: ticked }) },
    });
    return applied();
  },

  'runbook.end': async ({ runId, reason }, context) => {
    const run = await loadRun(context.tx, runId);
    if (run === undefined) return rejected('not_found');
    if (run.finished) return applied();
    await endRun(context, run, { kind: 'runbook_ended', outcome: 'ended', reason });
    await writeAudit(context, {
      action: 'runbook_end',
      subject: subjectOfRun(run),
      data: { runId: run.runId, runbook: run.runbook.id, reason },
    });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
