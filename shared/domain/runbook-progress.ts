import type { RunbookStepRecord } from './run.ts';
import type { Runbook, RunbookStep } from './runbook.ts';

export type RunbookProgress = {
  /** The steps so far, in order, the current one last. */
  readonly path: readonly { readonly step: RunbookStep; readonly record: RunbookStepRecord | null }[];
  /** The step that waits, or null when the run is finished. */
  readonly current: RunbookStep | null;
  readonly finished: boolean;
};

type Known = Pick<RunbookStepRecord, 'stepId' | 'state' | 'choice'>;

/** Where a run stands: follows the records from the first step, taking the branch that each decision chose. */
export const runbookProgress = <R extends Known>(
  runbook: Runbook,
  records: readonly R[],
): Omit<RunbookProgress, 'path'> & {
  readonly path: readonly { readonly step: RunbookStep; readonly record: R | null }[];
} => {
  const byStep = new Map(records.map((record) => [record.stepId, record]));
  const path: { step: RunbookStep; record: R | null }[] = [];
  let step: RunbookStep | null = runbook.steps[0] ?? null;
  while (step !== null) {
    const record: R | null = byStep.get(step.id) ?? null;
    path.push({ step, record });
    if (record === null) return { path, current: step, finished: false };
    step = stepAfter(runbook, step, record);
  }
  return { path, current: null, finished: true };
};

const stepAfter = (runbook: Runbook, step: RunbookStep, record: Known): RunbookStep | null => {
  const named = step.kind === 'decision' ? step.choices.find((choice) => choice.id === record.choice)?.next : step.next;
  if (named === 'end') return null;
  if (named !== undefined) return runbook.steps.find(({ id }) => id === named) ?? null;
  return runbook.steps[runbook.steps.indexOf(step) + 1] ?? null;
};
