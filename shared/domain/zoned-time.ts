/** What a field for date and time holds: `2026-07-03T21:04`. */
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/;

const clocks = new Map<string | undefined, Intl.DateTimeFormat>();

/** Making one takes a thousand times as long as asking it. */
const clockOf = (zone: string | undefined): Intl.DateTimeFormat => {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  clocks.set(zone, made);
  return made;
};

/** How far a zone's clocks are from UTC at an instant, in milliseconds. */
const offsetOf = (zone: string | undefined, at: number): number => {
  const parts = clockOf(zone).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(at / 1_000) * 1_000;
};

/**
 * The instant at which a zone's clocks show a date and time; null where it is none. Of an hour that comes twice, the first;
 * of one that is left out, as if the clocks had not been set yet.
 */
export const instantOf = (local: string, zone: string | undefined): string | null => {
  const [, year, month, day, hour, minute] = LOCAL.exec(local) ?? [];
  if (year === undefined) return null;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  if (Number.isNaN(wall)) return null;
  const before = wall - offsetOf(zone, wall - DAY_MS);
  const after = wall - offsetOf(zone, wall + DAY_MS);
  const fits = [before, after].find((at) => at + offsetOf(zone, at) === wall);
  return new Date(fits ?? before).toISOString();
};
const DAY_MS = 86_400_000;

/** What a zone's clocks show at an instant, to the minute, as a field for date and time holds it. */
export const localOf = (at: number, zone: string | undefined): string =>
  new Date(at + offsetOf(zone, at)).toISOString().slice(0, 16);
