import { z } from 'zod';
import { type Severity, severitySchema } from './severity.ts';

/** One row of the board as it asked for attention: by which detector, about what, from when until when, milliseconds. */
export type Alarm = {
  readonly beginsMs: number;
  /** When it was closed; null while it is open. */
  readonly endsMs: number | null;
  readonly severity: Severity;
  readonly algorithm: string;
  /** The point of sale or the reader, else the card; null where it is about neither. */
  readonly about: string | null;
};

/** How many people were signed in during each period of ten minutes, by its number (`periodOf`). */
export type Attendance = ReadonlyMap<number, number>;

/** A stretch of time: its beginning belongs to it, its end does not. Milliseconds. */
export type Stretch = { readonly fromMs: number; readonly toMs: number };

export const PERIOD_MS = 600_000;
/** EEMUA 191: more alarms than this in ten minutes are more than one person can take in. */
export const FLOOD = 10;
/** ISA-18.2: an alarm is chattering when it begins three times or more within a minute. */
const CHATTER = { times: 3, withinMs: 60_000 } as const;
/** ISA-18.2: an alarm is stale when it has been standing for more than a day. */
const STANDING_MS = 24 * 3_600_000;
const LOUDEST = 10;

const sourceSchema = z.object({ algorithm: z.string(), about: z.string().nullable(), alarms: z.int() });

export const alarmFiguresSchema = z.object({
  /** Those that began. */
  alarms: z.int(),
  /** Those for each person: an alarm that came while two were there counts half. */
  perOperator: z.number(),
  /** Periods of ten minutes that lie wholly inside, and those with more than ten alarms a person. */
  periods: z.int(),
  flooded: z.int(),
  /** The most that came to one person within one period. */
  busiest: z.number(),
  /** Sources that began three times or more within a minute, most alarms first. */
  chattering: z.array(sourceSchema),
  /** Those that stood open for more than a day, at some time of the stretch. */
  standing: z.int(),
  sources: z.int(),
  /** The ten sources with most alarms, and which share of all came from them, 0..1; null without any. */
  loudest: z.array(sourceSchema),
  loudestShare: z.number().nullable(),
  severities: z.record(severitySchema, z.int()),
});
export type AlarmFigures = z.infer<typeof alarmFiguresSchema>;

export const periodOf = (atMs: number): number => Math.floor(atMs / PERIOD_MS);

/** The figures of ISA-18.2 and EEMUA 191 for one stretch of time (docs/alarm-quality.md). */
export const alarmFigures = (
  alarms: readonly Alarm[],
  attendance: Attendance,
  { fromMs, toMs }: Stretch,
): AlarmFigures => {
  const began = alarms.filter(({ beginsMs }) => beginsMs >= fromMs && beginsMs < toMs);
  const load = loadByPeriod(began, attendance);
  const whole = wholePeriods(fromMs, toMs);
  const inWhole = [...load].filter(([period]) => period >= whole.first && period < whole.end).map(([, of]) => of);
  const bySource = [...Map.groupBy(began, sourceOf).values()];
  const loudest = bySource.map(countOf).sort(byAlarms).slice(0, LOUDEST);
  const severities = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 };
  for (const { severity } of began) severities[severity] += 1;
  return {
    alarms: began.length,
    perOperator: [...load.values()].reduce((sum, of) => sum + of, 0),
    periods: Math.max(0, whole.end - whole.first),
    flooded: inWhole.filter((of) => of > FLOOD).length,
    busiest: inWhole.reduce((most, of) => Math.max(most, of), 0),
    chattering: bySource.filter(chatters).map(countOf).sort(byAlarms),
    standing: alarms.filter((alarm) => stoodIn(alarm, { fromMs, toMs })).length,
    sources: bySource.length,
    loudest,
    loudestShare: began.length === 0 ? null : loudest.reduce((sum, one) => sum + one.alarms, 0) / began.length,
    severities,
  };
};

/** What came to one person in ten minutes, on average over the busiest hour of the clock. */
export const busiestHourLoad = (beginsMs: readonly number[], attendance: Attendance): number => {
  const hours = new Map<number, number>();
  for (const at of beginsMs) {
    const hour = Math.floor(at / (6 * PERIOD_MS));
    hours.set(hour, (hours.get(hour) ?? 0) + 1 / Math.max(1, attendance.get(periodOf(at)) ?? 0));
  }
  return [...hours.values()].reduce((most, load) => Math.max(most, load), 0) / 6;
};

