import type { Language } from '../domain/language.ts';
import { localOf } from '../domain/zoned-time.ts';

/*
 * How a report writes figures. Not by Intl: two hosts may know another edition of the world's customs, and one report has the same
 * bytes on both.
 */

const NARROW = '\u202f';
const NO_BREAK = '\u00a0';

const grouped = (digits: string, language: Language): string => {
  const first = digits.length % 3;
  const threes = Array.from({ length: Math.floor(digits.length / 3) }, (_, place) =>
    digits.slice(first + place * 3, first + place * 3 + 3),
  );
  return [...(first === 0 ? [] : [digits.slice(0, first)]), ...threes].join(language === 'fr' ? NARROW : ',');
};

const withoutLastZeros = (digits: string): string => {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
};

/** `1,234.5` or `1 234,5`. @param decimals after the point, at most */
export const plainNumber = (value: number, language: Language, decimals = 0): string => {
  const [whole = '0', part = ''] = Math.abs(value).toFixed(decimals).split('.');
  const cut = withoutLastZeros(part);
  const isZero = /^0*$/.test(whole + cut);
  const sign = value < 0 && !isZero ? '−' : '';
  return `${sign}${grouped(whole, language)}${cut === '' ? '' : `${language === 'fr' ? ',' : '.'}${cut}`}`;
};

/** Cents: `−€1,234.50` or `−1 234,50 €`. */
export const plainMoney = (amount: number, language: Language): string => {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  const whole = grouped(digits.slice(0, -2), language);
  const sign = amount < 0 ? '−' : '';
  return language === 'fr' ? `${sign}${whole},${digits.slice(-2)}${NO_BREAK}€` : `${sign}€${whole}.${digits.slice(-2)}`;
};

/** A share of one: `12.5%` or `12,5 %`. */
export const plainShare = (share: number, language: Language): string =>
  `${plainNumber(share * 100, language, 1)}${language === 'fr' ? `${NO_BREAK}%` : '%'}`;

/** `850 ms`, `12.3 s`, `4 min 05 s`, `3 h 20 min`. */
export const plainDuration = (ms: number, language: Language): string => {
  if (ms < 1_000) return `${plainNumber(ms, language)}${NO_BREAK}ms`;
  if (ms < 60_000) return `${plainNumber(ms / 1_000, language, 1)}${NO_BREAK}s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes}${NO_BREAK}min${NO_BREAK}${two(Math.floor(ms / 1_000) % 60)}${NO_BREAK}s`;
  return `${plainNumber(Math.floor(minutes / 60), language)}${NO_BREAK}h${NO_BREAK}${two(minutes % 60)}${NO_BREAK}min`;
};

/** `2.4 GB` or `2,4 Go`. */
export const plainBytes = (bytes: number, language: Language): string => {
  const letter = language === 'fr' ? 'o' : 'B';
  const [size, unit] =
    bytes < 1e3
      ? [bytes, '']
      : bytes < 1e6
        ? [bytes / 1e3, 'k']
        : bytes < 1e9
          ? [bytes / 1e6, 'M']
          : [bytes / 1e9, 'G'];
  return `${plainNumber(size, language, 1)}${NO_BREAK}${unit}${letter}`;
};

/** `03/07/2026 21:04` in a zone, in both languages. */
export const plainTime = (instant: string, timeZone: string): string => {
  const [day = '', time = ''] = localOf(Date.parse(instant), timeZone).split('T');
  return `${plainDay(day)} ${time}`;
};

/** `03/07/2026` of a day of the calendar. */
export const plainDay = (day: string): string => day.split('-').reverse().join('/');

/** `03/07`, where the year is said elsewhere. */
export const shortDay = (day: string): string => day.split('-').slice(1).reverse().join('/');
