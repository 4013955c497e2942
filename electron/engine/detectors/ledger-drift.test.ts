import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { driftFinding } from './ledger-drift.ts';

describe('a ledger that differed from the log', () => {
  it('is reported with both figures, and again when it happens again', () => {
    const drift = { cardId: 'A', ledger: cents(1_500), recomputed: cents(2_000) };
    expect(driftFinding(drift, 9)).toMatchObject({
      amount: 500,
      severity: 'HIGH',
      facts: { difference: { cents: 500 } },
    });
    expect(driftFinding(drift, 10).fingerprint).not.toBe(driftFinding(drift, 9).fingerprint);
  });
});
