import { describe, expect, it } from 'vitest';
import { cents } from '../../shared/domain/money.ts';
import { spellingFinding, unknownWordFinding } from './unknown-words.ts';

const seen = (count: number) =>
  unknownWordFinding({
    ...{ kind: 'type', word: 'voucher', count, amount: cents(500 * count), first: 3, last: 5, example: 'log:7' },
  });

describe('a word that nobody has explained', () => {
  it('is one finding a word, with its rows and their money', () => {
    expect(seen(2)).toMatchObject({
      key: 'unknown_transaction_type:voucher',
      amount: 1_000,
      facts: { transaction_type: 'voucher', count: 2, first: { micros: 3 }, last: { micros: 5 }, example: 'log:7' },
    });
  });

  it('is news when there are ten times as many', () => {
    expect(seen(9).fingerprint).toBe(seen(1).fingerprint);
    expect(seen(10).fingerprint).not.toBe(seen(9).fingerprint);
  });
});

describe('a known word that is written otherwise', () => {
  it('is said once, whatever comes later', () => {
    const written = (count: number) =>
      spellingFinding({
        ...{ kind: 'status', word: 'completed', spelling: 'Completed ', count, first: 0, example: 'x' },
      });
    expect(written(1).fingerprint).toBe(written(10_000).fingerprint);
    expect(written(1).facts).toMatchObject({ column: 'status', spelling: 'Completed ', counts_as: 'completed' });
  });
});
