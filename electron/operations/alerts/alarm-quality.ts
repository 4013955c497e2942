import { z } from 'zod';
import type { AlarmQuality } from '../../../shared/contract/alarm-quality.ts';
import { floodRecordSchema } from '../../../shared/domain/alarm-flood.ts';
import { alarmFigures, PERIOD_MS, periodOf } from '../../../shared/domain/alarm-quality.ts';
import { instantSchema } from '../../../shared/domain/primitives.ts';
import { instantOf, localOf } from '../../../shared/domain/zoned-time.ts';
import type { AlarmCopy } from '../../buffer/alarm-copy.ts';
import type { Cache } from '../../buffer/cache.ts';
import type { AlarmFollower } from './alarm-follower.ts';

/** How good the alarms are, counted on this laptop: the same with the network and without it. */
export type AlarmQualityBook = {
  /** Copies what is new where the festival answers, and counts. */
  refresh(): Promise<AlarmQuality>;
  read(): AlarmQuality;
};

const HOUR_MS = 3_600_000;
const DAYS = 7;
const COPIED = 'alarms copied';
const FLOODS = 'floods';

export const createAlarmQuality = (options: {
  copy: AlarmCopy;
  follower: AlarmFollower;
  cache: Cache;
  reachable: () => boolean;
  /** By the festival's clock, milliseconds. */
  now: () => number;
  timeZone: string;
  onCopied?: () => void;
}): AlarmQualityBook => {
  const { copy, follower, cache, now, timeZone } = options;

  const read = (): AlarmQuality => {
    const nowMs = now();
    const days = lastDays(nowMs, timeZone);
    const fromMs = Math.min(nowMs - 24 * HOUR_MS, ...days.map((day) => day.fromMs));
    const alarms = copy.alarms(fromMs);
    const attendance = copy.attendance(periodOf(fromMs));
    // What begins now belongs to the stretch that ends now.
    const last = (ms: number) => alarmFigures(alarms, attendance, { fromMs: nowMs - ms + 1, toMs: nowMs + 1 });
    return {
      at: cache.get(COPIED, instantSchema) ?? null,
      // A period that has only just begun may have nobody in it yet.
      operators: Math.max(attendance.get(periodOf(nowMs)) ?? 0, attendance.get(periodOf(nowMs) - 1) ?? 0),
      tenMinutes: last(PERIOD_MS),
      hour: last(HOUR_MS),
      day: last(24 * HOUR_MS),
      days: days
        .map(({ day, ...stretch }) => ({ day, figures: alarmFigures(alarms, attendance, stretch) }))
        .filter(({ figures }) => figures.alarms > 0),
      floods: cache.get(FLOODS, z.array(floodRecordSchema)) ?? [],
    };
  };

  return {
    read,
    refresh: async () => {
      if (options.reachable()) {
        cache.set(FLOODS, await follower.refresh());
        cache.set(COPIED, new Date(now()).toISOString());
        options.onCopied?.();
      }
      return read();
    },
  };
};

/** The days of the festival's calendar that end with today, newest first; today ends now. */
const lastDays = (nowMs: number, timeZone: string) => {
  const days: { day: string; fromMs: number; toMs: number }[] = [];
  for (let toMs = nowMs + 1; days.length < DAYS; ) {
    const day = localOf(toMs - 1, timeZone).slice(0, 10);
    const fromMs = Date.parse(instantOf(`${day}T00:00`, timeZone) ?? '');
    if (!(fromMs < toMs)) break;
    days.push({ day, fromMs, toMs });
    toMs = fromMs;
  }
  return days;
};
