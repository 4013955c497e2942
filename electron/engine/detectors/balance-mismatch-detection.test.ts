import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { changedAt, isMismatch, mismatchFinding } from './balance-mismatch-detection.ts';

const look = (actual: number, expected: number, some = {}) => ({
  cardId: 'A',
  actual: cents(actual),
  expected: cents(expected),
  transactionCount: 2,
  lastTransactionAt: 5,
  changedAt: null,
  repairedFrom: null,
  confirmed: true,
  ...some,
});

describe('a card and its history', () => {
  it('agree within a cent', () => {
    expect([999, 1_001].some((actual) => isMismatch(look(actual, 1_000)))).toBe(false);
    expect([998, 1_002].every((actual) => isMismatch(look(actual, 1_000)))).toBe(true);
  });

  it('differ by what the card holds too much, at the time of its last change', () => {
    expect(mismatchFinding(look(850, 1_000), 9)).toMatchObject({ amount: 150, occurredAt: 5, fingerprint: '-150' });
    expect(changedAt(look(0, 0, { changedAt: 7 }), 9)).toBe(7);
    expect(changedAt(look(0, 0, { changedAt: 11 }), 9)).toBe(5);
    expect(changedAt(look(0, 0, { lastTransactionAt: null }), 9)).toBe(9);
  });
});
