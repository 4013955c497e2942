import { describe, expect, it } from 'vitest';
import { numberAsTyped, readNumber } from './read-number.ts';

describe('a number that is typed', () => {
  it('may have a comma or a point in either language', () => {
    for (const language of ['en', 'fr'] as const) {
      expect(readNumber('2,5', language)).toBe(2.5);
      expect(readNumber('2.5', language)).toBe(2.5);
      expect(readNumber(' 20 ', language)).toBe(20);
      expect(readNumber('−3', language)).toBe(-3);
      expect(readNumber('0.125', language)).toBe(0.125);
    }
  });

  it('may have its thousands grouped as the language groups them', () => {
    expect(readNumber('12,000', 'en')).toBe(12_000);
    expect(readNumber('1,234.5', 'en')).toBe(1_234.5);
    expect(readNumber('12 000,5', 'fr')).toBe(12_000.5);
    expect(readNumber('1,500', 'fr')).toBe(1.5);
  });

  it('is refused where it is none, or could be two', () => {
    for (const typed of ['', '-', 'x', '1.2.3', '1e3', 'Infinity', '2,'])
      for (const language of ['en', 'fr'] as const) expect(readNumber(typed, language), typed).toBeNull();
    expect(readNumber('1.500', 'fr')).toBeNull();
  });

  it('is shown as it may be typed', () => {
    expect(numberAsTyped(2.5, 'en')).toBe('2.5');
    expect(numberAsTyped(12_000.5, 'fr')).toBe('12000,5');
    expect(numberAsTyped(null, 'fr')).toBe('');
    for (const language of ['en', 'fr'] as const)
      for (const value of [0, -2.5, 0.000_1, 65_535, 1_234.567])
        expect(readNumber(numberAsTyped(value, language), language)).toBe(value);
  });
});
