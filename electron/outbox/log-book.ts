import { z } from 'zod';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { type LogFilter, type LogSettings, type LogView, logSettingsSchema } from '../../shared/contract/log.ts';
import { firstOfBoth, fitsLog, mergedNames, newestLineFirst } from '../../shared/contract/log-view.ts';
import type { LinkStatus } from '../../shared/contract/status.ts';
import { isOpenFollowUp, type LogLine, type ShownEntry } from '../../shared/domain/log.ts';
import { instantSchema } from '../../shared/domain/primitives.ts';
import type { Cache } from '../buffer/cache.ts';
import type { LogCopy } from '../buffer/log-copy.ts';
import type { LogFiles } from '../buffer/log-files.ts';
import type { LogNumbers } from '../buffer/log-numbers.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import type { SystemCopy } from '../buffer/system-copy.ts';
import { coalesced } from '../lib/single-flight.ts';
import { fetchLogFile } from '../operations/log/fetch-file.ts';
import { exportLog, type LogPage } from '../operations/log/log-export.ts';
import type { LogFollower } from '../operations/log/log-follower.ts';
import { searchOlder } from '../operations/log/search-older.ts';
import type { SystemFollower } from '../operations/log/system-follower.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createLinkGaps } from './link-gaps.ts';
import { createWaitingEntries } from './waiting-entries.ts';
import { whenCopied } from './when-copied.ts';

/** The incident log as this laptop shows it: the copy, with what waits here on top. */
export type LogBook = {
  view(filter: LogFilter): LogView;
  /** How many lines others than `reader` wrote that arrived since then. */
  unread(since: string, reader: string): number;
  /** A piece of the copy as a file. */
  export(format: 'csv' | 'jsonl', after: number, at: string): LogPage;
  /** What still asks for something, the nearest first. */
  followUps(): LogLine[];
  /** Pictures as this laptop has them. */
  readonly files: LogFiles;
  /** Asks the festival for one. @returns whether it has it; @throws the driver's error when it does not answer */
  fetchFile(sha256: string): Promise<boolean>;
  /** What this laptop calls the entry of an operation. */
  nextNumber(operationId: string, laptopId: string | null): number;
  /** Asks the festival for what is older than the copy. @throws the driver's error when it does not answer */
  older(filter: OlderFilter): Promise<LogLine[]>;
  /** Asks the festival. */
  refresh(): Promise<void>;
  /** The festival's database answers, or does not: a gap is a line of its own. @param offsetMs of the laptop's clock */
  linkChanged(link: Pick<LinkStatus, 'state' | 'since'>, offsetMs: number): void;
  outboxChanged(command: StoredCommand, change: 'added' | 'sent' | 'settled'): void;
};

type OlderFilter = Pick<LogFilter, 'words' | 'kind' | 'tag' | 'author' | 'place'>;

const GATHER_MS = 100;
const KEPT = 'log';
const keptSchema = z.object({ settings: logSettingsSchema, at: instantSchema });
const NO_SETTINGS: LogSettings = { version: 0, tags: [], templates: [] };

