import { describe, expect, it } from 'vitest';
import { aTransaction } from '../../testing/log-rows.ts';
import { countTypes, typeFinding } from './unknown-transaction-type.ts';

describe('an unknown type', () => {
  it('is counted over several runs, with its first row as the example', () => {
    const first = countTypes([aTransaction({ logId: 7, type: 'voucher', at: 5 }), aTransaction()], []);
    const second = countTypes([aTransaction({ logId: 8, type: 'voucher', at: 3 })], first);
    expect(second).toEqual([{ type: 'voucher', count: 2, firstAt: 3, example: 'log:7' }]);
  });

  it('is news when there are ten times as many', () => {
    const seen = (count: number) => typeFinding({ type: 'voucher', count, firstAt: 0, example: 'x' }).fingerprint;
    expect(seen(9)).toBe(seen(1));
    expect(seen(10)).not.toBe(seen(9));
  });
});
