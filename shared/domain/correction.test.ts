import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CardFigures,
  correctionProblem,
  deltasOf,
  discrepancyOf,
  figuresAfter,
  limitBelow,
  needsApproval,
  possibleKinds,
  readAmount,
  undoOf,
  wholeAmount,
} from './correction.ts';
import { cents, parseCents, toNumeric, ZERO } from './money.ts';

const amounts = fc.integer({ min: -9_999_999, max: 9_999_999 }).map(cents);
const figures: fc.Arbitrary<CardFigures> = fc.record({ actual: amounts, expected: amounts });
const LIMIT = cents(5_000);
const kinds = fc.constantFrom('restore_card', 'record_missing', 'goodwill', 'opening_balance');

describe('a correction', () => {
  it('changes the difference by card delta minus ledger delta, whatever its kind', () => {
    fc.assert(
      fc.property(kinds, figures, amounts, (kind, before, amount) => {
        const deltas = deltasOf(kind, before, amount);
        const after = figuresAfter(before, deltas);
        expect(discrepancyOf(after)).toBe(discrepancyOf(before) + deltas.cardDelta - deltas.ledgerDelta);
      }),
    );
  });

  it('of the whole difference leaves none', () => {
    fc.assert(
      fc.property(fc.constantFrom('restore_card', 'record_missing'), figures, (kind, before) => {
        const after = figuresAfter(before, deltasOf(kind, before, wholeAmount(kind, before) ?? cents(0)));
        expect(discrepancyOf(after)).toBe(0);
      }),
    );
  });

  it('that is accepted never leaves a card below zero, unless it was there and gets nearer', () => {
    fc.assert(
      fc.property(kinds, figures, amounts, (kind, before, amount) => {
        const draft = { kind, figures: before, amount, reason: 'x' };
        if (correctionProblem(draft) !== null) return;
        const after = figuresAfter(before, deltasOf(kind, before, amount));
        expect(after.actual >= 0 || (before.actual < 0 && after.actual > before.actual)).toBe(true);
      }),
    );
  });

  it('of goodwill leaves the difference as it is', () => {
    const before = { actual: cents(450), expected: cents(2_000) };
    expect(discrepancyOf(figuresAfter(before, deltasOf('goodwill', before, cents(300))))).toBe(-1_550);
  });

  it('above the limit needs somebody else', () => {
    const deltas = (amount: number) => ({ cardDelta: cents(amount), ledgerDelta: ZERO });
    expect(needsApproval('restore_card', deltas(5_000), LIMIT)).toBe(false);
    expect(needsApproval('restore_card', deltas(5_001), LIMIT)).toBe(true);
    expect(needsApproval('restore_card', deltas(-5_001), LIMIT)).toBe(true);
    expect(needsApproval('opening_balance', deltas(1), LIMIT)).toBe(true);
  });

  it('that was refused without a second person shows that the limit is below it', () => {
    const deltas = { cardDelta: cents(-3_000), ledgerDelta: ZERO };
    expect(needsApproval('goodwill', deltas, LIMIT)).toBe(false);
    expect(needsApproval('goodwill', deltas, limitBelow(deltas))).toBe(true);
    expect(needsApproval('goodwill', { cardDelta: cents(2_999), ledgerDelta: ZERO }, limitBelow(deltas))).toBe(false);
  });

  it('is taken back by its own deltas the other way round', () => {
    const before = { actual: cents(450), expected: cents(2_000) };
    const deltas = deltasOf('record_missing', before, cents(300));
    expect(figuresAfter(figuresAfter(before, deltas), undoOf(deltas))).toEqual(before);
  });

  it('proposes to restore the card where it differs, and goodwill where it does not', () => {
    expect(possibleKinds({ actual: cents(450), expected: cents(2_000) })[0]).toBe('restore_card');
    expect(possibleKinds({ actual: cents(450), expected: cents(450) })).toEqual(['goodwill']);
    expect(possibleKinds({ actual: cents(0), expected: cents(-250) })[0]).toBe('record_missing');
    expect(possibleKinds({ actual: cents(-250), expected: cents(0) })[0]).toBe('restore_card');
  });
});

describe('amounts', () => {
  it('cross to Postgres and back without losing a cent', () => {
    fc.assert(fc.property(amounts, (amount) => parseCents(toNumeric(amount)) === amount));
  });

  it('are read with a comma or a point', () => {
    expect(['15,50', '15.5', ' 15,50 € ', '1 500', '-3'].map(readAmount)).toEqual([1_550, 1_550, 1_550, 150_000, -300]);
  });

  it('that are no amounts are refused', () => {
    expect(['', 'x', '1.234', '1,2,3', '1e3', 'NaN'].map(readAmount)).toEqual([null, null, null, null, null, null]);
  });
});