export const createLogBook = (options: {
  copy: LogCopy;
  numbers: LogNumbers;
  files: LogFiles;
  database: FestivalDatabase;
  follower: LogFollower;
  system: { readonly copy: SystemCopy; readonly follower: SystemFollower };
  cache: Pick<Cache, 'get' | 'set'>;
  unsettled: readonly StoredCommand[];
  laptop: string;
  publish: (event: RegieEvent) => void;
}): LogBook => {
  const { copy, follower, system, cache, publish } = options;
  let known = cache.get(KEPT, keptSchema);
  const waiting = createWaitingEntries(options.unsettled);
  const gaps = createLinkGaps({ laptop: options.laptop, copy: system.copy });

  const waitingLines = (): LogLine[] =>
    waiting
      .lines()
      .filter(({ entryId }) => !copy.has(entryId))
      .map(waiting.on);
  /** Lines of the copy that something waits for. */
  const touchedLines = (): LogLine[] => waiting.touched().flatMap((id) => copy.line(id) ?? []);

  const lines = (filter: LogFilter): LogLine[] => {
    const here = new Map(
      [...waitingLines(), ...touchedLines().map(waiting.on)].map((line) => [line.entryId, line] as const),
    );
    // What is said of a line here may be why it fits, or why it does not any more.
    const copied = copy.lines(filter).filter(({ entryId }) => !here.has(entryId));
    return [...copied, ...[...here.values()].filter((line) => fitsLog(line, filter))].sort(newestLineFirst);
  };

  /** What nobody wrote has no kind, tag or place, and asks for nothing. */
  const systemLines = (filter: LogFilter) =>
    filter.source === 'people' || filter.open || [filter.kind, filter.tag, filter.place].some((one) => one !== null)
      ? []
      : system.copy
          .lines(filter)
          .filter(({ at }) => filter.since === null || Date.parse(at) > Date.parse(filter.since));

  const refreshOnce = async (): Promise<void> => {
    const { settings, at, changed } = await follower.refresh();
    const same = known !== undefined && known.settings.version === settings.version;
    known = { settings, at };
    cache.set(KEPT, known);
    const moreOfSystem = await system.follower.refresh();
    if (changed || moreOfSystem || !same) publish({ event: 'log' });
  };

  // While the outbox empties, every entry that arrives asks for it.
  const refresh = coalesced(refreshOnce, { gatherMs: GATHER_MS });

  /** What is written, or said of a line, here shows by itself: a whole answer would have a hundred lines to show one. */
  const publishLine = (entry: ShownEntry): void => {
    const line =
      entry.refersTo === null
        ? { ...entry, later: [] }
        : (copy.line(entry.refersTo) ?? waitingLines().find(({ entryId }) => entryId === entry.refersTo));
    publish(line === undefined ? { event: 'log' } : { event: 'logLine', line: waiting.on(line) });
  };

  return {
    view: (filter) => {
      const found = filter.source === 'system' ? [] : lines(filter);
      return {
        ...firstOfBoth(found, systemLines(filter), filter.limit),
        older: (copy.oldest() ?? 1) > 1,
        ...namesIn(copy.known(), waiting.all()),
        head: copy.head() ?? null,
        settings: known?.settings ?? NO_SETTINGS,
        at: known?.at ?? null,
      };
    },
    unread: copy.unread,
    older: (filter) => searchOlder(options.database, filter, copy.oldest() ?? 1),
    files: options.files,
    fetchFile: (sha256) => fetchLogFile(options, sha256),
    export: (format, after, at) => exportLog(copy, { format, after, at }),
    followUps: () => [...copy.followUps().map(waiting.on), ...waitingLines()].filter(isOpenFollowUp).sort(nearestFirst),
    nextNumber: (operationId, laptopId) =>
      options.numbers.numberOf(operationId, laptopId === null ? 0 : copy.laptopNumber(laptopId)),
    refresh,
    linkChanged: (link, offsetMs) => {
      if (gaps.changed(link, offsetMs)) publish({ event: 'log' });
    },
    outboxChanged: (stored, change) => {
      if (change !== 'settled') {
        const entry = waiting.add(stored);
        if (entry !== undefined && change === 'added') publishLine(entry);
        return;
      }
      if (!waiting.has(stored.operationId)) {
        if (stored.command.startsWith('log.')) void refresh().catch(() => undefined);
        return;
      }
      whenCopied(stored, refresh, () => {
        waiting.remove(stored.operationId);
        publish({ event: 'log' });
      });
    },
  };
};

/** What can be filtered by, with what waits here. */
const namesIn = (copied: ReturnType<LogCopy['known']>, here: readonly ShownEntry[]) => ({
  authors: mergedNames(
    copied.authors,
    here.map(({ author }) => author),
  ),
  places: mergedNames(
    copied.places,
    here.flatMap(({ place }) => place ?? []),
  ),
  tags: mergedNames(
    copied.tags,
    here.flatMap(({ tags }) => tags),
  ),
});

const nearestFirst = (a: LogLine, b: LogLine): number =>
  Date.parse(a.followUp?.by ?? a.occurredAt) - Date.parse(b.followUp?.by ?? b.occurredAt);
