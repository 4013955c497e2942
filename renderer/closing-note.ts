import { timeText } from '../shared/i18n/format.ts';
import { isTime, timeZone } from './clock.ts';
import { formatCountdown, formatSpan, i18n } from './i18n.ts';

/**
 * Why an alert was closed, in the language of the screen. What Regie itself has written into the database is English, as the
 * guide's own queries read it; what a person has written stays as it is.
 * @param at when it was closed
 */
export const closingNote = (note: string, at: string): string => {
  const [, days = '0', hours, minutes, seconds] = OVER.exec(note) ?? [];
  if (hours !== undefined) {
    const ms = (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return i18n.t('alert.overAfter', { span: ms < 60_000 ? formatSpan(ms) : formatCountdown(ms) });
  }
  const [, cleared] = CLEARED.exec(note) ?? [];
  const instant = `${at.slice(0, 10)}T${cleared}:00Z`;
  if (cleared !== undefined && isTime(instant)) return i18n.t('alert.clearedItself', { time: timeOfDay(instant) });
  const [, word, meaning, name] = EXPLAINED.exec(note) ?? [];
  return meaning !== undefined && i18n.exists(`meanings.short_${meaning}`)
    ? i18n.t('alert.explainedBy', { word, meaning: i18n.t(`meanings.short_${meaning}`), name })
    : note;
};

/** By console.end_trouble_if_over (migrations/functions/troubles.sql). */
const OVER = /^Over after (?:(\d+) days? )?(\d{2,}):(\d\d):(\d\d)$/;
/** By closeCleared (electron/engine/findings/findings.ts). */
const CLEARED = /^Cleared by itself at (\d\d:\d\d) UTC$/;
/** By electron/engine/recount.ts. */
const EXPLAINED = /^Explained: (.+) = (\w+) \((.+)\)$/s;

/** Of which day it was, the note does not say. */
const timeOfDay = (instant: string): string =>
  timeText(instant, {
    ...{ language: i18n.language === 'fr' ? 'fr' : 'en', timeZone: timeZone(), now: new Date(instant) },
  });
