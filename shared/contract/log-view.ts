import { isOpenFollowUp, type LogLine, labelOf, placeInTime } from '../domain/log.ts';
import type { SystemLine } from '../domain/log-system.ts';
import { isFoundBy } from '../domain/log-words.ts';
import type { LogFilter, LogView } from './log.ts';
import { isSame, sharedBy } from './shared-by.ts';

/**
 * A view with one line more, or with that line as it is now: what was written a moment ago stands where the core's own answer
 * would have it, without all the others being read and sent once more.
 */
export const withLine = (view: LogView, filter: LogFilter, line: LogLine): LogView => {
  const others = view.lines.filter(({ entryId }) => entryId !== line.entryId);
  const shown = filter.source !== 'system' && fitsLog(line, filter);
  const place = others.findIndex((other) => newestLineFirst(line, other) < 0);
  const lines = shown ? others.toSpliced(place === -1 ? others.length : place, 0, line) : others;
  const first = firstOfBoth(lines, view.system, filter.limit);
  return {
    ...view,
    ...first,
    // What stood below the last line before is below it still.
    more: view.more || first.more,
    authors: withName(view.authors, [line.author]),
    places: withName(view.places, line.place === null ? [] : [line.place]),
    tags: withName(view.tags, line.tags),
  };
};

/** A newer view with the lines of an older one that are as they were, so that who draws them sees at once that they are. */
export const sharedWith = (before: LogView, after: LogView): LogView => {
  const lines = sharedBy(before.lines, after.lines, ({ entryId }) => entryId);
  const system = sharedBy(before.system, after.system, ({ key }) => key);
  const same = <Name extends 'settings' | 'authors' | 'places' | 'tags'>(name: Name): LogView[Name] =>
    isSame(before[name], after[name]) ? before[name] : after[name];
  return {
    ...{ ...after, lines, system, settings: same('settings') },
    ...{ authors: same('authors'), places: same('places'), tags: same('tags') },
  };
};

/** The newest of what people wrote and of what the console recorded: both end at the same time, below which one may go on. */
export const firstOfBoth = (lines: readonly LogLine[], system: readonly SystemLine[], limit: number) => {
  const times = [...lines.map(placeInTime), ...system.map(({ at }) => Date.parse(at))].sort((a, b) => b - a);
  const from = times.length > limit ? (times[limit - 1] ?? 0) : Number.NEGATIVE_INFINITY;
  return {
    lines: lines.filter((line) => placeInTime(line) >= from).slice(0, limit),
    system: system.filter(({ at }) => Date.parse(at) >= from).slice(0, limit),
    more: times.length > limit,
  };
};

/** Whether a line is asked for: the same as the copy's own search, for what waits beside it. */
export const fitsLog = (line: LogLine, filter: LogFilter): boolean =>
  (filter.kind === null || line.kind === filter.kind) &&
  (filter.author === null || line.author === filter.author) &&
  (filter.place === null || line.place === filter.place) &&
  (filter.tag === null || line.tags.includes(filter.tag)) &&
  (filter.until === null || placeInTime(line) <= Date.parse(filter.until)) &&
  (filter.since === null || line.arrivedAt === null || Date.parse(line.arrivedAt) > Date.parse(filter.since)) &&
  (!filter.open || isOpenFollowUp(line)) &&
  [line, ...line.later].some((entry) => isFoundBy(entry, labelOf(entry), filter.words));

export const newestLineFirst = (a: LogLine, b: LogLine): number =>
  placeInTime(b) - placeInTime(a) ||
  (b.number ?? Number.POSITIVE_INFINITY) - (a.number ?? Number.POSITIVE_INFINITY) ||
  b.laptopNumber - a.laptopNumber;

/** Names that can be filtered by, in their order, without any of them twice. */
export const mergedNames = (some: readonly string[], more: readonly string[]): string[] =>
  [...new Set([...some, ...more])].sort();

const withName = (names: string[], more: readonly string[]): string[] =>
  more.every((name) => names.includes(name)) ? names : mergedNames(names, more);
