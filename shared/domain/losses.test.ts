import { describe, expect, it } from 'vitest';
import { anAlert, anEvent } from '../testing/alerts.ts';
import type { Alert, AlertEvent } from './alert.ts';
import { createFoldedLosses } from './folded-losses.ts';
import { type Loss, lossOf, lossOfRow, moneyAtRisk } from './losses.ts';
import { cents } from './money.ts';
import { rowId } from './row-id.ts';

let nextId = 1;
const found = (algorithm: string, amount: number, some: Partial<AlertEvent> = {}): AlertEvent => {
  nextId += 1;
  return anEvent({
    ...{ eventId: rowId(nextId), algorithm, amountCents: cents(amount), cardId: '04AA', movedMoney: true },
    ...some,
  });
};
const deduction = (amount: number, some: Partial<AlertEvent> = {}) =>
  found('balance_deduction_on_failure', amount, some);
const mismatch = (amount: number, some: Partial<AlertEvent> = {}) => found('balance_mismatch_detection', amount, some);
const losses = (alerts: readonly Alert[]): readonly Loss[] =>
  createFoldedLosses({ order: () => 0, rowOf: (loss) => loss }).follow(
    new Map(alerts.map((one) => [one.incidentId, one])),
  );
const folded = (...alerts: Alert[]) =>
  losses(alerts).map(({ alert, repeats }) => [alert.incidentId, ...repeats.map(({ incidentId }) => incidentId)]);

describe('euros at risk', () => {
  it('count a deduction and the difference that it made once', () => {
    expect(lossOf([deduction(500), mismatch(500)])).toBe(500);
    expect(moneyAtRisk([anAlert(deduction(500)), anAlert(mismatch(500))])).toBe(500);
  });

  it('are the whole difference where more is missing than the deductions say', () => {
    expect(lossOf([deduction(300), deduction(200), mismatch(700)])).toBe(700);
  });

  it('are the sum over cards, and over deductions of one card', () => {
    expect(lossOf([deduction(300), deduction(200), deduction(100, { cardId: '04BB' })])).toBe(600);
  });

  it('count a charge that came twice beside a difference: card and history agree about it', () => {
    expect(lossOf([found('duplicate_charge', 650), mismatch(500)])).toBe(1_150);
    expect(lossOf([found('duplicate_charge', 650), found('temporal_duplicate_detection', 650)])).toBe(650);
  });

  it('leave out what moved no money, what is closed, and what has no amount', () => {
    const closed = deduction(500, { status: 'RESOLVED' });
    const spike = found('reader_failure_spike', 0, { amountCents: null });
    const failures = found('consecutive_failures', 900, { movedMoney: false, cardId: '04CC' });
    const joined = anAlert(deduction(200, { cardId: '04BB' }), [{ ...closed, cardId: '04BB' }]);
    expect(moneyAtRisk([joined, anAlert(spike), anAlert(failures)])).toBe(200);
  });

  it('of a storm are the database’s sum, of which the cards at hand are a part', () => {
    const storm = anAlert(mismatch(500), [mismatch(300, { cardId: '04BB' })], {
      storm: 'storm',
      stormCents: cents(9_000),
    });
    expect(moneyAtRisk([storm])).toBe(9_000);
    expect(moneyAtRisk([storm, anAlert(deduction(500))])).toBe(9_000);
  });
});

describe('one loss', () => {
  it('is one row: the difference folds into the deduction that made it', () => {
    const [cause, repeat] = [anAlert(deduction(500)), anAlert(mismatch(500))];
    expect(folded(repeat, cause)).toEqual([[cause.incidentId, repeat.incidentId]]);
    const [row] = losses([repeat, cause]);
    expect(row && lossOfRow(row)).toBe(500);
  });

  it('folds what several deductions make up together into the first of them', () => {
    const first = anAlert(deduction(300));
    const second = anAlert(deduction(200, { detectedAt: '2026-07-03T21:05:00.000Z' }));
    const whole = anAlert(mismatch(500));
    expect(folded(second, whole, first)).toEqual([[second.incidentId], [first.incidentId, whole.incidentId]]);
  });

  it('folds a chain that breaks and a ledger that drifts by as much into the same row', () => {
    const cause = anAlert(mismatch(500));
    const chain = anAlert(found('balance_chain_break', 500));
    const drift = anAlert(found('ledger_drift', 500));
    expect(folded(chain, drift, cause)).toEqual([[cause.incidentId, chain.incidentId, drift.incidentId]]);
  });

  it('keeps apart what differs by a cent, is on another card, or is a charge that came twice', () => {
    const cause = anAlert(deduction(500));
    const others = [
      anAlert(mismatch(501)),
      anAlert(mismatch(500, { cardId: '04BB' })),
      anAlert(found('duplicate_charge', 500)),
    ];
    expect(folded(cause, ...others)).toHaveLength(4);
  });

  it('keeps apart what a person has split off, and what is closed', () => {
    const cause = anAlert(deduction(500));
    expect(folded(cause, anAlert(mismatch(500, { placed: 'split' })))).toHaveLength(2);
    expect(folded(cause, anAlert(mismatch(500, { status: 'RESOLVED' }), [], { open: false }))).toHaveLength(2);
  });

  it('is two rows again once what repeated it is closed', () => {
    const cause = anAlert(deduction(500));
    const repeat = anAlert(mismatch(500));
    const { follow } = createFoldedLosses({ order: () => 0, rowOf: ({ alert, repeats }) => [alert, ...repeats] });
    const board = (...alerts: Alert[]) => follow(new Map(alerts.map((one) => [one.incidentId, one])));
    expect(board(cause, repeat)).toEqual([[cause, repeat]]);
    const closed = { ...repeat, open: false };
    expect(board(cause, closed)).toEqual([[cause], [closed]]);
    expect(board(cause, repeat)).toEqual([[cause, repeat]]);
    expect(board(repeat)).toEqual([[repeat]]);
  });

  it('has no amount where no money moved', () => {
    const [row] = losses([anAlert(anEvent({ algorithm: 'reader_silent' }))]);
    expect(row && lossOfRow(row)).toBeNull();
  });
});
