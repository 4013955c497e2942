import { describe, expect, it } from 'vitest';
import { strangerFinding } from './unknown-card.ts';

describe('a card that does not exist', () => {
  it('is one finding, which is news when it has ten times as many rows', () => {
    const found = (count: number) => strangerFinding({ card: 'X', count, firstAt: 0, example: 'log:1' });
    expect(found(1)).toMatchObject({ key: 'unknown_card:X', cardId: 'X', severity: 'LOW' });
    expect(found(9).fingerprint).toBe(found(1).fingerprint);
    expect(found(10).fingerprint).not.toBe(found(1).fingerprint);
  });
});
