import { z } from 'zod';
import type { Checklist } from './checklist.ts';
import { instantOf, localOf } from './zoned-time.ts';

const timeSchema = z.iso.time({ precision: -1 });
const daySchema = z.iso.date();

/** By when lists are due: wall-clock times at the festival. One that closes before it opens closes on the next day. */
export const checklistTimesSchema = z.strictObject({
  opens: timeSchema,
  closes: timeSchema,
  /** Days on which it opens; null where nobody has said so. */
  firstDay: daySchema.nullable(),
  lastDay: daySchema.nullable(),
});
export type ChecklistTimes = z.infer<typeof checklistTimesSchema>;

/** As the festival has them from the start (`console.checklist_settings`). */
export const INITIAL_TIMES: ChecklistTimes = { opens: '14:00', closes: '04:00', firstDay: null, lastDay: null };

/** The stretch of time that a run of a list belongs to. */
export type ChecklistWindow = {
  readonly key: string;
  /** From when on it can be done, and by when it is to be signed; null: nobody has said so. */
  readonly from: string | null;
  readonly dueAt: string | null;
};

/** After closing, so long for the evening's list; after the last day, so long for the festival's end. */
const EVENING_MS = 2 * 3_600_000;
const END_MS = 24 * 3_600_000;

/** The festival's days around an instant. `current` is the day that goes on, or that comes next. */
const daysAt = (times: ChecklistTimes, now: number, zone: string | undefined) => {
  const today = localOf(now, zone).slice(0, 10);
  const at = (day: string, time: string): string => instantOf(`${day}T${time}`, zone) ?? new Date(now).toISOString();
  const opening = (day: string): string => at(day, times.opens);
  const closing = (day: string): string => at(times.closes > times.opens ? day : addDays(day, 1), times.closes);
  const isDay = (day: string): boolean =>
    (times.firstDay === null || day >= times.firstDay) && (times.lastDay === null || day <= times.lastDay);
  /** The day of the festival that goes on, or that comes next. */
  const day = Date.parse(closing(addDays(today, -1))) > now ? addDays(today, -1) : today;
  const current = Date.parse(closing(day)) > now ? day : addDays(day, 1);
  return { today, at, opening, closing, isDay, current };
};

/**
 * Until when the festival is open at an instant, or else when it opens next; both null: it is over.
 * @param zone of the festival; undefined: this laptop's
 */
export const openingAt = (
  times: ChecklistTimes,
  now: number,
  zone: string | undefined,
): { readonly openUntil: string | null; readonly opensAt: string | null } => {
  const { opening, closing, isDay, current } = daysAt(times, now, zone);
  if (isDay(current)) {
    const isOpen = Date.parse(opening(current)) <= now;
    return isOpen ? { openUntil: closing(current), opensAt: null } : { openUntil: null, opensAt: opening(current) };
  }
  const { firstDay } = times;
  return { openUntil: null, opensAt: firstDay !== null && current < firstDay ? opening(firstDay) : null };
};

/**
 * The window of a list that an instant falls into; null where none does: the festival has not begun, or is over.
 * @param zone of the festival; undefined: this laptop's
 */
export const windowAt = (
  window: Checklist['window'],
  times: ChecklistTimes,
  now: number,
  zone: string | undefined,
): ChecklistWindow | null => {
  const { today, at, opening, closing, isDay, current } = daysAt(times, now, zone);
  switch (window) {
    case 'before_opening':
      return isDay(current) ? { key: current, from: closing(addDays(current, -1)), dueAt: opening(current) } : null;
    case 'after_closing': {
      const over = addDays(current, -1);
      return isDay(over) ? { key: over, from: closing(over), dueAt: later(closing(over), EVENING_MS) } : null;
    }
    case 'week': {
      const monday = addDays(today, -((new Date(`${today}T00:00Z`).getUTCDay() + 6) % 7));
      return { key: weekOf(monday), from: at(monday, '00:00'), dueAt: at(addDays(monday, 7), '00:00') };
    }
    case 'month': {
      const first = `${today.slice(0, 7)}-01`;
      const next = `${addDays(first, 31).slice(0, 7)}-01`;
      return { key: today.slice(0, 7), from: at(first, '00:00'), dueAt: at(next, '00:00') };
    }
    case 'before_festival': {
      const { firstDay } = times;
      const year = (firstDay ?? today).slice(0, 4);
      return { key: `festival-${year}`, from: null, dueAt: firstDay === null ? null : opening(firstDay) };
    }
    case 'after_festival': {
      const { lastDay } = times;
      const year = (lastDay ?? today).slice(0, 4);
      if (lastDay === null) return { key: `festival-${year}`, from: null, dueAt: null };
      const from = closing(lastDay);
      return now < Date.parse(from) ? null : { key: `festival-${year}`, from, dueAt: later(from, END_MS) };
    }
  }
};

const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** The ISO week of a Monday: it is of the year that its Thursday is in. */
const weekOf = (monday: string): string => {
  const thursday = addDays(monday, 3);
  const year = thursday.slice(0, 4);
  const nth = Math.floor((Date.parse(`${thursday}T00:00Z`) - Date.parse(`${year}-01-01T00:00Z`)) / 86_400_000 / 7) + 1;
  return `${year}-W${String(nth).padStart(2, '0')}`;
};
