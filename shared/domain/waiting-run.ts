import type { Author } from './operator.ts';
import type { RowId } from './row-id.ts';
import type { Notified, RunbookRun, RunbookStepRecord, StepResult } from './run.ts';
import type { Runbook } from './runbook.ts';
import type { Waiting } from './waiting.ts';

/** A run that this laptop has started and that the festival's database has not confirmed yet. */
export const runStarted = ({
  input,
  author,
}: Waiting<{
  runId: string;
  eventId: RowId | null;
  runbookId: string;
  runbook?: Runbook | undefined;
}>): RunbookRun => ({
  runId: input.runId,
  eventId: input.eventId,
  runbookId: input.runbookId,
  runbook: input.runbook ?? null,
  startedAt: author.laptopAt,
  startedBy: author.operator,
  finishedAt: null,
  outcome: null,
  steps: [],
  ticks: [],
  joins: [],
  waiting: true,
});

const byAuthor = ({ laptopAt, operator, laptop }: Author) => ({
  at: laptopAt,
  actor: operator,
  laptop,
  waiting: true as const,
});

/** The record of a step that waits to be done. */
export const stepDone = ({
  input,
  author,
}: Waiting<{
  stepId: string;
  choice?: string | undefined;
  evidence?: RunbookStepRecord['evidence'] | undefined;
  told?: Notified | undefined;
  result?: StepResult | undefined;
}>): RunbookStepRecord => ({
  stepId: input.stepId,
  state: 'done',
  choice: input.choice ?? null,
  reason: null,
  evidence: input.evidence ?? null,
  told: input.told ?? input.result ?? null,
  ...byAuthor(author),
});

/** The record of a step that waits to be skipped. */
export const stepSkipped = ({ input, author }: Waiting<{ stepId: string; reason: string }>): RunbookStepRecord => ({
  stepId: input.stepId,
  state: 'skipped',
  choice: null,
  reason: input.reason,
  evidence: null,
  told: null,
  ...byAuthor(author),
});

/** Whether a command means this run, also under the name under which another laptop had started it. */
const means = (run: RunbookRun, runId: string): boolean => run.runId === runId || run.joins.includes(runId);

/** The run with one more record, unless it has one of that step. */
export const withStep = (run: RunbookRun, runId: string, record: RunbookStepRecord): RunbookRun =>
  !means(run, runId) || run.steps.some(({ stepId }) => stepId === record.stepId)
    ? run
    : { ...run, steps: [...run.steps, record] };

/** The run with one more item ticked, unless it is. */
export const withTick = (
  run: RunbookRun,
  { input, author }: Waiting<{ runId: string; stepId: string; itemId: string }>,
): RunbookRun => {
  const { runId, stepId, itemId } = input;
  const ticked = run.ticks.some((tick) => tick.stepId === stepId && tick.itemId === itemId);
  return !means(run, runId) || ticked
    ? run
    : { ...run, ticks: [...run.ticks, { stepId, itemId, ...byAuthor(author) }] };
};
