import { expect, it } from 'vitest';
import { type Allowance, mostAlone, nearLimit } from './allowance.ts';
import { cents } from './money.ts';

const allowance = (onCard: number, byOperator: number): Allowance => ({
  approvalLimitCents: cents(5_000),
  card: { limitCents: cents(10_000), movedCents: cents(onCard) },
  operator: { limitCents: cents(50_000), movedCents: cents(byOperator) },
});

it('lets move what the nearest of the three limits leaves', () => {
  expect(mostAlone(allowance(0, 0))).toBe(5_000);
  expect(mostAlone(allowance(8_000, 0))).toBe(2_000);
  expect(mostAlone(allowance(0, 49_900))).toBe(100);
  expect(mostAlone(allowance(12_000, 0))).toBe(0);
});

it('is near a limit of the day when less than a fifth of it would be left', () => {
  expect(nearLimit(allowance(4_000, 0), cents(4_000))).toBeNull();
  expect(nearLimit(allowance(4_000, 0), cents(-4_001))).toBe('card');
  expect(nearLimit(allowance(0, 39_000), cents(1_001))).toBe('operator');
  // Above it there is nothing to ask: a second person decides.
  expect(nearLimit(allowance(9_000, 0), cents(1_001))).toBeNull();
});
