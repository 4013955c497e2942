/** What a field for a time holds: a day and a time `2026-07-03T21:04`, a day `2026-07-03`, or a time of day `21:04`. */
export type WhenKind = 'dateTime' | 'date' | 'time';

const DAY = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?:\s+|$)/;
/** As a computer writes it, which can mean nothing else. */
const COMPUTERS_DAY = /^(\d{4})-(\d{2})-(\d{2})(?:T|\s+|$)/;
const TIME = /^(\d{1,2})(?::(\d{2})|\s?h\s?(\d{2})?)$/i;

const two = (value: number): string => String(value).padStart(2, '0');

/** @returns the day as a field holds it, and what is typed after it; null where no day comes first, or none that there is */
const readDay = (typed: string, today: string): { day: string; rest: string } | null => {
  const ours = DAY.exec(typed);
  const computers = COMPUTERS_DAY.exec(typed);
  const [whole = '', year = '', month = '', day = ''] = computers ?? (ours ? [ours[0], ours[3], ours[2], ours[1]] : []);
  if (whole === '') return null;
  const written = `${year === '' ? today.slice(0, 4) : year.padStart(4, '20')}-${two(Number(month))}-${two(Number(day))}`;
  const there = new Date(`${written}T00:00Z`);
  // There is no 31 June, and what is one day later was not meant.
  if (Number.isNaN(there.getTime()) || there.toISOString().slice(0, 10) !== written) return null;
  return { day: written, rest: typed.slice(whole.length).trim() };
};

const readTime = (typed: string): string | null => {
  const [, hour, minute, afterH = '0'] = TIME.exec(typed) ?? [];
  if (hour === undefined) return null;
  const [hours, minutes] = [Number(hour), Number(minute ?? afterH)];
  return hours < 24 && minutes < 60 ? `${two(hours)}:${two(minutes)}` : null;
};

/**
 * Reads a time as people type it, the day before the month in both languages: `3/7/2026 21:04`, `3.7. 21h04`; without a
 * year in this one, without a day today.
 * @param now the festival's date and time, as a field holds them
 * @returns what the field holds; null where it cannot be read, or could be two
 */
export const readWhen = (typed: string, kind: WhenKind, now: string): string | null => {
  const text = typed.trim();
  if (kind === 'time') return readTime(text);
  const found = readDay(text, now);
  if (kind === 'date') return found?.rest === '' ? found.day : null;
  const time = readTime(found === null ? text : found.rest);
  return time === null ? null : `${found?.day ?? now.slice(0, 10)}T${time}`;
};

/** What a field holds as people read it: `03/07/2026 21:04`. What is no time stays as it was typed. */
export const whenText = (held: string): string => {
  const [, year, month, day, time] = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?$/.exec(held) ?? [];
  if (year === undefined) return held;
  return `${day}/${month}/${year}${time === undefined ? '' : ` ${time}`}`;
};
