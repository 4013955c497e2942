import { z } from 'zod';
import { FLOOD, PERIOD_MS } from './alarm-quality.ts';
import type { Alert } from './alert.ts';
import { commonCauseSchema } from './common-cause.ts';
import { eventsOf } from './incident.ts';
import { instantSchema } from './primitives.ts';
import { compareIds, type RowId, rowIdSchema } from './row-id.ts';

/** ISA-18.2: a flood is over when fewer than five begin in ten minutes. */
const FLOOD_OVER = 5;

/** A time in which more alarms began than people can take in. Milliseconds. */
export type FloodTime = {
  /** When the first of the alarms began that made it one. */
  readonly sinceMs: number;
  /** Null while it goes on. */
  readonly endedMs: number | null;
  /** How many began in it. */
  readonly alarms: number;
};

/**
 * Floods among the beginnings of alarms until now: one begins with the eleventh within ten minutes, and ends when fewer
 * than five have begun in the last ten.
 */
export const floodsIn = (beginsMs: readonly number[], nowMs: number): readonly FloodTime[] => {
  const begins = beginsMs.filter((at) => at <= nowMs).sort((a, b) => a - b);
  const floods: FloodTime[] = [];
  let open: { sinceMs: number; first: number } | null = null;
  let oldest = 0;
  const endBefore = (until: number, next: number): void => {
    // The fifth last leaves the window, and four are left.
    const last = begins[next - FLOOD_OVER];
    if (open === null || last === undefined || last + PERIOD_MS > until) return;
    floods.push({ sinceMs: open.sinceMs, endedMs: last + PERIOD_MS, alarms: next - open.first });
    open = null;
  };
  for (const [index, at] of begins.entries()) {
    endBefore(at, index);
    while ((begins[oldest] ?? at) <= at - PERIOD_MS) oldest += 1;
    if (open === null && index - oldest + 1 > FLOOD) open = { sinceMs: begins[oldest] ?? at, first: oldest };
  }
  endBefore(nowMs, begins.length);
  if (open !== null) floods.push({ sinceMs: open.sinceMs, endedMs: null, alarms: begins.length - open.first });
  return floods;
};

/** The flood that goes on, as the board says it. */
export const floodSchema = z.object({
  since: instantSchema,
  alarms: z.int(),
  /** The first alert of its first cause. */
  first: rowIdSchema,
  /** What its alerts have in common; null while nobody has looked. */
  cause: commonCauseSchema.nullable(),
});
export type Flood = z.infer<typeof floodSchema>;

/** A flood as it is recorded (`console.floods`), with who was signed in while it lasted. */
export const floodRecordSchema = z.object({
  since: instantSchema,
  /** Null while it goes on. */
  endedAt: instantSchema.nullable(),
  alarms: z.int(),
  /** The first of its alerts. */
  first: rowIdSchema,
  cause: commonCauseSchema.nullable().catch(null),
  people: z.array(z.string()),
});
export type FloodRecord = z.infer<typeof floodRecordSchema>;

/** An alert of a flood: where it is, and what kind of fault. */
export type FloodAlarm = {
  readonly incidentId: RowId;
  readonly beginsMs: number;
  readonly algorithm: string;
  /** Point of sale or reader, else the card; null: neither. */
  readonly about: string | null;
};

export const floodAlarmOf = (alert: Alert): FloodAlarm => {
  const { incidentId, lead } = alert;
  const own = eventsOf(alert).find(({ eventId }) => eventId === incidentId) ?? lead;
  return {
    ...{ incidentId, algorithm: own.algorithm },
    beginsMs: Date.parse(own.detectedAt),
    about: alert.storm === null ? (alert.place ?? own.cardId) : null,
  };
};

export const byBegin = (a: FloodAlarm, b: FloodAlarm): number =>
  a.beginsMs - b.beginsMs || compareIds(a.incidentId, b.incidentId);

/** What alerts of a flood are put down to: a kind of fault, and where most of that kind are at one place, whether there. */
export type FloodCause = {
  readonly key: string;
  readonly algorithm: string;
  readonly where: { readonly at: string } | 'elsewhere' | 'anywhere';
};

/** So many alerts of a kind, and such a share of them at one place, make the place a part of the cause. */
const PLACE_COUNTS = 4;
const PLACE_SHARE = 0.75;

/** Puts alerts down to their causes, as the alerts of a flood show them. */
export const causesIn = (
  alarms: readonly FloodAlarm[],
): ((alarm: Pick<FloodAlarm, 'algorithm' | 'about'>) => FloodCause) => {
  const kinds = new Map<string, Map<string | null, number>>();
  for (const { algorithm, about } of alarms) {
    const ofKind = kinds.get(algorithm) ?? new Map<string | null, number>();
    ofKind.set(about, (ofKind.get(about) ?? 0) + 1);
    kinds.set(algorithm, ofKind);
  }
  const causes = new Map([...kinds].map(([algorithm, ofKind]) => [algorithm, causesOf(algorithm, placeOf(ofKind))]));
  return ({ algorithm, about }) => {
    const known = causes.get(algorithm) ?? causesOf(algorithm, null);
    return known.place !== null && known.place === about ? known.there : known.others;
  };
};

/** Where most of a kind are. */
const placeOf = (ofKind: ReadonlyMap<string | null, number>): string | null => {
  const all = [...ofKind.values()].reduce((sum, count) => sum + count, 0);
  const [place = null] =
    [...ofKind].find(([about, count]) => about !== null && count >= Math.max(PLACE_COUNTS, PLACE_SHARE * all)) ?? [];
  return place;
};

/** The two causes that alerts of a kind are put down to: thousands of them are the same two objects. */
const causesOf = (algorithm: string, place: string | null) => {
  const cause = (where: FloodCause['where']): FloodCause => ({
    ...{ algorithm, where },
    key: JSON.stringify([algorithm, where]),
  });
  if (place !== null) return { place, there: cause({ at: place }), others: cause('elsewhere') };
  const anywhere = cause('anywhere');
  return { place, there: anywhere, others: anywhere };
};

/** A cause that makes less of the flood than this was there by chance as it began. */
const CAUSE_SHARE = 0.2;

/**
 * The causes of a flood by their keys: those that make it in the order in which they began, then the others.
 * @param causeOf what they are put down to (causesIn)
 * @returns whether each makes the flood
 */
export const causesInOrder = (
  alarms: readonly FloodAlarm[],
  causeOf: ReturnType<typeof causesIn>,
): ReadonlyMap<string, boolean> => {
  const causes = new Map<string, { count: number; first: FloodAlarm }>();
  for (const alarm of alarms) {
    const { key } = causeOf(alarm);
    const cause = causes.get(key);
    if (cause === undefined) {
      causes.set(key, { count: 1, first: alarm });
      continue;
    }
    cause.count += 1;
    if (byBegin(alarm, cause.first) < 0) cause.first = alarm;
  }
  const makesIt = ({ count }: { count: number }): boolean => count >= CAUSE_SHARE * alarms.length;
  return new Map(
    [...causes]
      .sort(([, a], [, b]) => Number(makesIt(b)) - Number(makesIt(a)) || byBegin(a.first, b.first))
      .map(([key, cause]) => [key, makesIt(cause)]),
  );
};
