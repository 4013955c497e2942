import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { aTransaction } from '../../testing/log-rows.ts';
import { deductions } from './balance-deduction-on-failure.ts';

const failed = (some: Parameters<typeof aTransaction>[0] = {}) => aTransaction({ status: 'failed', ...some });
const judge = (...rows: ReturnType<typeof aTransaction>[]) => deductions(rows, () => cents(850));

describe('a failed transaction', () => {
  it('is a deduction when its balance moved, up or down', () => {
    expect(judge(failed({ previous: 1_000, next: 850 })).findings).toMatchObject([
      { amount: 150, severity: 'CRITICAL', facts: { discrepancy: { cents: -150 }, current_balance: { cents: 850 } } },
    ]);
    expect(judge(failed({ previous: 1_000, next: 1_001 })).findings).toHaveLength(1);
  });

  it('is none when nothing moved, or when the transaction went through', () => {
    expect(
      judge(failed({ previous: 1_000, next: 1_000 }), aTransaction({ previous: 1_000, next: 850 })).findings,
    ).toEqual([]);
  });

  it('without a balance is not judged, and counted', () => {
    expect(judge(failed({ previous: null }), failed({ next: null }))).toEqual({ findings: [], notJudged: 2 });
  });
});
