import type { Reading, Senses } from '../../../shared/domain/trouble-judge.ts';
import type { TroubleKind } from '../../../shared/domain/troubles.ts';

/** What a laptop knows of itself. Milliseconds of the monotonic clock. */
export type LaptopSight = {
  readonly laptop: string;
  readonly nowMs: number;
  /** Since when the festival's database answers without a break; null while it does not. */
  readonly reachableSinceMs: number | null;
  /** Since when it does not; null while it does. */
  readonly lostSinceMs: number | null;
  /** Since when no canary was displayed on its screen, where that is longer than it may be. */
  readonly blindSinceMs: number | null;
  /** That is not too long, and none was displayed yet since it could be. */
  readonly noneDisplayed: boolean;
  /** Other laptops that are there and see none; null: not asked yet. */
  readonly othersBlind: readonly { readonly laptop: string; readonly sinceMs: number }[] | null;
  /** When its copy of the alerts was last brought up to date. */
  readonly followedMs: number;
  /** How far its own clock is from the database's; null: not measured. */
  readonly clockOffMs: number | null;
  /** Room for its data directory; null: not known. */
  readonly freeBytes: number | null;
  /** It could not write. */
  readonly diskFull: boolean;
};

const CLOCK_WRONG_MS = 5_000;
const CLOCK_RIGHT_MS = 3_000;
const MEGABYTE = 1_000_000;
const DISK_WRONG = 200 * MEGABYTE;
const DISK_RIGHT = 300 * MEGABYTE;
/** The alerts are read every second. */
const FOLLOWED_LATE_MS = 10_000;

/** What is wrong with this laptop, and which others it sees blind. */
export const laptopSenses = (sight: LaptopSight): Senses => {
  const { laptop, nowMs, reachableSinceMs } = sight;
  const wrong = (kind: Reading['kind'], more: Partial<Reading> = {}): Reading => ({
    ...{ kind, subject: laptop, state: 'wrong' },
    ...more,
  });
  const readings: Reading[] = [];
  if (sight.lostSinceMs !== null) readings.push(wrong('link_lost', { sinceMs: sight.lostSinceMs }));
  if (sight.blindSinceMs !== null) {
    const why = reachableSinceMs === null ? 'offline' : 'screen';
    readings.push(wrong('detection_blind', { sinceMs: sight.blindSinceMs, facts: { why } }));
  }
  // What was blind before it was started anew, or before its page came back, sees only when one is displayed.
  else if (sight.noneDisplayed) readings.push(wrong('detection_blind', { state: 'unclear' }));
  for (const other of sight.othersBlind ?? []) {
    readings.push({
      ...wrong('detection_blind', { sinceMs: other.sinceMs, facts: { why: '' } }),
      subject: other.laptop,
    });
  }
  if (reachableSinceMs !== null) {
    const followedMs = Math.max(sight.followedMs, reachableSinceMs);
    if (nowMs - followedMs > FOLLOWED_LATE_MS) readings.push(wrong('follower_stuck', { sinceMs: followedMs }));
    else if (sight.followedMs < reachableSinceMs) readings.push(wrong('follower_stuck', { state: 'unclear' }));
  }
  const unclear: TroubleKind[] = reachableSinceMs === null ? ['follower_stuck', 'clock_off'] : [];
  if (sight.othersBlind === null) unclear.push('detection_blind');
  if (sight.freeBytes === null) unclear.push('disk_low');
  return {
    readings: [...readings, ...clockReadings(sight, wrong), ...diskReadings(sight, wrong)],
    unclear,
  };
};

type Wrong = (kind: Reading['kind'], more?: Partial<Reading>) => Reading;

const clockReadings = ({ clockOffMs }: LaptopSight, wrong: Wrong): Reading[] => {
  const off = clockOffMs === null ? 0 : Math.abs(clockOffMs);
  if (off <= CLOCK_RIGHT_MS) return [];
  const state = off > CLOCK_WRONG_MS ? 'wrong' : 'unclear';
  return [wrong('clock_off', { state, facts: { off_seconds: Math.round(off / 1_000) } })];
};

const diskReadings = ({ freeBytes, diskFull }: LaptopSight, wrong: Wrong): Reading[] => {
  const free = freeBytes ?? Number.POSITIVE_INFINITY;
  if (!diskFull && free >= DISK_RIGHT) return [];
  const state = diskFull || free < DISK_WRONG ? 'wrong' : 'unclear';
  return [wrong('disk_low', { state, facts: { free: Math.floor(free / MEGABYTE) } })];
};
