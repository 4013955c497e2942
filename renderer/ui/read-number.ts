import type { Language } from '../../shared/domain/language.ts';
import { numberFormat } from '../../shared/i18n/format.ts';

const PLAIN = /^[-−]?\d+(?:[.,]\d+)?$/;
/** Thousands as English groups them: `12,000` and `1,234.5`. */
const GROUPED = /^[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/**
 * Reads a number as people type it: `2,5` and `2.5` in both languages, thousands as the language of the screen groups them.
 * @returns null where it is no number, or one that might have been meant otherwise: `1.500` in French
 */
export const readNumber = (typed: string, language: Language): number | null => {
  const text = typed.replace(/[\s\u00a0\u202f]/g, '');
  const value = (written: string): number => Number(written.replace('−', '-').replace(',', '.'));
  if (language === 'en' && GROUPED.test(text)) return value(text.replaceAll(',', ''));
  if (!PLAIN.test(text)) return null;
  if (language === 'fr' && /\.\d{3}$/.test(text) && !/^[-−]?0\./.test(text)) return null;
  return value(text);
};

/** A number as a field holds it: `2.5` or `2,5`, whole and without groups. */
export const numberAsTyped = (value: number | null, language: Language): string =>
  value === null || !Number.isFinite(value)
    ? ''
    : numberFormat(language, { useGrouping: false, maximumFractionDigits: 10 }).format(value).replace('-', '−');
