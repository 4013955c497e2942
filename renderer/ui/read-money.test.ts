import { describe, expect, it } from 'vitest';
import { readMoney } from './read-money.ts';

describe('an amount that is typed', () => {
  it('may have a comma or a point in either language', () => {
    for (const language of ['en', 'fr'] as const) {
      expect(readMoney('15,50', language)).toBe(1_550);
      expect(readMoney('15.50', language)).toBe(1_550);
      expect(readMoney(' 15 ', language)).toBe(1_500);
      expect(readMoney('−5,00 €', language)).toBe(-500);
      expect(readMoney('0.1', language)).toBe(10);
    }
  });

  it('is never read as a hundred times what was meant', () => {
    expect(readMoney('1,50', 'en')).toBe(150);
    expect(readMoney('1.50', 'fr')).toBe(150);
  });

  it('may have its thousands grouped as the language groups them', () => {
    expect(readMoney('1,234.50', 'en')).toBe(123_450);
    expect(readMoney('1 234,50', 'fr')).toBe(123_450);
    expect(readMoney('1\u202f234,50 €', 'fr')).toBe(123_450);
    expect(readMoney('12,000', 'en')).toBe(1_200_000);
  });

  it('is refused where it is none, has parts of a cent or could be two', () => {
    for (const typed of ['', '-', 'abc', '1.2.3', '15.505', '1,2345']) {
      expect(readMoney(typed, 'en'), typed).toBeNull();
      expect(readMoney(typed, 'fr'), typed).toBeNull();
    }
    expect(readMoney('1.500', 'fr')).toBeNull();
    expect(readMoney('1.500', 'en')).toBeNull();
  });
});
