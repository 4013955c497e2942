import { z } from 'zod';

/**
 * The id of a row that others number: of the festival's logs, of monitoring_events, of an incident (its first event's).
 * A bigint of Postgres as its own decimal text, never a number: of 64 bits a double keeps 53, and a festival whose
 * sequences are sharded or made of times uses all of them.
 */
export type RowId = string & z.$brand<'RowId'>;

const CANONICAL = /^(?:0|-?[1-9]\d{0,18})$/;
const HIGHEST = '9223372036854775807';
const LOWEST = '-9223372036854775808';

/** Whether a text is a bigint exactly as Postgres prints it. */
export const isRowId = (text: string): text is RowId =>
  // Of the greatest length the order of the texts is that of the numbers.
  CANONICAL.test(text) &&
  (text.startsWith('-') ? text.length < 20 || text <= LOWEST : text.length < 19 || text <= HIGHEST);

/** @throws RangeError for what is no integer of 64 bits, and for a number that may have lost digits. */
export const rowId = (value: bigint | number | string): RowId => {
  const text = String(value);
  if ((typeof value !== 'number' || Number.isSafeInteger(value)) && isRowId(text)) return text;
  throw new RangeError(`not an id: ${text}`);
};

/** An id as it crosses the contract: text in JSON. */
export const rowIdSchema = z.custom<RowId>((value) => typeof value === 'string' && isRowId(value), 'not an id');

/** Sorts ids as the numbers that they are. */
export const compareIds = (a: RowId, b: RowId): number => {
  if (a === b) return 0;
  const negative = a.startsWith('-');
  if (negative !== b.startsWith('-')) return negative ? -1 : 1;
  const greater = a.length === b.length ? a > b : a.length > b.length;
  return greater === negative ? -1 : 1;
};

/** The lower and the higher of two ids. */
export const lowerId = (a: RowId, b: RowId): RowId => (compareIds(a, b) < 0 ? a : b);
export const higherId = (a: RowId, b: RowId): RowId => (compareIds(a, b) < 0 ? b : a);

/** No id is lower, none higher. */
export const LOWEST_ID = rowId(LOWEST);
export const HIGHEST_ID = rowId(HIGHEST);

/** The id before and after one: where ranges begin and end. The last one at either end is followed by itself. */
export const idBefore = (id: RowId): RowId => (id === LOWEST_ID ? id : rowId(BigInt(id) - 1n));
export const idAfter = (id: RowId): RowId => (id === HIGHEST_ID ? id : rowId(BigInt(id) + 1n));

/**
 * An id in JSON that somebody else may have written: as text, or as a number that has kept all its digits.
 * @returns null for anything else
 */
export const idIn = (value: unknown): RowId | null =>
  typeof value === 'string'
    ? isRowId(value)
      ? value
      : null
    : typeof value === 'number' && Number.isSafeInteger(value)
      ? rowId(value)
      : null;
