import { describe, expect, it } from 'vitest';
import { aScan, aTransaction } from '../../testing/log-rows.ts';
import { SECOND } from '../detector.ts';
import { duplicateFinding, ordersIn, scanBursts } from './temporal-duplicate-detection.ts';

const scan = (seconds: number, status = 'success') => aScan({ scanId: seconds + 1, at: seconds * SECOND, status });

describe('scans of one card', () => {
  it('are one burst while neighbours are five seconds apart at most', () => {
    expect(scanBursts([scan(0), scan(5), scan(10), scan(16)], 5).map((burst) => burst.length)).toEqual([3]);
  });

  it('that did not read the card are what should happen', () => {
    expect(scanBursts([scan(0, 'failure'), scan(1), scan(7, 'timeout'), scan(8)], 5)).toEqual([]);
  });

  it('charged twice are HIGH, with what was charged too much', () => {
    const burst = [scan(0), scan(2)];
    const order = (seconds: number, amount: number) =>
      aTransaction({ logId: seconds + 1, at: seconds * SECOND, amount });
    const orders = ordersIn(burst, [order(0, 300), order(7, 500), order(8, 900)], 5);
    expect(duplicateFinding(burst, orders, 5)).toMatchObject({
      severity: 'HIGH',
      amount: 500,
      facts: { charged_twice: true },
    });
    expect(duplicateFinding(burst, [], 5)).toMatchObject({ severity: 'MEDIUM', amount: null });
  });
});
