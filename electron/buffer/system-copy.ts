import { z } from 'zod';
import type { LogFilter } from '../../shared/contract/log.ts';
import { type SystemLine, systemLineSchema } from '../../shared/domain/log-system.ts';
import { systemWords } from '../../shared/i18n/system-words.ts';
import type { Buffer } from './buffer.ts';
import { matchOf } from './match-words.ts';

export type SystemSource = 'audit' | 'delivery' | 'term' | 'link';

/** The laptop's copy of what the console records of itself (docs/log.md, "System lines"). */
export type SystemCopy = {
  /** Adds what is new, each once; `id` says how far the source is copied. @returns whether anything was */
  add(source: SystemSource, lines: readonly { readonly id: number; readonly line: SystemLine }[]): boolean;
  /** How far a source is copied; 0 where it is not. */
  head(source: SystemSource): number;
  clear(): void;
  /** Lines that fit, the newest first; one more than `limit` says that there are more. */
  lines(filter: Pick<LogFilter, 'words' | 'author' | 'until' | 'limit'>): SystemLine[];
};

const KEPT = 50_000;
const saidRow = z.object({ said: z.string() }).transform(({ said }) => systemLineSchema.parse(JSON.parse(said)));
const headRow = z.object({ id: z.int() });

export const createSystemCopy = (buffer: Buffer, kept = KEPT): SystemCopy => {
  const insert = buffer.prepare(`
    insert into mirror_system_lines (key, source, id, at_ms, actor, said, words)
    values (@key, @source, @id, @atMs, @actor, @said, @words) on conflict do nothing`);
  // The newest of its source stays, whatever it was: it says how far that is copied.
  const drop = buffer.prepare(`
    delete from mirror_system_lines where line <= (select max(line) from mirror_system_lines) - ?
      and line not in (select max(line) from mirror_system_lines group by source)`);
  const selectHead = buffer.prepare('select coalesce(max(id), 0) as id from mirror_system_lines where source = ?');
  const selectLines = buffer.prepare(`
    select said from mirror_system_lines
    where (@until is null or at_ms <= @until)
      and (@author is null or actor = @author)
      and (@words is null or line in (select rowid from mirror_system_words where mirror_system_words match @words))
    order by at_ms desc, line desc limit @limit`);
  return {
    add: buffer.transaction(
      (source: SystemSource, lines: readonly { readonly id: number; readonly line: SystemLine }[]) => {
        let added = 0;
        for (const { id, line } of lines) {
          const { key, at, actor } = line;
          added += insert.run({
            ...{ key, source, id, atMs: Date.parse(at), actor, said: JSON.stringify(line), words: systemWords(line) },
          }).changes;
        }
        if (added > 0) drop.run(kept);
        return added > 0;
      },
    ),
    head: (source) => headRow.parse(selectHead.get(source)).id,
    clear: () => {
      buffer.exec('delete from mirror_system_lines');
    },
    lines: ({ words, author, until, limit }) =>
      z.array(saidRow).parse(
        selectLines.all({
          ...{ author, words: matchOf(words), limit: limit + 1 },
          until: until === null ? null : Date.parse(until),
        }),
      ),
  };
};
