import { z } from 'zod';
import type { FoundCards } from '../../../shared/contract/cards.ts';
import { type CardIdReadings, compactCardId, SHORTEST_ENDING } from '../../../shared/domain/card-id.ts';
import { endingWith } from '../../postgres/like.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

/** More are not shown: somebody types more of the id. */
const CARDS_FOUND = 10;

/** Of the ids that end like a reading, those that are one, and the others. */
export const sortFound = (ids: readonly string[], { exact, compact }: CardIdReadings): FoundCards => {
  const isSame = (id: string): boolean => compact.includes(compactCardId(id));
  // As it was read before any other form of it.
  const rank = (id: string): number => (exact.includes(id) ? exact.indexOf(id) : exact.length);
  return {
    same: ids.filter(isSame).sort((a, b) => rank(a) - rank(b)),
    ending: ids.filter((id) => !isSame(id)).slice(0, CARDS_FOUND),
  };
};

/** Patterns of `like` for ids that end like a reading. */
export const endings = ({ compact }: CardIdReadings): readonly string[] =>
  compact.filter((id) => id.length >= SHORTEST_ENDING).map(endingWith);

const idRow = z.object({ id: z.string() });

/**
 * Cards whose id may be meant by what was read. Asked only where no card has that very id.
 * @throws the driver's error when the festival's database does not answer.
 */
export const findCards = (database: FestivalDatabase, readings: CardIdReadings): Promise<FoundCards> =>
  database.read(async (tx) => {
    const exact = await tx.rows(
      idRow,
      // By primary key: what a reader sends in another form is nearly always one of these.
      sql`/* regie:card */ select id from public.table_cards where id = any(${readings.exact}::text[])`,
    );
    const patterns = endings(readings);
    if (exact.length > 0 || patterns.length === 0)
      return sortFound(
        exact.map(({ id }) => id),
        readings,
      );
    const found = await tx.rows(
      idRow,
      // Reads every card's id, once for each id that nobody has.
      sql`/* regie:card */
        select id from public.table_cards
        where translate(upper(id), E' \t:-', '') like any(${patterns}::text[])
        order by length(id), id
        limit ${CARDS_FOUND + 1}`,
    );
    return sortFound(
      found.map(({ id }) => id),
      readings,
    );
  });
