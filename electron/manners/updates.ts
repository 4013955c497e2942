import { type ChecklistTimes, openingAt } from '../../shared/domain/checklist-window.ts';
import type { UpdateClick, UpdateFailure, UpdateRefusal, UpdateState } from '../../shared/domain/update.ts';

/** How long an answer of the updates' server is good for, milliseconds. */
const LOOK_EVERY_MS = 24 * 3_600_000;
/** A laptop that starts before its network would otherwise learn of nothing on that day. */
const LOOK_AGAIN_MS = 3_600_000;
/** Nothing is installed without a person so long before an opening: somebody has to find out whether it works. */
const KEPT_FREE_MS = 24 * 3_600_000;

/** unknown: nobody has set when the festival opens; then a person decides about each step. */
export type OpeningHours =
  | { readonly known: false }
  | {
      readonly known: true;
      readonly openUntil: string | null;
      /** Null: not any more, or it is open. */
      readonly opensAt: string | null;
      /** Whether it is open, or opens within KEPT_FREE_MS. */
      readonly soon: boolean;
    };

/**
 * The opening hours at an instant, by the times that the checklists are due by.
 * @param times null where this laptop has never read them; version 1 is what a festival begins with, which nobody has set
 * @param now milliseconds, by the festival's clock
 */
export const openingHours = (
  times: (ChecklistTimes & { readonly version: number }) | null,
  now: number,
  zone: string,
): OpeningHours => {
  if (times === null || times.version <= 1) return { known: false };
  const { openUntil, opensAt } = openingAt(times, now, zone);
  const soon = openUntil !== null || (opensAt !== null && Date.parse(opensAt) - now <= KEPT_FREE_MS);
  return { known: true, openUntil, opensAt, soon };
};

const isOpen = (hours: OpeningHours): boolean => hours.known && hours.openUntil !== null;
const isClosed = (hours: OpeningHours): boolean => hours.known && hours.openUntil === null;

/**
 * What is done about updates by itself now. A list is some hundred bytes and is looked at in opening hours too; a package
 * is a hundred megabytes of the network that the tills use.
 * @param facts.lookedAt milliseconds; null: not since the start
 */
export const nextStep = (
  state: UpdateState,
  facts: { readonly on: boolean; readonly hours: OpeningHours; readonly lookedAt: number | null; readonly now: number },
): 'look' | 'download' | 'stop' | 'nothing' => {
  const { on, hours, lookedAt, now } = facts;
  if (state.state === 'downloading') return isOpen(hours) || !on ? 'stop' : 'nothing';
  if (!on || state.state === 'looking' || state.state === 'ready') return 'nothing';
  const unreachable = state.state === 'failed' && state.reason === 'unreachable';
  // A clock that was set back would otherwise keep it from looking.
  if (lookedAt === null || now < lookedAt) return 'look';
  if (now - lookedAt >= (unreachable ? LOOK_AGAIN_MS : LOOK_EVERY_MS)) return 'look';
  return state.state === 'found' && isClosed(hours) ? 'download' : 'nothing';
};

/** Whether a person may start the download now. */
export const mayDownload = (state: UpdateState, hours: OpeningHours): boolean =>
  state.state === 'found' && !isOpen(hours);

/** What stands against ending this console for an update, whoever asks for it. */
export type Work = {
  readonly hours: OpeningHours;
  /** Actions that have not reached the festival. */
  readonly waiting: number;
  /** Runbooks that go on, of who is signed in here or with steps done on this laptop. */
  readonly runs: number;
};

/** Null: it may be installed on a person's click. */
export const installRefusal = ({
  hours,
  waiting,
  runs,
}: Work): { readonly why: UpdateRefusal; readonly count: number } | null => {
  if (isOpen(hours)) return { why: 'open', count: 0 };
  if (waiting > 0) return { why: 'waiting', count: waiting };
  return runs > 0 ? { why: 'runbook', count: runs } : null;
};

/**
 * Why quitting leaves the old version in its place; null: the new one takes it. Nobody watches then whether it starts.
 * @param quiet it can be put there without asking anybody for a password
 */
export const needsClick = (hours: OpeningHours, quiet: boolean): UpdateClick | null => {
  if (!quiet) return 'system';
  if (!hours.known) return 'hours';
  return hours.soon ? 'soon' : null;
};

/** Whether a console that a person quits leaves the new version behind. */
export const installsAtQuit = (on: boolean, state: UpdateState, work: Work, quiet: boolean): boolean =>
  on && state.state === 'ready' && needsClick(work.hours, quiet) === null && installRefusal(work) === null;

/** Codes and words of the updater, of Node, of Chromium and of Squirrel, in the order in which they are tried. */
const FAILURES: readonly (readonly [RegExp, UpdateFailure])[] = [
  [/ERR_CHECKSUM_MISMATCH|checksum mismatch/i, 'checksum'],
  [/ERR_UPDATER_INVALID_SIGNATURE|not signed|code signature/i, 'signature'],
  [/ENOSPC|EACCES|EPERM|EROFS/, 'disk'],
  [/ENOTFOUND|ECONN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN|net::ERR|timed out|certificate/i, 'unreachable'],
  [/ERR_UPDATER_|HTTP_ERROR|status \d{3}/, 'list'],
];

/** @param words code and message of what was thrown */
export const failureOf = (words: string): UpdateFailure =>
  FAILURES.find(([pattern]) => pattern.test(words))?.[1] ?? 'other';
