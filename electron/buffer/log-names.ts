import { z } from 'zod';
import type { LogEntry } from '../../shared/domain/log.ts';
import type { Buffer } from './buffer.ts';

/** By what the log can be filtered. */
export type LogNames = { readonly authors: string[]; readonly places: string[]; readonly tags: string[] };

const nameRow = z.object({ name: z.string() });
const numberRow = z.object({ number: z.int() });

/** By its own index: a laptop's first entry after a start waits for it. */
export const LAPTOP_NUMBER = `
  select coalesce(max(said ->> 'laptopNumber'), 0) as number from mirror_log where said ->> 'laptopId' = ?`;

/**
 * What is asked for with every answer and every entry, over all entries: counted once, and kept up with what is added. With
 * 50,000 entries counting takes longer than a keystroke may.
 */
export const createLogNames = (buffer: Buffer) => {
  const selectAuthors = buffer.prepare('select distinct author as name from mirror_log');
  const selectPlaces = buffer.prepare('select distinct place as name from mirror_log where place is not null');
  const selectTags = buffer.prepare('select distinct t.value as name from mirror_log l, json_each(l.tags) t');
  const selectNumber = buffer.prepare(LAPTOP_NUMBER);
  const names = (statement: typeof selectAuthors): Set<string> =>
    new Set(
      z
        .array(nameRow)
        .parse(statement.all())
        .map(({ name }) => name),
    );
  const count = () => ({ authors: names(selectAuthors), places: names(selectPlaces), tags: names(selectTags) });
  let known: ReturnType<typeof count> | null = null;
  const laptopNumbers = new Map<string, number>();
  return {
    added: ({ author, place, tags, laptopId, laptopNumber }: LogEntry): void => {
      known?.authors.add(author);
      if (place !== null) known?.places.add(place);
      for (const tag of tags) known?.tags.add(tag);
      const highest = laptopNumbers.get(laptopId);
      if (highest !== undefined) laptopNumbers.set(laptopId, Math.max(highest, laptopNumber));
    },
    forget: (): void => {
      known = null;
      laptopNumbers.clear();
    },
    known: (): LogNames => {
      known ??= count();
      return { authors: [...known.authors].sort(), places: [...known.places].sort(), tags: [...known.tags].sort() };
    },
    /** The highest number that a laptop gave itself. */
    laptopNumber: (laptopId: string): number => {
      const found = laptopNumbers.get(laptopId) ?? numberRow.parse(selectNumber.get(laptopId)).number;
      laptopNumbers.set(laptopId, found);
      return found;
    },
  };
};
