import { csvRow } from '../../../shared/domain/csv.ts';
import { type LogEntry, labelOf } from '../../../shared/domain/log.ts';
import type { CopiedEntry, LogCopy } from '../../buffer/log-copy.ts';
import { FIRST_LOG_HASH } from './log-hash.ts';

/** Some milliseconds of the main thread. */
const PAGE = 500;

/** A piece of an exported log. */
export type LogPage = { readonly text: string; readonly next: number | null; readonly entries: number };

/** The copy as a file, a page at a time (docs/log.md, "Out of it"). */
export const exportLog = (
  copy: Pick<LogCopy, 'entriesAfter' | 'head'>,
  { format, after, at }: { format: 'csv' | 'jsonl'; after: number; at: string },
): LogPage => {
  const found = copy.entriesAfter(after, PAGE);
  const [oldest] = found;
  const first = after === 0;
  // A laptop that has not everything begins behind its oldest entry, whose hash the next one is computed over.
  const isBase = first && oldest !== undefined && oldest.entry.number > 1;
  const entries = isBase ? found.slice(1) : found;
  const last = found.at(-1);
  const next = found.length === PAGE && last !== undefined ? last.entry.number : null;
  const text =
    format === 'csv'
      ? [first ? csvHead() : '', ...entries.map(csvLine)]
      : [
          first ? jsonHead(isBase ? oldest.hash : FIRST_LOG_HASH, at) : '',
          ...entries.map(jsonLine),
          next === null ? jsonEnd(copy.head() ?? NO_ENTRY) : '',
        ];
  return { text: text.join(''), next, entries: entries.length };
};
const NO_ENTRY = { number: 0, hash: FIRST_LOG_HASH };

/** The first line of an exported log: what the hash of its first entry is computed over. */
const jsonHead = (previousHash: string, exportedAt: string): string =>
  `${JSON.stringify({ regie: 'incident log', version: 1, previousHash, exportedAt })}\n`;
const jsonLine = ({ entry, hash }: CopiedEntry): string => `${JSON.stringify({ entry, hash })}\n`;
/** The last line: without it an export that was cut short would be a valid shorter one. */
const jsonEnd = (head: { readonly number: number; readonly hash: string }): string => `${JSON.stringify({ head })}\n`;

const COLUMNS: readonly (readonly [string, (entry: LogEntry) => string | number | null])[] = [
  ['number', ({ number }) => number],
  ['label', labelOf],
  ['act', ({ act }) => act],
  ['kind', ({ kind }) => kind],
  ['importance', ({ importance }) => importance],
  ['occurred_at', ({ occurredAt }) => occurredAt],
  ['entered_at', ({ enteredAt }) => enteredAt],
  ['clock_offset_ms', ({ clockOffsetMs }) => clockOffsetMs],
  ['arrived_at', ({ arrivedAt }) => arrivedAt],
  ['author', ({ author }) => author],
  ['role', ({ role }) => role],
  ['laptop', ({ laptop }) => laptop],
  ['place', ({ place }) => place],
  ['tags', ({ tags }) => tags.join(' ')],
  ['text', ({ text }) => text],
  ['options', ({ decision }) => decision?.options ?? null],
  ['why', ({ decision }) => decision?.why ?? null],
  ['agreed', ({ decision }) => decision?.agreed ?? null],
  ['follow_up_who', ({ followUp }) => followUp?.who ?? null],
  ['follow_up_by', ({ followUp }) => followUp?.by ?? null],
  ['late_reason', ({ lateReason }) => lateReason],
  ['mentions', ({ mentions }) => mentions.join(' ')],
  ['links', ({ links }) => links.map(({ kind, id }) => `${kind}:${id}`).join(' ')],
  ['attachments', ({ attachments }) => attachments.map(({ name }) => name).join(' ')],
  ['entry_id', ({ entryId }) => entryId],
  ['refers_to', ({ refersTo }) => refersTo],
];

const csvHead = (): string => `\uFEFF${csvRow([...COLUMNS.map(([name]) => name), 'hash'])}`;
const csvLine = ({ entry, hash }: CopiedEntry): string => csvRow([...COLUMNS.map(([, cellOf]) => cellOf(entry)), hash]);
