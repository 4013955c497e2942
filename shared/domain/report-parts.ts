import { z } from 'zod';
import { instantSchema } from './primitives.ts';

/** Parts of a report's schema (report.ts). Amounts are integer cents. */
export const centsIn = z.int();
export const countIn = z.int().min(0);
export const instantIn = instantSchema;

/** Rows of a list, which has an end however large a festival is: `left` says how many are not in it. */
export const listOf = <Row extends z.ZodType>(row: Row) => z.strictObject({ rows: z.array(row), left: countIn });
export type ListOf<Row> = { rows: Row[]; left: number };

/** The first rows of what may be many. @param all how many there are, where more are known of than were read */
export const firstOf = <Row>(rows: readonly Row[], most: number, all = rows.length): ListOf<Row> => ({
  rows: rows.slice(0, most),
  left: Math.max(0, all - Math.min(rows.length, most)),
});
