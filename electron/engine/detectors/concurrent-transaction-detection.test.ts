import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { aTransaction } from '../../testing/log-rows.ts';
import { SECOND } from '../detector.ts';
import { balancesOverlap } from './concurrent-transaction-detection.ts';

const aRow = (logId: number, some: Parameters<typeof aTransaction>[0] = {}) =>
  aTransaction({ logId, status: 'failed', previous: 1_000, next: 1_000, at: logId * SECOND, ...some });

describe('concurrent transactions', () => {
  it('overlap when one does not start where the one before it ended; a NULL proves nothing', () => {
    const chained = [
      aRow(1, { previous: cents(1_000), next: cents(900) }),
      aRow(2, { previous: cents(900), next: cents(800) }),
    ];
    expect(balancesOverlap(chained)).toBe(false);
    expect(
      balancesOverlap([aRow(1, { previous: cents(1_000), next: cents(900) }), aRow(2, { previous: cents(1_000) })]),
    ).toBe(true);
    expect(balancesOverlap([aRow(1, { next: null }), aRow(2)])).toBe(false);
  });
});
