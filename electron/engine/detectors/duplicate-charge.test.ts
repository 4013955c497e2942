import { describe, expect, it } from 'vitest';
import { aTransaction } from '../../testing/log-rows.ts';
import { repeatFinding, repeats } from './duplicate-charge.ts';

const order = (at: number, more: Parameters<typeof aTransaction>[0] = {}) =>
  aTransaction({ at: at * 1_000_000, logId: at + 1, amount: 700, pointOfSale: 'Bar 3', requestId: `r${at}`, ...more });

describe('an order that repeats another', () => {
  it('is the same amount at the same bar within half a minute', () => {
    expect(repeats([order(0), order(30)], 30)).toHaveLength(1);
    expect(repeats([order(0), order(31)], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { amount: 701 })], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { pointOfSale: 'Bar 4' })], 30)).toEqual([]);
  });

  it('is none when the till sent the same request again, when one failed, or when the place is unknown', () => {
    expect(repeats([order(0), order(10, { requestId: 'r0' })], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { status: 'failed' })], 30)).toEqual([]);
    expect(repeats([order(0, { pointOfSale: null }), order(10, { pointOfSale: null })], 30)).toEqual([]);
    expect(repeats([order(0, { amount: null }), order(10, { amount: null })], 30)).toEqual([]);
  });

  it('is one finding a further order, named by the later row whichever arrived first', () => {
    const findings = repeats([order(20), order(0), order(10)], 30).map(repeatFinding);
    expect(findings.map(({ key }) => key)).toEqual(['duplicate_charge:A:11', 'duplicate_charge:A:21']);
    expect(findings[1]).toMatchObject({ amount: 700, severity: 'HIGH', members: [11, 21] });
  });
});
