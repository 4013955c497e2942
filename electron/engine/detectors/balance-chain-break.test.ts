import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import { aTransaction } from '../../testing/log-rows.ts';
import { chainFinding, followChain } from './balance-chain-break.ts';

const row = (logId: number, previous: number | null, next: number | null, more = {}) =>
  aTransaction({ logId, previous, next, ...more });
const from = (balance: number | null) => ({ logId: rowId(0), balance: balance === null ? null : cents(balance) });

describe('a chain of balances', () => {
  it('breaks where a row starts from another balance than the one before it ended with', () => {
    const chain = followChain([row(1, 1_000, 900), row(2, 950, 850)], from(1_000));
    expect(chain.breaks.map(chainFinding)).toMatchObject([
      { key: 'balance_chain_break:2', amount: 50, facts: { gap: { cents: 50 } }, members: ['1', '2'] },
    ]);
    expect(chain.end).toEqual({ logId: '2', balance: 850 });
  });

  it('is followed by ids, not by the order in which rows come', () => {
    expect(followChain([row(2, 900, 800), row(1, 1_000, 900)], from(1_000)).breaks).toEqual([]);
  });

  it('is not evaluated at a card’s first row, or from an unknown balance', () => {
    expect(followChain([row(1, 500, 400)], undefined).breaks).toEqual([]);
    expect(followChain([row(1, 500, 400)], from(null))).toMatchObject({ breaks: [], notJudged: 1 });
    expect(followChain([row(1, 1_000, null), row(2, 500, 400)], from(1_000))).toMatchObject({
      breaks: [],
      notJudged: 1,
    });
    expect(followChain([row(1, null, 400)], from(1_000))).toMatchObject({ breaks: [], notJudged: 1 });
  });

  it('is moved by a correction, which is no break itself', () => {
    const rows = [row(1, 700, 1_000, { type: 'manual_correction' }), row(2, 1_000, 900)];
    expect(followChain(rows, from(1_000)).breaks).toEqual([]);
  });

  it('is unknown after a row whose status was open when it was read', () => {
    expect(followChain([row(1, 1_000, null, { status: 'pending' }), row(2, 800, 700)], from(1_000)).breaks).toEqual([]);
    expect(followChain([row(1, 1_000, 900, { settledLate: true }), row(2, 800, 700)], from(1_000)).breaks).toEqual([]);
  });

  it('of consistent rows has no break, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1 }), fc.nat(), (steps, cutAt) => {
        let balance = 10_000;
        const rows = steps.map((step, index) => {
          const previous = balance;
          balance += step;
          return row(index + 1, previous, balance);
        });
        const cut = cutAt % (rows.length + 1);
        const first = followChain(rows.slice(0, cut), from(10_000));
        const second = followChain(rows.slice(cut), first.end);
        expect([...first.breaks, ...second.breaks]).toEqual([]);
        expect(second.end).toEqual({ logId: rowId(rows.length), balance });
      }),
    );
  });
});
