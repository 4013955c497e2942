import type { RunbookRun, RunbookStepRecord, RunbookTick } from '../../shared/contract/runbooks.ts';
import type { Command } from '../operations/registry.ts';

type StartCommand = Extract<Command, { name: 'runbook.start' }>;
type StepCommand = Extract<Command, { name: 'runbook.completeStep' | 'runbook.skipStep' }>;
type TickCommand = Extract<Command, { name: 'runbook.tick' }>;

/** A run that this laptop has begun and that the festival has not confirmed yet. */
export const runBegun = ({ input, author }: StartCommand): RunbookRun => ({
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

/** The record of a step that waits. */
export const stepWaiting = ({ name, input, author }: StepCommand): RunbookStepRecord => {
  const done = name === 'runbook.completeStep';
  return {
    stepId: input.stepId,
    state: done ? 'done' : 'skipped',
    choice: done ? (input.choice ?? null) : null,
    reason: done ? null : input.reason,
    evidence: done ? (input.evidence ?? null) : null,
    told: done ? (input.told ?? input.result ?? null) : null,
    at: author.laptopAt,
    actor: author.operator,
    laptop: author.laptop,
    waiting: true,
  };
};

const tickWaiting = ({ input, author }: TickCommand): RunbookTick => ({
  stepId: input.stepId,
  itemId: input.itemId,
  at: author.laptopAt,
  actor: author.operator,
  laptop: author.laptop,
  waiting: true,
});

/** Whether a command means this run, also under the name under which another laptop had begun it. */
const means = (run: RunbookRun, runId: string): boolean => run.runId === runId || run.joins.includes(runId);

/** A run with one waiting command on top. What it has already stays as it is. */
export const runWith = (run: RunbookRun, command: Command): RunbookRun => {
  switch (command.name) {
    case 'runbook.completeStep':
    case 'runbook.skipStep': {
      const { runId, stepId } = command.input;
      if (!means(run, runId) || run.steps.some((step) => step.stepId === stepId)) return run;
      return { ...run, steps: [...run.steps, stepWaiting(command)] };
    }
    case 'runbook.tick': {
      const { runId, stepId, itemId } = command.input;
      const ticked = run.ticks.some((tick) => tick.stepId === stepId && tick.itemId === itemId);
      return !means(run, runId) || ticked ? run : { ...run, ticks: [...run.ticks, tickWaiting(command)] };
    }
    default:
      return run;
  }
};
