import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { negativeBalanceDetection } from './negative-balance-detection.ts';

const look = (cardId: string, actual: number) => ({
  cardId,
  actual: cents(actual),
  expected: cents(0),
  transactionCount: 1,
  lastTransactionAt: null,
  changedAt: null,
  repairedFrom: null,
  confirmed: false,
});

describe('a card below zero', () => {
  it('is found at the first comparison, and clears at zero', () => {
    if (negativeBalanceDetection.input !== 'cards') throw new Error('it judges cards');
    const { findings, cleared } = negativeBalanceDetection.detect({
      settings: {},
      now: 9,
      comparisons: [look('A', -1), look('B', 0), look('C', 5)],
    });
    expect(findings).toMatchObject([{ cardId: 'A', amount: 1, severity: 'HIGH', occurredAt: 9 }]);
    expect(cleared).toEqual(['negative_balance_detection:B', 'negative_balance_detection:C']);
  });
});
