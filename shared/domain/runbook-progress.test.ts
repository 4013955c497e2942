import { describe, expect, it } from 'vitest';
import type { Runbook } from './runbook.ts';
import { runbookProgress } from './runbook-progress.ts';

const words = { en: 'x', fr: 'x' };
const common = { title: words, text: words, window: [0, 2] as [number, number] };
const runbook: Runbook = {
  id: 'test',
  version: 1,
  title: words,
  source: 'test',
  algorithms: ['test'],
  steps: [
    { id: 'look', kind: 'instruction', ...common },
    {
      id: 'decide',
      kind: 'decision',
      ...common,
      choices: [
        { id: 'yes', label: words, tone: 'danger', next: 'correct' },
        { id: 'no', label: words, tone: 'safe', next: 'close' },
      ],
    },
    { id: 'correct', kind: 'action', action: 'correct', ...common, next: 'end' },
    { id: 'close', kind: 'action', action: 'resolve', ...common },
  ],
};
const done = (stepId: string, choice: string | null = null) => ({ stepId, state: 'done' as const, choice });

describe('the progress of a runbook', () => {
  it('begins at the first step', () => {
    expect(runbookProgress(runbook, [])).toMatchObject({ current: { id: 'look' }, finished: false });
  });

  it('takes the branch that the decision chose', () => {
    const records = [done('look'), done('decide', 'no')];
    expect(runbookProgress(runbook, records).current?.id).toBe('close');
  });

  it('ends where a step says so, and leaves out the other branch', () => {
    const records = [done('look'), done('decide', 'yes'), done('correct')];
    const progress = runbookProgress(runbook, records);
    expect(progress.finished).toBe(true);
    expect(progress.path.map(({ step }) => step.id)).toEqual(['look', 'decide', 'correct']);
  });

  it('goes on after a skipped step', () => {
    expect(runbookProgress(runbook, [{ stepId: 'look', state: 'skipped', choice: null }]).current?.id).toBe('decide');
  });

  it('ends after the last step', () => {
    expect(runbookProgress(runbook, [done('look'), done('decide', 'no'), done('close')]).finished).toBe(true);
  });
});
