import { NumberParser } from '@internationalized/number';
import { readAmount } from '../../shared/domain/correction.ts';
import type { Language } from '../../shared/domain/language.ts';
import type { Cents } from '../../shared/domain/money.ts';
import { numberFormat } from '../../shared/i18n/format.ts';

const PARSERS = {
  en: new NumberParser('en-GB', { style: 'decimal' }),
  fr: new NumberParser('fr-FR', { style: 'decimal' }),
} as const;

const bare = (text: string): string => text.replace(/[\s\u00a0\u202f€]/g, '').replace('\u2212', '-');

/**
 * Reads an amount as people type it: `15,50` and `15.50` in both languages, thousands as the language of the screen groups
 * them. Null when it is no amount, or one that might have been meant otherwise.
 */
export const readMoney = (typed: string, language: Language): Cents | null => {
  const plain = readAmount(typed);
  if (plain !== null) return plain;
  const value = PARSERS[language].parse(typed.replace('€', '').replace('\u2212', '-').trim());
  if (!Number.isFinite(value)) return null;
  // The parser forgives a group of any length. An amount that the language would not write so is none: 1,2345 and 1.500.
  const isWrittenSo = [0, 1, 2].some((digits) => {
    const format = numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return bare(format.format(value)) === bare(typed);
  });
  return isWrittenSo ? readAmount(value.toFixed(2)) : null;
};
