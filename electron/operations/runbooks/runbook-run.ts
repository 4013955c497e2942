import { z } from 'zod';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Notified, RunbookStepRecord } from '../../../shared/domain/run.ts';
import { type Runbook, runbookSchema } from '../../../shared/domain/runbook.ts';
import { runbookProgress } from '../../../shared/domain/runbook-progress.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { renewAcknowledgement } from '../alerts/incident-actions.ts';
import type { CommandContext } from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';

const runRow = z.object({
  run_id: z.string(),
  event_id: idColumn.nullable(),
  runbook_id: z.string(),
  runbook: runbookSchema.nullable(),
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
const tickRow = z.object({ item_id: z.string(), actor: z.string() });

export type Run = {
  readonly runId: string;
  /** Null: it belongs to the festival. */
  readonly eventId: RowId | null;
  readonly runbook: Runbook;
  readonly steps: readonly RunbookStepRecord[];
  readonly finished: boolean;
};

/**
 * A run with its steps, locked against a second laptop, judged by the contents that it was begun with. Somebody who began
 * offline while another had begun goes on with the other's run. Undefined where the run or its runbook is unknown here.
 */
export const loadRun = async (tx: Transaction, runId: string): Promise<Run | undefined> => {
  const run = await tx.maybeRow(
    runRow,
    sql`/* regie:runbook */
      select run_id::text, event_id, runbook_id, runbook, finished_at from console.runbook_runs
      where run_id = coalesce((select joined_run_id from console.runbook_joins where run_id = ${runId}), ${runId}::uuid)
      for update`,
  );
  const runbook = run?.runbook ?? builtinRunbooks.find((one) => one.id === run?.runbook_id);
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
      told: null,
      at: step.at,
      actor: step.actor,
      laptop: step.laptop,
    })),
  };
};

/** The ticked items of a checklist step, with who ticked each. */
export const ticksOf = async (tx: Transaction, runId: string, stepId: string): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.rows(
    tickRow,
    sql`/* regie:runbook */
      select item_id, actor from console.runbook_ticks where run_id = ${runId} and step_id = ${stepId}`,
  );
  return new Map(rows.map(({ item_id, actor }) => [item_id, actor]));
};

/** What a run is called on the audit trail. */
export const subjectOfRun = ({ runId, eventId }: Pick<Run, 'runId' | 'eventId'>): string =>
  eventId === null ? `run:${runId}` : `event:${eventId}`;

/** Tells the timeline of the run's alert, where it has one. */
export const tellRun = async (
  context: CommandContext,
  { eventId }: Pick<Run, 'eventId'>,
  entry: { kind: string; data: Readonly<Record<string, unknown>> },
): Promise<void> => {
  if (eventId !== null) await writeTimeline(context, { eventId, ...entry });
};

/** What a step's record is made of. */
export type StepDone = Pick<RunbookStepRecord, 'stepId' | 'state' | 'choice' | 'reason' | 'evidence' | 'told'>;

/** Writes a step's record and, where it was the last, the end of the run. */
export const recordStep = async (context: CommandContext, run: Run, step: StepDone): Promise<void> => {
  const { tx, author } = context;
  const { runId, eventId } = run;
  await tx.run(sql`/* regie:runbook */
    insert into console.runbook_steps (run_id, step_id, state, choice, reason, evidence, told, actor, laptop)
    values (${runId}, ${step.stepId}, ${step.state}, ${step.choice}, ${step.reason}, ${jsonOf(step.evidence)}::jsonb,
      ${jsonOf(step.told)}::jsonb, ${author.operator}, ${author.laptop})`);
  const told = { runId, step: step.stepId, choice: step.choice, reason: step.reason };
  await tellRun(context, run, { kind: step.state === 'done' ? 'step_done' : 'step_skipped', data: told });
  const after = runbookProgress(run.runbook, [
    ...run.steps,
    { ...step, at: author.laptopAt, actor: author.operator, laptop: author.laptop },
  ]);
  if (after.finished) await endRun(context, run, { kind: 'runbook_finished', outcome: 'completed' });
  // One row a command: who was told and the end of the run stand in it as well.
  await writeAudit(context, {
    action: actionOf(step),
    subject: subjectOfRun(run),
    data: {
      ...told,
      ...(step.told === null ? {} : { result: step.told }),
      ...(after.finished ? { finished: 'completed' } : {}),
    },
  });
  if (eventId !== null) await renewAcknowledgement(tx, eventId);
};

/** What a step is called on the audit trail: that people were told is a decision of its own. */
const actionOf = ({ told, state }: StepDone): string => {
  if (told === null || !isTold(told)) return `runbook_step_${state}`;
  return told.how === 'sent' ? 'told' : 'called';
};

const jsonOf = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

const isTold = (told: NonNullable<RunbookStepRecord['told']>): told is Notified => 'people' in told;

/** Ends a run, after its last step or before it. The caller writes the audit trail. */
export const endRun = async (
  context: CommandContext,
  run: Run,
  end: { kind: 'runbook_finished' | 'runbook_ended'; outcome: 'completed' | 'ended'; reason?: string },
): Promise<void> => {
  const { runId } = run;
  const { kind, outcome, reason } = end;
  await context.tx.run(sql`/* regie:runbook */
    update console.runbook_runs set finished_at = clock_timestamp(), outcome = ${outcome} where run_id = ${runId}`);
  await tellRun(context, run, {
    kind,
    data: { runId, runbook: run.runbook.id, ...(reason === undefined ? {} : { reason }) },
  });
};