/** Where nobody was signed in, somebody has to look at it all the same: it counts as one person's. */
const loadByPeriod = (began: readonly Alarm[], attendance: Attendance): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  for (const { beginsMs } of began) {
    const period = periodOf(beginsMs);
    counts.set(period, (counts.get(period) ?? 0) + 1);
  }
  return new Map([...counts].map(([period, count]) => [period, count / Math.max(1, attendance.get(period) ?? 0)]));
};

const wholePeriods = (fromMs: number, toMs: number): { first: number; end: number } => ({
  first: Math.ceil(fromMs / PERIOD_MS),
  end: Math.floor(toMs / PERIOD_MS),
});

/** What begins again and again at one place is one thing to whoever hears it, whichever cards it is about. */
const sourceOf = ({ algorithm, about }: Alarm): string => JSON.stringify([algorithm, about]);

const countOf = (ofSource: readonly Alarm[]): z.infer<typeof sourceSchema> => ({
  algorithm: ofSource[0]?.algorithm ?? '',
  about: ofSource[0]?.about ?? null,
  alarms: ofSource.length,
});

const byAlarms = (a: z.infer<typeof sourceSchema>, b: z.infer<typeof sourceSchema>): number =>
  b.alarms - a.alarms || a.algorithm.localeCompare(b.algorithm) || (a.about ?? '').localeCompare(b.about ?? '');

const chatters = (ofSource: readonly Alarm[]): boolean => {
  const begins = ofSource.map(({ beginsMs }) => beginsMs).sort((a, b) => a - b);
  return begins.some((at, index) => {
    const last = begins[index + CHATTER.times - 1];
    return last !== undefined && last - at < CHATTER.withinMs;
  });
};

const stoodIn = ({ beginsMs, endsMs }: Alarm, { fromMs, toMs }: Stretch): boolean => {
  const ends = endsMs ?? Number.POSITIVE_INFINITY;
  return Math.max(beginsMs + STANDING_MS, fromMs) < Math.min(ends, toMs);
};

export type Band = 'good' | 'warn' | 'bad';
export type AlarmMeasure = 'tenMinutes' | 'hour' | 'day' | 'flooded' | 'chattering' | 'standing' | 'loudest' | 'urgent';

/**
 * Up to `good` as it should be, up to `most` what can just be borne. The first three, the share of floods, standing and
 * loudest are ISA-18.2's and EEMUA 191's own; where they name only what is good, nothing is worse than a warning.
 */
export const ALARM_LIMITS: Readonly<Record<AlarmMeasure, { readonly good: number; readonly most: number }>> = {
  tenMinutes: { good: 1, most: FLOOD },
  hour: { good: 6, most: 12 },
  day: { good: 144, most: 288 },
  flooded: { good: 0.01, most: 0.05 },
  chattering: { good: 0, most: Number.POSITIVE_INFINITY },
  standing: { good: 4, most: Number.POSITIVE_INFINITY },
  loudest: { good: 0.05, most: Number.POSITIVE_INFINITY },
  urgent: { good: 0.06, most: Number.POSITIVE_INFINITY },
};

/** Below so many alarms even ten sources with one alarm each make more than the good share. */
const ENOUGH_FOR_LOUDEST = 200;
const ENOUGH_FOR_URGENT = 100;

/** CRITICAL and HIGH among all, 0..1; null without any. */
export const urgentShare = ({ alarms, severities }: AlarmFigures): number | null =>
  alarms === 0 ? null : ((severities.CRITICAL ?? 0) + (severities.HIGH ?? 0)) / alarms;

/** How good a figure is; null where too little is there to say. */
export const alarmBand = (measure: AlarmMeasure, value: number | null, alarms: number): Band | null => {
  if (value === null) return null;
  if (measure === 'loudest' && alarms < ENOUGH_FOR_LOUDEST) return null;
  if (measure === 'urgent' && alarms < ENOUGH_FOR_URGENT) return null;
  const { good, most } = ALARM_LIMITS[measure];
  if (value <= good) return 'good';
  return value <= most ? 'warn' : 'bad';
};
