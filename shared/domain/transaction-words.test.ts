import { describe, expect, it } from 'vitest';
import { wordOfAlert, wordSchema } from './transaction-words.ts';

describe('a word that somebody asks about', () => {
  it('is any that a log can hold, none at all and 200 emoji too', () => {
    for (const word of ['', 'payout', 'annulé', '👍'.repeat(200), 'a\u200b'])
      expect(wordSchema.safeParse(word).success).toBe(true);
  });

  it('is none that is longer, or that no database can keep', () => {
    for (const word of ['x'.repeat(201), 'x'.repeat(12_000), '👍'.repeat(201), 'a\0', '\ud83d'])
      expect(wordSchema.safeParse(word).success).toBe(false);
  });

  it('is that of the alert, where the alert is about one', () => {
    expect(wordOfAlert('unknown_transaction_type', { transaction_type: '' })).toEqual({ kind: 'type', word: '' });
    expect(wordOfAlert('undecided_rows', { transaction_status: 'sent' })).toEqual({ kind: 'status', word: 'sent' });
    expect(wordOfAlert('unknown_transaction_type', { transaction_type: 7 })).toBeUndefined();
    expect(wordOfAlert('unknown_card', { transaction_type: 'x' })).toBeUndefined();
  });
});
