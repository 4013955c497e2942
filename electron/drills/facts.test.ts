import { describe, expect, it } from 'vitest';
import { scoreDrill } from '../../shared/domain/drill-score.ts';
import { DRILLS } from '../../shared/domain/drills.ts';
import { FAULT_KINDS } from '../../shared/domain/fault.ts';
import { cents } from '../../shared/domain/money.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { drillTexts } from '../../shared/i18n/drills.ts';
import { runbookFor } from '../../shared/runbooks/index.ts';
import { detectors } from '../engine/detectors/registry.ts';
import type { Label } from '../training/index.ts';
import { factsOf, wayThrough } from './facts.ts';
import type { Reading } from './reading.ts';

const label = (change: Partial<Label> = {}): Label => ({
  id: '0199f0e0-0000-7000-8000-000000000001',
  kind: 'deduction_on_failure',
  cardId: '04AA',
  about: null,
  amountCents: cents(700),
  discrepancyCents: cents(-700),
  logIds: [rowId(1)],
  at: '2026-07-03T21:04:05Z',
  expects: [],
  ...change,
});
/** What is about the festival's tables and no card: a drill would have to alter the tables that the others play on. */
const OF_THE_DATABASE = [
  'checklist_unsigned',
  'hourly_verification',
  'log_changed',
  'rows_set_aside',
  'traffic_silent',
  'undecided_rows',
  'word_spelling',
  'wrong_clock',
];
const runbookOf = (algorithm: string) => {
  const runbook = runbookFor(algorithm);
  if (runbook === undefined) throw new Error(algorithm);
  return runbook;
};
const followed = (choice: string, change: Partial<Reading> = {}): Reading => {
  const runbook = runbookOf('balance_deduction_on_failure');
  return {
    alert: {
      ...{ incidentId: rowId(1), status: 'RESOLVED', severity: 'CRITICAL' },
      ...{ raisedMs: 900, shownMs: 1_000, acknowledgedMs: 2_000, closedMs: 9_000 },
    },
    run: {
      runbookId: runbook.id,
      begunMs: 3_000,
      finished: true,
      steps: wayThrough(runbook, choice).map(({ id, kind }, index) => ({
        ...{ stepId: id, state: 'done', choice: kind === 'decision' ? choice : null, doneMs: 4_000 + index },
      })),
    },
    corrections: [{ kind: 'restore_card', cardDeltaCents: 700, atMs: 9_000 }],
    discrepancyCents: 0,
    ...change,
  };
};

describe('a drill', () => {
  it('has an answer for every detector that speaks to an operator, and every answer leads through its runbook', () => {
    expect(
      Object.values(DRILLS)
        .map(({ algorithm }) => algorithm)
        .sort(),
    ).toEqual(
      detectors
        .map(({ algorithm }) => algorithm)
        .filter((algorithm) => !OF_THE_DATABASE.includes(algorithm))
        .sort(),
    );
    for (const kind of FAULT_KINDS) {
      const { algorithm, choices, choicesAfterCorrection = [], correction, asks } = DRILLS[kind];
      for (const choice of [...choices, ...choicesAfterCorrection]) {
        const way = wayThrough(runbookOf(algorithm), choice);
        expect(way.find((step) => step.kind === 'decision')).toMatchObject({
          choices: expect.arrayContaining([expect.objectContaining({ id: choice })]),
        });
        const corrects = way.some((step) => step.kind === 'action' && step.action === 'correct');
        if (choices.includes(choice)) expect([kind, corrects]).toEqual([kind, correction !== null]);
      }
      if (asks) expect(Object.keys(drillTexts.en)).toContain(`says_${kind}`);
    }
  });

  it('followed rightly is worth everything', () => {
    expect(scoreDrill(factsOf(label(), followed('yes')).facts).points).toBe(100);
  });

  it('decided wrongly misses the steps of the right way', () => {
    const { facts, steps } = factsOf(label(), followed('no', { corrections: [], discrepancyCents: -700 }));
    expect(facts.decision).toBe('wrong');
    expect(steps.filter(({ doneMs }) => doneMs === null).map(({ stepId }) => stepId)).toEqual([
      'give-back',
      'tell-visitor',
      'recurrence',
    ]);
    expect(facts.money).toMatchObject({ due: 'restore_card', made: [], agrees: false });
  });

  it('that was left untouched has no points', () => {
    const nothing: Reading = { alert: null, run: null, corrections: [], discrepancyCents: -700 };
    expect(scoreDrill(factsOf(label(), nothing).facts).points).toBe(0);
  });

  it('refunded another amount than was charged', () => {
    const { facts } = factsOf(
      label(),
      followed('yes', { corrections: [{ kind: 'restore_card', cardDeltaCents: 500, atMs: 9_000 }] }),
    );
    expect(facts.money.amountRight).toBe(false);
  });

  it('was found before its fault was complete, and counts from zero', () => {
    const { facts } = factsOf(label(), followed('yes', {}));
    expect(facts.raisedMs).toBe(900);
    const early = followed('yes');
    if (early.alert === null) throw new Error('an alert');
    expect(factsOf(label(), { ...early, alert: { ...early.alert, raisedMs: -2_500 } }).facts.raisedMs).toBe(0);
  });
});
