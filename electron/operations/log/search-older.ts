import { z } from 'zod';
import type { LogFilter } from '../../../shared/contract/log.ts';
import { GROUPED_CARD, ungrouped } from '../../../shared/domain/grouped-card.ts';
import { type LogEntry, type LogLine, logEntrySchema } from '../../../shared/domain/log.ts';
import { shownEntry } from '../../buffer/log-copy.ts';
import { containing } from '../../postgres/like.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

const LINES = 200;
/** A card's id that may stand in groups of four in a text. */
const LONG_ID = /^(?=.*\d)[\dA-F]{9,48}$/i;
const saidRow = z.object({ said: logEntrySchema });

/**
 * Lines of the festival's log that are older than a laptop's copy, the newest first. The first text is searched, and its
 * words anywhere in it: what the copy has is found there.
 */
export const searchOlder = (
  database: FestivalDatabase,
  { words, kind, tag, author, place }: Pick<LogFilter, 'words' | 'kind' | 'tag' | 'author' | 'place'>,
  before: number,
): Promise<LogLine[]> => {
  const typed = words
    .replace(GROUPED_CARD, ungrouped)
    .split(/\s+/)
    .filter((word) => word !== '' && !word.includes('\0'));
  const patterns = typed.filter((word) => !LONG_ID.test(word)).map(containing);
  const ids = typed.filter((word) => LONG_ID.test(word)).map(containing);
  return database.read(async (tx) => {
    const found = await tx.fittingRows(
      saidRow,
      // By primary key, downwards, until there are enough: on request, and of a log that is longer than any copy.
      sql`/* regie:log */
        select e.number::text as number, console.log_said(e) as said from console.log_entries e
        where e.number < ${before}::bigint and e.refers_to is null
          and (${kind}::text is null or e.kind = ${kind})
          and (${tag}::text is null or ${tag} = any (e.tags))
          and (${author}::text is null or e.author = ${author})
          and (${place}::text is null or e.place = ${place})
          and concat_ws(' ', e.text, e.place, array_to_string(e.tags, ' '), e.author, e.laptop || '·' || e.laptop_number,
            e.number) ilike all (${patterns}::text[])
          and replace(concat_ws('|', e.text, e.place, array_to_string(e.tags, '|')), ' ', '') ilike all (${ids}::text[])
        order by e.number desc limit ${LINES}`,
      { name: 'log_entries', id: 'number' },
    );
    const entries = found.map(({ said }) => said.entryId);
    const later = await tx.fittingRows(
      saidRow,
      sql`/* regie:log */
        select e.number::text as number, console.log_said(e) as said from console.log_entries e
        where e.refers_to = any (${entries}::uuid[]) order by e.number`,
      { name: 'log_entries', id: 'number' },
    );
    const ofEntry = (entry: LogEntry) => later.filter(({ said }) => said.refersTo === entry.entryId);
    return found.map(({ said }) => ({
      ...shownEntry(said),
      later: ofEntry(said).map((one) => shownEntry(one.said)),
    }));
  });
};
