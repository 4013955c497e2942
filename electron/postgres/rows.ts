import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { type Cents, cents, parseCents } from '../../shared/domain/money.ts';
import { isRowId, type RowId } from '../../shared/domain/row-id.ts';
import type { Statement } from './sql.ts';

/**
 * Schemas for columns as they arrive from Postgres. The pool hands every value over as Postgres's own text, except
 * booleans, int2/int4, float8 and json (see pool.ts), so that no number loses a digit and no time a microsecond.
 */

/** An id of a row, all of its 64 bits. One step, because a cycle reads thousands. */
export const idColumn = z.string().transform((text, context): RowId => {
  if (isRowId(text)) return text;
  context.addIssue({ code: 'custom', message: `not an id: "${text}"` });
  return z.NEVER;
});

const safeInteger = (what: string) =>
  z.string().transform((text, context): number => {
    const value = safeIntegerIn(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `not ${what} below 2^53: "${text}"` });
    return z.NEVER;
  });
const safeIntegerIn = (text: string): number | undefined => {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
};

/** A count(*): there are never 2^53 rows. */
export const countColumn = safeInteger('a count');

/** A number that Regie itself counts up (arrivals, terms, rows of the audit trail): a million a second fill 285 years. */
export const serialColumn = safeInteger('a number of our own');

/** A bigint of cents, as the ledger keeps them: what is no safe integer is refused, never rounded. */
export const bigCentsColumn = safeInteger('an amount in cents').transform(cents);

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
export const microsColumn = safeInteger('a time');

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
 * Makes a row of its columns, which stand in this order in the statement. For what is read by the ten thousand: a schema
 * makes three objects of each row where this makes one.
 */
export type RowReader<Row> = {
  readonly columns: readonly string[];
  /** @throws FestivalDataError for a column that does not fit. */
  read(row: readonly unknown[]): Row;
};

/** Columns of a row that is read by its places (`RowReader`), each as the schema of the same name has it. */
export const columnOf = {
  text: (row: readonly unknown[], at: number): string => {
    const value = row[at];
    return typeof value === 'string' ? value : misfit(value, at, 'a text');
  },
  textOrNull: (row: readonly unknown[], at: number): string | null => (isNull(row, at) ? null : columnOf.text(row, at)),
  boolean: (row: readonly unknown[], at: number): boolean => {
    const value = row[at];
    return typeof value === 'boolean' ? value : misfit(value, at, 'a boolean');
  },
  id: (row: readonly unknown[], at: number): RowId => {
    const value = row[at];
    return typeof value === 'string' && isRowId(value) ? value : misfit(value, at, 'an id');
  },
  integer: (row: readonly unknown[], at: number): number => {
    const value = row[at];
    return (typeof value === 'string' ? safeIntegerIn(value) : undefined) ?? misfit(value, at, 'a number below 2^53');
  },
  centsOrNull: (row: readonly unknown[], at: number): Cents | null => {
    if (isNull(row, at)) return null;
    try {
      return parseCents(columnOf.text(row, at));
    } catch {
      return misfit(row[at], at, 'an amount');
    }
  },
};
const isNull = (row: readonly unknown[], at: number): boolean => row[at] === null;
const misfit = (value: unknown, at: number, wanted: string): never => {
  throw new FestivalDataError(`column ${at}: not ${wanted}: ${JSON.stringify(value)}`);
};

/** Keeps one of each word that stands in most rows, so that thousands of copies are forgotten at once. */
export const createWordStore = (most: number): ((word: string) => string) => {
  const words = new Map<string, string>();
  return (word) => {
    const kept = words.get(word);
    if (kept !== undefined) return kept;
    if (words.size >= most) words.clear();
    words.set(word, word);
    return word;
  };
};

/**
 * Hears of every answer before its rows are parsed. Tests compare the types of its columns with the schema, so that what
 * was NULL in all of them is known to fit as well (testing/column-types.ts).
 */
export const answers: { heard?: (schema: z.ZodType, fields: readonly pg.FieldDef[], statement: Statement) => void } =
  {};

/**
 * Parses what a statement returned. @throws FestivalDataError naming the row, the column and the statement when one
 * does not fit, or when there are not exactly as many rows as asked for.
 */
