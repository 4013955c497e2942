import type { Cents } from '../domain/money.ts';
import type { Language } from './index.ts';

/** British English: a day has 24 hours, a day comes before its month, and European zones have their names. */
const localeOf = (language: Language): string => (language === 'fr' ? 'fr-FR' : 'en-GB');

/** Making a formatter takes up to a millisecond: a screen with hundreds of times and amounts would stand still. */
const cached = <Options, Formatter>(make: (locale: string, options: Options) => Formatter) => {
  const formatters = new Map<string, Formatter>();
  return (language: Language, options: Options): Formatter => {
    const key = JSON.stringify([language, options]);
    const formatter = formatters.get(key) ?? make(localeOf(language), options);
    formatters.set(key, formatter);
    return formatter;
  };
};

export const numberFormat = cached(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
export const listFormat = cached((locale, options: Intl.ListFormatOptions) => new Intl.ListFormat(locale, options));
const timeFormat = cached((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));

/** `12,300.5` or `12 300,5`: two digits after the point at most. */
export const numberText = (value: number, language: Language): string =>
  numberFormat(language, { maximumFractionDigits: 2 }).format(value);

/** `€15.50` or `15,50 €`; with a minus sign, and not a hyphen, when it is negative. */
export const moneyText = (amount: Cents, language: Language, { signed = false } = {}): string =>
  numberFormat(language, { style: 'currency', currency: 'EUR', signDisplay: signed ? 'exceptZero' : 'auto' })
    .format(amount / 100)
    .replace('-', '−');

const MINUTE_MS = 60_000;

/** Whether clocks show this time twice, because they are set back around it. */
const comesTwice = (at: Date, timeZone: string | undefined): boolean => {
  if (!changesOn(at, timeZone)) return false;
  const shown = timeFormat('en', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const here = shown.format(at);
  return [-60, -30, 30, 60].some((minutes) => shown.format(at.getTime() + minutes * MINUTE_MS) === here);
};

const DAY_MS = 1_440 * MINUTE_MS;
const changes = new Map<string, boolean>();

/** Whether clocks are changed on that day of UTC, or within an hour of it: on few of them, and a screen has hundreds of times. */
const changesOn = (at: Date, timeZone: string | undefined): boolean => {
  const day = Math.floor(at.getTime() / DAY_MS);
  const key = `${timeZone} ${day}`;
  const known = changes.get(key);
  if (known !== undefined) return known;
  const time = timeFormat('en', { timeZone, timeStyle: 'medium' });
  // Where no clock was changed, it shows the same a day later.
  const is = [-60, 60].some((minutes) => {
    const from = day * DAY_MS + minutes * MINUTE_MS;
    return time.format(from) !== time.format(from + DAY_MS);
  });
  changes.set(key, is);
  return is;
};

const zoneName = (at: Date, timeZone: string | undefined): Intl.DateTimeFormatOptions =>
  comesTwice(at, timeZone) ? { timeZoneName: 'short' } : {};

const dayText = (at: Date | number, timeZone: string | undefined): string =>
  timeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

let today = { minute: Number.NaN, timeZone: undefined as string | undefined, text: '' };
/** The day that it is: asked for with every time that is shown, and another one after a minute at the earliest. */
const todayText = (now: Date, timeZone: string | undefined): string => {
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  if (today.minute !== minute || today.timeZone !== timeZone) {
    today = { minute, timeZone, text: dayText(now, timeZone) };
  }
  return today.text;
};

const yearIn = (day: string): string => day.slice(day.lastIndexOf('/') + 1);

/**
 * A time of day in a zone: with the day unless it is today, with the year unless it is this year, and with the zone's
 * name in the hour that comes twice when clocks are set back.
 */
export const timeText = (
  instant: string,
  options: { language: Language; timeZone: string | undefined; now: Date; seconds?: boolean },
): string => {
  const at = new Date(instant);
  const { language, timeZone, now, seconds = false } = options;
  const day = dayText(at, timeZone);
  const thisDay = todayText(now, timeZone);
  return timeFormat(language, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    ...(day === thisDay ? {} : { day: 'numeric', month: 'short' }),
    ...(yearIn(day) === yearIn(thisDay) ? {} : { year: 'numeric' }),
    ...zoneName(at, timeZone),
  }).format(at);
};

/** A time with its full date, for paper: `29 July 2026 at 23:14`. */
export const dateTimeText = (instant: string, language: Language, timeZone: string | undefined): string => {
  const at = new Date(instant);
  return timeFormat(language, {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...zoneName(at, timeZone),
  }).format(at);
};

/** A day or a month of the calendar, in no zone: `2026-07-29` is `29 July 2026`, and `2026-07` is `July 2026`. */
export const calendarText = (date: string, language: Language): string =>
  timeFormat(language, {
    timeZone: 'UTC',
    ...(date.length === '2026-07'.length ? {} : { day: 'numeric' }),
    month: 'long',
    year: 'numeric',
  }).format(new Date(date));

/**
 * What is left of a countdown that is shorter than a day: `1:59`, `2:05:00`. Negative: what has passed since, without a sign and
 * with the second that has begun, so that nothing is late by 0:00.
 */
export const countdownText = (ms: number): string => {
  const seconds = Math.abs(Math.floor(ms / 1_000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

/** A length of time in its two largest units: `40 s`, `2 h 5 min`, `1 day 3 h`. */
export const durationText = (ms: number, language: Language): string => {
  const seconds = Math.floor(ms / 1_000);
  const days = Math.floor(seconds / 86_400);
  const parts = [
    { count: days, text: numberFormat(language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days) },
    ...[
      { count: Math.floor(seconds / 3_600) % 24, unit: 'h' },
      { count: Math.floor(seconds / 60) % 60, unit: 'min' },
      { count: seconds % 60, unit: 's' },
    ].map(({ count, unit }) => ({ count, text: `${count}\u00a0${unit}` })),
  ];
  const largest = parts.findIndex(({ count }, index) => count > 0 || index === parts.length - 1);
  return parts
    .slice(largest, largest + 2)
    .filter(({ count }, index) => index === 0 || count > 0)
    .map(({ text }) => text)
    .join(' ');
};
