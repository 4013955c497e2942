import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { RegieError } from '../shared/contract/errors.ts';
import { type Cents, cents, toNumeric } from '../shared/domain/money.ts';
import { LANGUAGES, type Language, texts } from '../shared/i18n/index.ts';
import { timeZone } from './clock.ts';

void i18next.use(initReactI18next).init({
  resources: Object.fromEntries(LANGUAGES.map((language) => [language, { translation: texts(language) }])),
  lng: 'en',
  fallbackLng: 'en',
  // React escapes what it renders.
  interpolation: { escapeValue: false },
});

export { i18next as i18n };

/** Switches every text at once. */
export const useLanguage = (language: Language): void => {
  if (i18next.language !== language) void i18next.changeLanguage(language);
  document.documentElement.lang = language;
};

const localeOf = (language: string): string => (language === 'fr' ? 'fr-FR' : 'en-IE');

/** Making a formatter takes a browser up to a millisecond: a screen with hundreds of times and amounts would stand still. */
const kept = <Options, F>(make: (locale: string, options: Options) => F) => {
  const formatters = new Map<string, F>();
  return (options: Options, language: string = i18next.language): F => {
    const key = JSON.stringify([language, options]);
    const formatter = formatters.get(key) ?? make(localeOf(language), options);
    formatters.set(key, formatter);
    return formatter;
  };
};
const numbers = kept((place, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(place, options));
const lists = kept((place, options: Intl.ListFormatOptions) => new Intl.ListFormat(place, options));
const times = kept((place, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(place, options));

/** `€15.50` or `15,50 €`. */
export const formatMoney = (amount: Cents, options: { signed?: boolean; language?: Language } = {}): string =>
  numbers(
    { style: 'currency', currency: 'EUR', signDisplay: options.signed ? 'exceptZero' : 'auto' },
    options.language,
  ).format(amount / 100);

/** An amount as it is typed: `15.50` or `15,50`. */
export const formatAmount = (amount: number): string =>
  toNumeric(cents(amount)).replace('.', i18next.language === 'fr' ? ',' : '.');

/** `12,300` or `12 300`. */
export const formatNumber = (value: number): string => numbers({ maximumFractionDigits: 2 }).format(value);

/** `a, b or c` in the language of the screen. */
export const formatList = (some: readonly string[]): string =>
  lists({ style: 'long', type: 'disjunction' }).format(some);

/** A share of 1 as `4.2 %`. */
export const formatShare = (share: number): string =>
  numbers({ style: 'percent', maximumFractionDigits: 1 }).format(share);

/** A measured duration: `840 ms`, `1.24 s`, then as a span. */
export const formatDuration = (ms: number): string => {
  if (Math.abs(ms) < 1_000) return i18next.t('health.ms', { value: formatNumber(Math.round(ms)) });
  if (Math.abs(ms) < 60_000) return i18next.t('health.seconds', { value: formatNumber(ms / 1_000) });
  return formatSpan(ms);
};

/** A time of day in the festival's zone; with the date when it is not today's. */
export const formatTime = (instant: string, options: { seconds?: boolean; language?: Language } = {}): string => {
  const at = new Date(instant);
  const zone = timeZone();
  const day = (date: Date) => times({ timeZone: zone, dateStyle: 'short' }).format(date);
  return times(
    {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      ...(options.seconds ? { second: '2-digit' } : {}),
      ...(day(at) === day(new Date()) ? {} : { day: 'numeric', month: 'short' }),
    },
    options.language,
  ).format(at);
};

/** `40 s`, `12 min`, `3 h`, `2 d`. */
export const formatSpan = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return i18next.t('common.secondsAge', { count: seconds });
  if (seconds < 3_600) return i18next.t('common.minutesAge', { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return i18next.t('common.hoursAge', { count: Math.floor(seconds / 3_600) });
  return i18next.t('common.daysAge', { count: Math.floor(seconds / 86_400) });
};

/** The sentence for an error of the core; figures in it are shown as money. */
export const errorSentence = (error: RegieError): string => {
  const key = `errors.${error.code}`;
  const { role, until, left } = error.params;
  const params = {
    ...error.params,
    ...(typeof role === 'string' && role !== '' ? { role: i18next.t(`people.role_${role}`) } : {}),
    ...(typeof left === 'number' ? { count: left } : {}),
    ...(typeof until === 'string' ? { until: formatTime(until) } : {}),
  };
  return i18next.exists(key, params) ? i18next.t(key, params) : i18next.t('errors.internal');
};

/** An amount of event_data, which Postgres hands over as a JSON number of euros. */
export const factCents = (value: unknown): Cents | null =>
  typeof value === 'number' && Number.isFinite(value) ? cents(Math.round(value * 100)) : null;
