import { describe, expect, it } from 'vitest';
import { duplicateOf, nearlySame } from './log-duplicates.ts';

describe('two texts say nearly the same', () => {
  it.each([
    ['queue at bar 3 over 10 minutes', 'Queue at Bar 3, over 10 minutes!'],
    ['Panne générale à l’entrée nord', 'panne generale entrée nord'],
  ])('%s / %s', (one, other) => expect(nearlySame(one, other)).toBe(true));

  it.each([
    ['queue at bar 3', 'queue at the north gate, medics called'],
    ['done', 'done'],
    ['', ''],
  ])('not %s / %s', (one, other) => expect(nearlySame(one, other)).toBe(false));
});

it('the nearest within ten minutes is named, whichever came first', () => {
  const at = (minute: number, text = 'queue at bar 3') => ({
    ...{ text, arrivedAt: null, occurredAt: new Date(Date.UTC(2026, 6, 3, 21, minute)).toISOString() },
  });
  const now = Date.UTC(2026, 6, 3, 21, 15);
  expect(duplicateOf('Queue at bar 3', now, [at(4), at(8), at(20), at(14, 'power cut at bar 3')])).toEqual(at(20));
  expect(duplicateOf('Queue at bar 3', now, [at(4), at(26)])).toBeNull();
});
