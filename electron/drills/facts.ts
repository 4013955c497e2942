import type { DrillTimes } from '../../shared/contract/drills.ts';
import { responseTimeMs } from '../../shared/domain/deadlines.ts';
import type { DrillFacts, DrillStep } from '../../shared/domain/drill-score.ts';
import { DRILLS, type DrillAnswer } from '../../shared/domain/drills.ts';
import type { FaultKind } from '../../shared/domain/fault.ts';
import type { Runbook, RunbookStep } from '../../shared/domain/runbook.ts';
import { runbookProgress } from '../../shared/domain/runbook-progress.ts';
import { isOpen } from '../../shared/domain/severity.ts';
import { builtinRunbooks, runbookFor } from '../../shared/runbooks/index.ts';
import type { Label } from '../training/index.ts';
import type { Reading } from './reading.ts';

const MINUTE_MS = 60_000;

/** The way through a runbook on which its decision is made like this. */
export const wayThrough = (runbook: Runbook, choice: string): RunbookStep[] => {
  const steps: RunbookStep[] = [];
  const records: { stepId: string; state: 'done'; choice: string | null }[] = [];
  for (;;) {
    const { current } = runbookProgress(runbook, records);
    if (current === null) return steps;
    steps.push(current);
    records.push({ stepId: current.id, state: 'done', choice: current.kind === 'decision' ? choice : null });
  }
};

/** The runbook that was followed, or the one that should have been. */
const runbookOf = (kind: FaultKind, reading: Reading): Runbook => {
  const runbook = builtinRunbooks.find(({ id }) => id === reading.run?.runbookId) ?? runbookFor(DRILLS[kind].algorithm);
  if (runbook === undefined) throw new Error(`${kind} has no runbook`);
  return runbook;
};

const decisionOf = (answer: DrillAnswer, reading: Reading): { choice: string | null; right: boolean } => {
  const made = reading.run?.steps.find((step) => step.choice !== null);
  if (made === undefined || made.choice === null) return { choice: null, right: false };
  const corrected = reading.corrections.some(({ atMs }) => atMs < made.doneMs);
  const right = [...answer.choices, ...(corrected ? (answer.choicesAfterCorrection ?? []) : [])];
  return { choice: made.choice, right: right.includes(made.choice) };
};

const atLeastZero = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : Math.max(0, Math.round(ms));

export const timesOf = ({ alert, run, corrections }: Reading): DrillTimes => ({
  // A fault that takes several seconds may be found before it is complete.
  raisedMs: atLeastZero(alert?.raisedMs),
  shownMs: atLeastZero(alert?.shownMs),
  acknowledgedMs: atLeastZero(alert?.acknowledgedMs),
  begunMs: atLeastZero(run?.begunMs),
  correctedMs: atLeastZero(corrections[0]?.atMs),
  closedMs: alert === null || isOpen(alert.status) ? null : atLeastZero(alert.closedMs),
});

/** How far the runbook has come, and how many steps the way has as far as it is chosen. */
export const progressOf = (reading: Reading): { done: number; known: number } | null => {
  const { run } = reading;
  const runbook = builtinRunbooks.find(({ id }) => id === run?.runbookId);
  if (run === null || runbook === undefined) return null;
  const choice = run.steps.find((step) => step.choice !== null)?.choice;
  const decided = runbook.steps.findIndex((step) => step.kind === 'decision');
  const known = choice === undefined || choice === null ? decided + 1 : wayThrough(runbook, choice).length;
  return { done: run.steps.length, known };
};

/** What a drill is scored by, and its steps for the list. */
export const factsOf = (
  label: Label,
  reading: Reading,
): { facts: DrillFacts; steps: DrillStep[]; runbookId: string } => {
  const answer = DRILLS[label.kind];
  const runbook = runbookOf(label.kind, reading);
  const { choice, right } = decisionOf(answer, reading);
  const way = wayThrough(runbook, right && choice !== null ? choice : (answer.choices[0] ?? ''));
  const steps = way.map(({ id, window }): DrillStep => {
    const record = reading.run?.steps.find(({ stepId }) => stepId === id);
    return {
      stepId: id,
      dueMs: window[1] * MINUTE_MS,
      doneMs: record?.state === 'done' ? atLeastZero(record.doneMs) : null,
      skipped: record?.state === 'skipped',
    };
  });
  const times = timesOf(reading);
  const moved = reading.corrections.reduce((sum, { cardDeltaCents }) => sum + cardDeltaCents, 0);
  const due = answer.correction === 'goodwill' ? (label.amountCents ?? 0) : -label.discrepancyCents;
  const status = reading.alert?.status ?? 'OPEN';
  return {
    steps,
    runbookId: runbook.id,
    facts: {
      raisedMs: times.raisedMs,
      acknowledgedMs: times.acknowledgedMs,
      responseMs: reading.alert === null ? null : responseTimeMs(reading.alert.severity),
      begunMs: times.begunMs,
      steps,
      decision: choice === null ? 'none' : right ? 'right' : 'wrong',
      ending: isOpen(status) ? 'open' : status === 'RESOLVED' ? 'resolved' : 'false_positive',
      money: {
        due: answer.correction,
        made: reading.corrections.map(({ kind }) => kind),
        amountRight: moved === due,
        agrees: reading.discrepancyCents === null ? null : reading.discrepancyCents === 0,
      },
    },
  };
};