export const parseAnswer = <S extends z.ZodType>(
  schema: S,
  { rows, fields }: pg.QueryResult,
  statement: Statement,
  exactly?: number,
): z.output<S>[] => {
  answers.heard?.(schema, fields, statement);
  const where = `(${statement.text.trim().split('\n', 1)[0]})`;
  if (exactly !== undefined && rows.length !== exactly) {
    throw new FestivalDataError(`expected ${exactly} row, got ${rows.length} ${where}`);
  }
  const parsed = z.array(schema).safeParse(rows);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new FestivalDataError(`row ${issue?.path.join('.')}: ${issue?.message} ${where}`);
};

/** Where rows come from that others may have written, and which column names one of them. */
export type RowSource = { readonly name: string; readonly id: string };
/** A row that could not be read; `console.set_aside` keeps it. */
export type BadRow = {
  readonly source: string;
  readonly rowId: string;
  readonly column: string;
  readonly reason: 'amount_not_a_number' | 'amount_out_of_range' | 'id_out_of_range' | 'unreadable';
  readonly value: string | null;
  /** For the log: its id, the column and what is wrong with it. */
  readonly why: string;
};

/**
 * Parses rows that others may have written, each for itself: one that does not fit is set aside and the others are read.
 * All at once where all of them fit, which costs nothing more than `parseAnswer`.
 * @param spare reads what it can of a row that does not fit: it is named as set aside and shown all the same
 */
const parseApart = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
  source: RowSource,
  spare?: z.ZodType<z.output<S>>,
): { good: z.output<S>[]; bad: BadRow[] } => {
  const whole = z.array(schema).safeParse(rows);
  if (whole.success) return { good: whole.data, bad: [] };
  const good: z.output<S>[] = [];
  const bad: BadRow[] = [];
  for (const row of rows) {
    const one = schema.safeParse(row);
    if (one.success) {
      good.push(one.data);
      continue;
    }
    bad.push(badRow(row, source, one.error.issues[0]));
    const rest = spare?.safeParse(row);
    if (rest?.success) good.push(rest.data);
  }
  return { good, bad };
};

/** As `parseApart`, some rows at a time: others decide how many there are, and how long each of them takes. */
export const parseApartInTurns = async <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
  source: RowSource,
  spare?: z.ZodType<z.output<S>>,
): Promise<{ good: z.output<S>[]; bad: BadRow[] }> => {
  const good: z.output<S>[] = [];
  const bad: BadRow[] = [];
  let began = performance.now();
  for (let at = 0; at < rows.length; at += ROWS_AT_A_TIME) {
    if (performance.now() - began > TURN_MS) {
      await nextTurn();
      began = performance.now();
    }
    const some = parseApart(schema, rows.slice(at, at + ROWS_AT_A_TIME), source, spare);
    for (const row of some.good) good.push(row);
    bad.push(...some.bad);
  }
  return { good, bad };
};

const ROWS_AT_A_TIME = 20;
const TURN_MS = 10;

const REASONS: readonly { begins: string; reason: BadRow['reason'] }[] = [
  { begins: 'not an amount in cents', reason: 'amount_out_of_range' },
  { begins: 'not an amount', reason: 'amount_not_a_number' },
  { begins: 'not an id', reason: 'id_out_of_range' },
];

const badRow = (row: unknown, source: RowSource, issue: z.core.$ZodIssue | undefined): BadRow => {
  const column = String(issue?.path[0] ?? '*');
  const message = issue?.message ?? '';
  return {
    source: source.name,
    rowId: shortly(valueIn(row, source.id)) ?? '',
    column,
    reason: REASONS.find(({ begins }) => message.startsWith(begins))?.reason ?? 'unreadable',
    value: shortly(valueIn(row, column)),
    why: `${source.name}: ${source.id} ${shortly(valueIn(row, source.id)) ?? ''}: ${column} ${
      shortly(valueIn(row, column)) ?? ''
    }: ${message}`.slice(0, 600),
  };
};

const valueIn = (row: unknown, column: string): unknown =>
  typeof row === 'object' && row !== null ? (row as Readonly<Record<string, unknown>>)[column] : undefined;
const shortly = (value: unknown): string | null =>
  value === undefined || value === null
    ? null
    : // A character may be of two units; what is much longer than what is kept is not taken apart.
      Array.from((typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 400))
        .slice(0, 200)
        .join('');
