import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../shared/testing/alerts.ts';
import { balancePoints, evidenceRows } from './transactions.ts';

const row = (log_id: number, before: number, after: number, status = 'completed') => ({
  ...{ log_id, transaction_type: 'bar_order', status, amount_involved: Math.abs(after - before) },
  ...{ previous_balance: before, new_balance: after, point_of_sale: 'Bar 1', occurred_at: '2026-07-03T21:00:00Z' },
});

describe('the picture of a balance', () => {
  it('parts where a failed order took money, and marks it', () => {
    const event = anEvent({
      facts: { log_id: 2 },
      context: { transactions: [row(1, 20, 17), row(2, 17, 12, 'failed'), row(3, 12, 10)] },
    });
    expect(balancePoints(event).map(({ actual, expected, faulty }) => [actual, expected, faulty])).toEqual([
      [1_700, 1_700, false],
      [1_200, 1_700, true],
      [1_000, 1_500, false],
    ]);
  });

  it('ends with the difference where no row explains it', () => {
    const event = anEvent({
      facts: { actual_balance: 15, expected_balance: 17 },
      context: { transactions: [row(1, 20, 17)] },
    });
    expect(balancePoints(event).at(-1)).toMatchObject({ actual: 1_500, expected: 1_700, faulty: true });
  });

  it('is empty where another system wrote the evidence in its own way', () => {
    expect(evidenceRows(anEvent({ context: { transactions: 'none' } }))).toEqual([]);
    expect(balancePoints(anEvent())).toEqual([]);
  });
});
