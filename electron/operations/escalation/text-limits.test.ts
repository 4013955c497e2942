import { describe, expect, it } from 'vitest';
import { cutTo, forSms, forVoice, plain } from './text-limits.ts';

describe('a text is cut', () => {
  it('at a whole character, as people see it', () => {
    expect(cutTo('aé👩‍👩‍👧b', 4)).toBe('aé…');
    expect(cutTo('🇫🇷🇬🇧', 7)).toBe('🇫🇷…');
    expect(cutTo('e\u0301e\u0301e\u0301', 5)).toBe('e\u0301e\u0301…');
    expect(cutTo('short', 5)).toBe('short');
    for (let limit = 1; limit < 40; limit += 1) {
      const cut = cutTo('🎪 fête à Belvès 👨‍🎤🤘🏽 un café'.repeat(2), limit);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(limit);
    }
  });

  it('for a text message by what it takes there: six segments of either alphabet', () => {
    expect(forSms('a'.repeat(918))).toHaveLength(918);
    expect(forSms('a'.repeat(919))).toBe(`${'a'.repeat(915)}...`);
    // A character of the second table takes two places.
    expect(forSms('€'.repeat(459))).toBe('€'.repeat(459));
    expect(forSms('€'.repeat(460))).toBe(`${'€'.repeat(457)}...`);
    // One that has no place in the alphabet makes all of them wide.
    expect(forSms('ê'.repeat(402))).toHaveLength(402);
    expect(forSms('ê'.repeat(403))).toBe(`${'ê'.repeat(401)}…`);
    // Typography costs nothing.
    expect(forSms('Personne n’a acquitté – rien\u202f!')).toBe("Personne n'a acquitté - rien !");
  });

  it('for a voice by what it takes as XML, never inside an escape', () => {
    const said = forVoice(`<a href="x">${'&'.repeat(2_000)}`);
    expect(said.length).toBeLessThanOrEqual(3_500);
    expect(said.startsWith('&lt;a href=&quot;x&quot;&gt;&amp;')).toBe(true);
    expect(said).toMatch(/(&amp;)…$/);
  });
});

it('what a row may hold does no harm to a receiver', () => {
  expect(plain('a\0b\u0007\ud83dc\td\ne\u009b')).toBe('ab\ufffdc\td\ne');
});
