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

  it('is certain under one request id, where money moved both times, whatever amount, place and half a minute', () => {
    const [repeat] = repeats(
      [order(0), order(45, { requestId: 'r0', previous: 900, next: 200, pointOfSale: null })],
      30,
    );
    expect(repeat).toMatchObject({ by: 'same_request' });
    expect(repeat && repeatFinding(repeat)).toMatchObject({
      ...{ severity: 'HIGH', confidence: 1, facts: { recognised_by: 'same_request', request_id: 'r0' } },
    });
  });

  it('is judged by amount, place and time where there are no request ids, and says so', () => {
    const none = { requestId: null };
    const [repeat] = repeats([order(0, none), order(12, { ...none, previous: 900, next: 200 })], 30);
    expect(repeat && repeatFinding(repeat)).toMatchObject({ confidence: 0.7, facts: { recognised_by: 'no_request' } });
    expect(repeats([order(0, none), order(31, none)], 30)).toEqual([]);
    expect(repeats([order(0, none), order(12, { ...none, pointOfSale: 'Bar 4' })], 30)).toEqual([]);
  });

  it('is none when the till sent the same request again and nothing moved, when one failed, or when the place is unknown', () => {
    expect(repeats([order(0), order(10, { requestId: 'r0' })], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { requestId: 'r0', previous: 900, next: 900 })], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { requestId: 'r0', previous: null, next: null })], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { previous: 900, next: 900 })], 30)).toEqual([]);
    expect(repeats([order(0), order(10, { status: 'failed' })], 30)).toEqual([]);
    expect(repeats([order(0, { pointOfSale: null }), order(10, { pointOfSale: null })], 30)).toEqual([]);
    expect(repeats([order(0, { amount: null }), order(10, { amount: null })], 30)).toEqual([]);
  });

  it('is one finding a further order, named by the later row whichever arrived first', () => {
    const findings = repeats([order(20), order(0), order(10)], 30).map(repeatFinding);
    expect(findings.map(({ key }) => key)).toEqual(['duplicate_charge:A:11', 'duplicate_charge:A:21']);
    expect(findings[1]).toMatchObject({ amount: 700, severity: 'HIGH', members: ['11', '21'] });
  });
});
