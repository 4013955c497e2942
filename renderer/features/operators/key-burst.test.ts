import { describe, expect, it } from 'vitest';
import { createKeyBurst } from './key-burst.ts';

const typed = (gaps: readonly number[]): boolean => {
  const burst = createKeyBurst();
  let at = 1_000;
  burst.key(at);
  for (const gap of gaps) {
    at += gap;
    burst.key(at);
  }
  return burst.wasReader();
};

describe('keys of a card reader', () => {
  it('come without a pause, as no hand types', () => {
    expect(typed([5, 6, 4, 5, 5, 6, 7])).toBe(true);
    expect(typed([120, 90, 140])).toBe(false);
    expect(typed([30, 30])).toBe(false);
  });

  it('are told from a PIN that was begun before, and a PIN that is typed after them is one', () => {
    expect(typed([300, 5, 5, 5])).toBe(true);
    expect(typed([5, 5, 5, 5, 400, 150, 130, 110])).toBe(false);
  });

  it('is judged anew after its end: the next Tab is a hand’s', () => {
    const burst = createKeyBurst();
    for (const at of [0, 5, 10, 15]) burst.key(at);
    expect([burst.wasReader(), burst.wasReader()]).toEqual([true, false]);
  });
});
