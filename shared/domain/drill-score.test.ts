import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestAndLast, type DrillFacts, type DrillMoney, SCORE_WORTH, scoreDrill } from './drill-score.ts';

const MINUTE = 60_000;

const wentRight = (change: Partial<DrillFacts> = {}): DrillFacts => ({
  raisedMs: 1_200,
  acknowledgedMs: 8_000,
  responseMs: 2 * MINUTE,
  begunMs: 9_000,
  steps: [
    { stepId: 'look', dueMs: 2 * MINUTE, doneMs: 20_000, skipped: false },
    { stepId: 'decide', dueMs: 5 * MINUTE, doneMs: 40_000, skipped: false },
  ],
  decision: 'right',
  ending: 'resolved',
  money: { due: 'restore_card', made: ['restore_card'], amountRight: true, agrees: true },
  ...change,
});
const reasonOf = (facts: DrillFacts, part: string) =>
  scoreDrill(facts).items.find((item) => item.part === part)?.reason;
const pointsOf = (facts: DrillFacts, part: string) =>
  scoreDrill(facts).items.find((item) => item.part === part)?.points;

const since = fc.option(fc.integer({ min: 0, max: 60 * MINUTE }), { nil: null });
const moneyOf: fc.Arbitrary<DrillMoney> = fc.record({
  due: fc.constantFrom(null, 'restore_card', 'goodwill'),
  made: fc.array(fc.constantFrom('restore_card', 'goodwill', 'record_missing'), { maxLength: 3 }),
  amountRight: fc.boolean(),
  agrees: fc.constantFrom(true, false, null),
});
const anyFacts: fc.Arbitrary<DrillFacts> = fc.record({
  raisedMs: since,
  acknowledgedMs: since,
  responseMs: fc.constantFrom(null, 2 * MINUTE, 15 * MINUTE),
  begunMs: since,
  steps: fc.array(
    fc.record({
      stepId: fc.string(),
      dueMs: fc.integer({ min: MINUTE, max: 60 * MINUTE }),
      doneMs: since,
      skipped: fc.boolean(),
    }),
    { maxLength: 9 },
  ),
  decision: fc.constantFrom('right', 'wrong', 'none'),
  ending: fc.constantFrom('resolved', 'false_positive', 'open'),
  money: moneyOf,
});

describe('the score of a drill', () => {
  it('is 100 when everything was done rightly and in time', () => {
    expect(scoreDrill(wentRight()).points).toBe(100);
    expect(Object.values(SCORE_WORTH).reduce((sum, worth) => sum + worth, 0)).toBe(100);
  });

  it('lies between 0 and 100, is the sum of its parts, and gives a reason for each', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { points, items } = scoreDrill(facts);
        expect(points).toBe(items.reduce((sum, item) => sum + item.points, 0));
        expect(points).toBeGreaterThanOrEqual(0);
        expect(points).toBeLessThanOrEqual(100);
        for (const item of items) {
          expect(item.points).toBeLessThanOrEqual(item.most);
          expect(item.reason).not.toBe('');
        }
      }),
    );
  });

  it('never grows by being slower', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: 90 * MINUTE }), (facts, ms) => {
        const later = (at: number | null) => (at === null ? null : at + ms);
        const slower = {
          ...facts,
          acknowledgedMs: later(facts.acknowledgedMs),
          steps: facts.steps.map((step) => ({ ...step, doneMs: later(step.doneMs) })),
        };
        expect(scoreDrill(slower).points).toBeLessThanOrEqual(scoreDrill(facts).points);
      }),
    );
  });

  it('never grows by skipping a step, or by leaving it out', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(8), (facts, index) => {
        const change = (changed: { skipped: true } | { doneMs: null }) => ({
          ...facts,
          steps: facts.steps.map((step, at) => (at === index ? { ...step, ...changed } : step)),
        });
        const { points } = scoreDrill(facts);
        expect(scoreDrill(change({ skipped: true })).points).toBeLessThanOrEqual(points);
        if (facts.steps[index]?.skipped === false) {
          expect(scoreDrill(change({ doneMs: null })).points).toBeLessThanOrEqual(points);
        }
      }),
    );
  });

  it('gives nothing for an alert that was closed as false although the fault was real', () => {
    const facts = wentRight({ ending: 'false_positive' });
    expect(pointsOf(facts, 'ending')).toBe(0);
    expect(reasonOf(facts, 'ending')).toBe('false_positive');
  });

  it('holds a deadline from the alert on: a late alert is not the operator’s', () => {
    expect(reasonOf(wentRight({ raisedMs: 60_000, acknowledgedMs: 170_000 }), 'acknowledged')).toBe('kept');
    expect(reasonOf(wentRight({ raisedMs: 1_000, acknowledgedMs: 170_000 }), 'acknowledged')).toBe('late');
  });

  it('gives half for a step that came late, and says how many did', () => {
    const [first, second] = wentRight().steps;
    if (first === undefined || second === undefined) throw new Error('two steps');
    const facts = wentRight({ steps: [{ ...first, doneMs: 5 * MINUTE }, second] });
    expect(scoreDrill(facts).items.find(({ part }) => part === 'steps')).toMatchObject({
      points: 18,
      reason: 'partly',
      late: 1,
      skipped: 0,
      missing: 0,
    });
  });

  const money = (change: Partial<DrillMoney>, ending: DrillFacts['ending'] = 'resolved') =>
    wentRight({ ending, money: { ...wentRight().money, ...change } });
  it.each<[string, DrillFacts, number]>([
    ['once', money({}), 20],
    ['more_than_once', money({ made: ['restore_card', 'restore_card'] }), 0],
    ['wrong_kind', money({ made: ['goodwill'] }), 0],
    ['wrong_amount', money({ amountRight: false }), 0],
    ['differs', money({ agrees: false }), 0],
    ['not_moved', money({ made: [] }), 0],
    ['not_due', money({ due: null }), 0],
    ['untouched', money({ due: null, made: [] }), 20],
    ['undecided', money({ due: null, made: [] }, 'open'), 0],
  ])('judges the money: %s', (reason, facts, points) => {
    expect(reasonOf(facts, 'money')).toBe(reason);
    expect(pointsOf(facts, 'money')).toBe(points);
  });

  it('keeps the best and the last result of each operator with each runbook', () => {
    const drill = (operator: string, runbookId: string, points: number) => ({ operator, runbookId, points });
    const results = [drill('Léa', 'a', 40), drill('Noé', 'a', 70), drill('Léa', 'a', 90), drill('Léa', 'a', 60)];
    expect(bestAndLast(results)).toEqual([
      { operator: 'Léa', runbookId: 'a', count: 3, best: drill('Léa', 'a', 90), last: drill('Léa', 'a', 60) },
      { operator: 'Noé', runbookId: 'a', count: 1, best: drill('Noé', 'a', 70), last: drill('Noé', 'a', 70) },
    ]);
  });
});
