import { z } from 'zod';
import { type Cents, parseCents } from '../../shared/domain/money.ts';
import type { Statement } from './sql.ts';

/**
 * Schemas for columns as they arrive from Postgres. The pool hands every value over as Postgres's own text, except
 * booleans, int2/int4, float8 and json (see pool.ts), so that no number loses a digit and no time a microsecond.
 */

/** A bigint id: text to a safe integer. One step, because a cycle reads thousands. */
export const idColumn = z.string().transform((text, context): number => {
  const id = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  context.addIssue({ code: 'custom', message: `not an id below 2^53: "${text}"` });
  return z.NEVER;
});

/** A count(*) or sum of integers. */
export const countColumn = idColumn;

/** A numeric(10,2): text to integer cents. */
export const centsColumn = z.string().transform((text, context): Cents => {
  try {
    return parseCents(text);
  } catch {
    context.addIssue({ code: 'custom', message: `not an amount: "${text}"` });
    return z.NEVER;
  }
});

/** Microseconds since 1970 as selected with `(extract(epoch from t) * 1000000)::bigint`: a safe integer until 2255. */
export const microsColumn = idColumn;

/** A timestamptz as Postgres prints it in UTC, to an ISO 8601 instant with its microseconds kept. */
export const instantColumn = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/)
  .transform((text) => `${text.slice(0, -3).replace(' ', 'T')}Z`);

/** A row of the festival's database that does not look as docs/festival-schema.md says. */
export class FestivalDataError extends Error {
  override readonly name = 'FestivalDataError';
}

/**
 * Parses row by row what a statement returned, for whoever follows what others write: one that does not fit is set aside
 * and named, and the others count. Whoever could write one would otherwise stop every console with it.
 */
export const parseEachRow = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
  { statement, onBadRow }: { statement: Statement; onBadRow: (why: FestivalDataError) => void },
): z.output<S>[] => {
  const where = `(${statement.text.trim().split('\n', 1)[0]})`;
  return rows.flatMap((row) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0];
    const names = namesOf(row).slice(0, NAMED);
    onBadRow(new FestivalDataError(`${names}: ${issue?.path.join('.')}: ${issue?.message} ${where}`.slice(0, 600)));
    return [];
  });
};

const NAMED = 200;

/** What a row is called: its ids. */
const namesOf = (row: unknown): string =>
  typeof row === 'object' && row !== null
    ? Object.entries(row)
        .filter(([column, value]) => column.endsWith('id') && typeof value === 'string')
        .map(([column, value]) => `${column} ${String(value).slice(0, 60)}`)
        .join(', ')
    : 'a row';

/**
 * Parses what a statement returned. @throws FestivalDataError naming the row, the column and the statement when one
 * does not fit, or when there are not exactly as many rows as asked for.
 */
export const parseRows = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
  statement: Statement,
  exactly?: number,
): z.output<S>[] => {
  const where = `(${statement.text.trim().split('\n', 1)[0]})`;
  if (exactly !== undefined && rows.length !== exactly) {
    throw new FestivalDataError(`expected ${exactly} row, got ${rows.length} ${where}`);
  }
  const parsed = z.array(schema).safeParse(rows);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new FestivalDataError(`row ${issue?.path.join('.')}: ${issue?.message} ${where}`);
};
