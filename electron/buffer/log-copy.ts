import { z } from 'zod';
import type { LogFilter } from '../../shared/contract/log.ts';
import {
  type LogEntry,
  type LogLine,
  labelOf,
  logEntrySchema,
  placeInTime,
  type ShownEntry,
} from '../../shared/domain/log.ts';
import { wordsOf } from '../../shared/domain/log-words.ts';
import type { Buffer } from './buffer.ts';
import { createLogLines } from './log-lines.ts';
import { createLogNames, type LogNames } from './log-names.ts';

export type CopiedEntry = { readonly entry: LogEntry; readonly hash: string };

/** The laptop's copy of the incident log: read, searched and exported without the network (docs/log.md). */
export type LogCopy = {
  /** Adds what is new and removes the oldest where there are too many. One transaction. */
  add(entries: readonly CopiedEntry[]): void;
  /** Forgets everything: it is another festival's, or its history was rewritten. */
  clear(): void;
  /** The newest entry that was copied; undefined where there is none. */
  head(): { number: number; hash: string } | undefined;
  /** Lines that fit, the newest first, with what was said of them later. One more than `limit` says that there are more. */
  lines(filter: LogFilter): LogLine[];
  /** How many lines others than `reader` wrote that arrived since then. */
  unread(since: string, reader: string): number;
  /** Entries after a number, in their order. */
  entriesAfter(number: number, limit: number): CopiedEntry[];
  /** What still asks for something. */
  followUps(): LogLine[];
  /** The line of an entry, whichever of its entries is named. */
  line(entryId: string): LogLine | undefined;
  /** Everything that can be filtered by. */
  known(): LogNames;
  has(entryId: string): boolean;
  /** The number of the oldest entry; null where there is none. */
  oldest(): number | null;
  /** The highest number that a laptop gave itself. */
  laptopNumber(laptopId: string): number;
};

/** More than any festival writes: a year of one entry every ten minutes. */
const KEPT = 50_000;

const saidTexts = z.array(z.string());
const entriesOf = (said: readonly string[]): LogEntry[] => said.map((one) => logEntrySchema.parse(JSON.parse(one)));
const headRow = z.object({ number: z.int(), hash: z.string() });
const oldestRow = z.object({ number: z.int().nullable() });
const arrivalRow = z.object({ number: z.int(), at: z.string() });
const countRow = z.object({ count: z.int() });
const copiedRow = z
  .object({ said: z.string(), hash: z.string() })
  .transform(({ said, hash }): CopiedEntry => ({ entry: logEntrySchema.parse(JSON.parse(said)), hash }));
/** An instant as the database writes it, which is compared as a text. */
const microseconds = (instant: string): string => new Date(instant).toISOString().replace('Z', '000Z');

export const createLogCopy = (buffer: Buffer, kept = KEPT): LogCopy => {
  const insert = buffer.prepare(`
    insert into mirror_log (number, entry_id, act, refers_to, at_ms, kind, author, place, asks, tags, said, hash, words)
    values (@number, @entryId, @act, @refersTo, @atMs, @kind, @author, @place, @asks, @tags, @said, @hash, @words)
    on conflict do nothing`);
  const drop = buffer.prepare('delete from mirror_log where number <= (select max(number) from mirror_log) - ?');
  const selectHead = buffer.prepare('select number, hash from mirror_log order by number desc limit 1');
  const linesThat = createLogLines(buffer);
  const selectUnread = buffer.prepare(`
    select count(*) as count from mirror_log where refers_to is null and author <> @reader and number > @since`);
  const selectArrivals = buffer.prepare(
    `select number, said ->> 'arrivedAt' as at from mirror_log order by number desc`,
  );
  /** The number of the last entry that had arrived by then: numbers are given in the order of arrival. */
  const arrivedUntil = (instant: string): number => {
    for (const row of selectArrivals.iterate()) {
      const { number, at } = arrivalRow.parse(row);
      if (at <= microseconds(instant)) return number;
    }
    return 0;
  };
  const selectAfter = buffer.prepare('select said, hash from mirror_log where number > ? order by number limit ?');
  // Of a hundred lines in one go.
  const selectLater = buffer
    .prepare('select said from mirror_log where refers_to in (select value from json_each(?)) order by number')
    .pluck();
  const selectAsking = buffer
    .prepare(`
    select said from mirror_log l where asks = 1 and not exists (
      select 1 from mirror_log d where d.refers_to = l.entry_id and d.act in ('struck', 'finished'))`)
    .pluck();
  const selectOne = buffer
    .prepare(`
    select said from mirror_log where entry_id = coalesce((select refers_to from mirror_log where entry_id = @id), @id)`)
    .pluck();
  const selectHas = buffer.prepare('select 1 from mirror_log where entry_id = ?');
  const selectOldest = buffer.prepare('select min(number) as number from mirror_log');
  const names = createLogNames(buffer);
  const withLater = (said: readonly string[]): LogLine[] => {
    const entries = entriesOf(said);
    const later = entriesOf(saidTexts.parse(selectLater.all(JSON.stringify(entries.map(({ entryId }) => entryId)))));
    const laterOf = Map.groupBy(later, ({ refersTo }) => refersTo);
    return entries.map((entry) => ({
      ...shownEntry(entry),
      later: (laterOf.get(entry.entryId) ?? []).map(shownEntry),
    }));
  };

  return {
    add: buffer.transaction((entries: readonly CopiedEntry[]) => {
      for (const { entry, hash } of entries) {
        const { changes } = insert.run({
          ...{ number: entry.number, entryId: entry.entryId, act: entry.act, refersTo: entry.refersTo },
          ...{ atMs: placeInTime(entry), kind: entry.kind, author: entry.author, place: entry.place, hash },
          ...{ asks: entry.followUp === null ? 0 : 1, tags: JSON.stringify(entry.tags) },
          ...{ said: JSON.stringify(entry), words: wordsOf(entry, labelOf(entry)) },
        });
        if (changes > 0) names.added(entry);
      }
      drop.run(kept);
    }),
    clear: () => {
      names.forget();
      buffer.exec('delete from mirror_log');
    },
    head: () => headRow.optional().parse(selectHead.get()),
    lines: ({ until, since, ...rest }) =>
      withLater(
        linesThat({
          ...rest,
          untilMs: until === null ? null : Date.parse(until),
          sinceNumber: since === null ? null : arrivedUntil(since),
        }),
      ),
    unread: (since, reader) => countRow.parse(selectUnread.get({ since: arrivedUntil(since), reader })).count,
    entriesAfter: (number, limit) => z.array(copiedRow).parse(selectAfter.all(number, limit)),
    followUps: () => withLater(saidTexts.parse(selectAsking.all())),
    line: (entryId) => withLater(saidTexts.parse(selectOne.all({ id: entryId })))[0],
    known: names.known,
    has: (entryId) => selectHas.get(entryId) !== undefined,
    oldest: () => oldestRow.parse(selectOldest.get()).number,
    laptopNumber: names.laptopNumber,
  };
};

/** An entry as screens show it. */
export const shownEntry = ({ authorId: _, laptopId: __, login: ___, ...entry }: LogEntry): ShownEntry => entry;
