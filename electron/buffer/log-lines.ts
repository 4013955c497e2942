import { z } from 'zod';
import type { LogFilter } from '../../shared/contract/log.ts';
import type { Buffer } from './buffer.ts';
import { matchOf } from './match-words.ts';

/** More entries than are looked up one by one in some milliseconds. */
const MANY = 1_000;
const numbers = z.array(z.int());
const said = z.array(z.string());

type Asked = Pick<LogFilter, 'words' | 'kind' | 'tag' | 'author' | 'place' | 'open' | 'limit'> & {
  readonly untilMs: number | null;
  /** Only entries with a higher number. */
  readonly sinceNumber: number | null;
};

/**
 * The first entries that fit, the newest first, one more than `limit`. What fits is looked up by its words in the first entry
 * and in what was said of it later.
 * @returns each as it is kept, JSON
 */
export const createLogLines = (buffer: Buffer): ((asked: Asked) => readonly string[]) => {
  const linesBy = (index: string, found: string) =>
    buffer
      .prepare(`
      select said from mirror_log l ${index}
      where refers_to is null
        and (@untilMs is null or at_ms <= @untilMs)
        and (@sinceNumber is null or number > @sinceNumber)
        and (@kind is null or kind = @kind)
        and (@author is null or author = @author)
        and (@place is null or place = @place)
        and (@tag is null or exists (select from_tag.value from json_each(l.tags) from_tag where from_tag.value = @tag))
        and (@open = 0 or asks = 1 and not exists (
          select 1 from mirror_log d where d.refers_to = l.entry_id and d.act in ('struck', 'finished')))
        ${found}
      order by at_ms desc, number desc limit @limit`)
      .pluck();
  const selectAll = linesBy('indexed by mirror_log_at', '');
  // Few are looked up one by one and put in order. Of many the newest are soon found on the way down the log: for one that
  // is the way to its end.
  const selectFew = linesBy(
    'not indexed',
    `and number in (
      select coalesce(f.number, m.number) from json_each(@matches) n join mirror_log m on m.number = n.value
      left join mirror_log f on f.entry_id = m.refers_to)`,
  );
  const selectMany = linesBy(
    'indexed by mirror_log_at',
    `and number in (
      select rowid from mirror_log_words where mirror_log_words match @words
      union all
      select f.number from mirror_log r indexed by mirror_log_refers join mirror_log f on f.entry_id = r.refers_to
      where r.refers_to is not null
        and r.number in (select rowid from mirror_log_words where mirror_log_words match @words))`,
  );
  const selectMatches = buffer
    .prepare('select rowid from mirror_log_words where mirror_log_words match ? limit ?')
    .pluck();
  return (asked) => {
    const words = matchOf(asked.words);
    const given = { ...asked, open: asked.open ? 1 : 0, limit: asked.limit + 1 };
    if (words === null) return said.parse(selectAll.all(given));
    const matches = numbers.parse(selectMatches.all(words, MANY));
    return said.parse(
      matches.length < MANY
        ? selectFew.all({ ...given, matches: JSON.stringify(matches) })
        : selectMany.all({ ...given, words }),
    );
  };
};
