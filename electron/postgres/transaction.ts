import type pg from 'pg';
import type { z } from 'zod';
import { asError } from '../lib/as-error.ts';
import type { queryByRows } from './driver.ts';
import {
  type BadRow,
  FestivalDataError,
  parseAnswer,
  parseApartInTurns,
  type RowReader,
  type RowSource,
} from './rows.ts';
import { plannedAnew, type Statement, sql } from './sql.ts';

/** Statements that are asked for without waiting for each other (`pipelined`) are executed in that order. */
export type Transaction = {
  /** Runs a statement and parses every row. @throws FestivalDataError when a row does not fit the schema. */
  rows<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]>;
  /** As `rows`, for thousands of them: each is made while the next ones are still on their way, and nothing else is kept. */
  read<Row>(reader: RowReader<Row>, statement: Statement): Promise<Row[]>;
  /** As `rows`, for a statement that returns exactly one row. */
  row<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>>;
  /** As `rows`, for a statement that returns one row or none. */
  maybeRow<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S> | undefined>;
  /**
   * As `rows`, for rows that others may have written: each is parsed for itself, and one that does not fit is set aside
   * and named instead of failing the statement (docs/detection.md, "Rows set aside"). `spare` reads what it can of such a row.
   */
  fittingRows<S extends z.ZodType>(
    schema: S,
    statement: Statement,
    source: RowSource,
    spare?: z.ZodType<z.output<S>>,
  ): Promise<z.output<S>[]>;
  /** Runs a statement for its effect and returns the number of rows it touched. */
  run(statement: Statement): Promise<number>;
  /** Runs work that may fail without losing the transaction: its statements are undone when it throws. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs work on rows that may be thousands by plans that read each table once, and not once for each row of another:
   * where the server's statistics are from before they came, it takes thousands for one (docs/decisions/0052). Not for a
   * few rows of a large table.
   */
  inBulk<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs a statement as it is and returns columns and text values, for results shown to people. One statement: a text
   * with several of them, such as "commit; delete …", is refused by the server.
   */
  table(statement: Statement): Promise<{ columns: string[]; rows: unknown[][] }>;
};

/** Sends one statement on the transaction's connection. */
export type Send = (
  statement: Statement,
  options?: { rowMode?: 'array'; take?: Parameters<typeof queryByRows>[2] },
) => Promise<pg.QueryResult>;

/**
 * What a unit of work asks its transaction with.
 * @param bad takes rows that were set aside, to be noted when the transaction has ended
 */
export const transactionOn = (send: Send, bad: BadRow[]): Transaction => {
  const rows: Transaction['rows'] = async (schema, statement) => parseAnswer(schema, await send(statement), statement);
  let savepoints = 0;
  return {
    rows,
    read: (reader, statement) => readRows(reader, statement, send),
    row: async (schema, statement) =>
      parseAnswer(schema, await send(statement), statement, 1)[0] as z.output<typeof schema>,
    maybeRow: async (schema, statement) => (await rows(schema, statement))[0],
    fittingRows: async (schema, statement, source, spare) => {
      const parsed = await parseApartInTurns(schema, (await send(statement)).rows, source, spare);
      bad.push(...parsed.bad);
      return parsed.good;
    },
    run: async (statement) => (await send(statement)).rowCount ?? 0,
    savepoint: async (work) => {
      savepoints += 1;
      // A name cannot be bound; it is ours and a number.
      const name = `regie_${savepoints}`;
      // Neither is waited for: where one of them fails, so does every statement after it.
      send({ text: `savepoint ${name}`, values: [] }).catch(() => undefined);
      try {
        const result = await work();
        send({ text: `release savepoint ${name}`, values: [] }).catch(() => undefined);
        return result;
      } catch (error) {
        await send({ text: `rollback to savepoint ${name}`, values: [] });
        throw error;
      }
    },
    inBulk: (work) => inBulk(work, send, bad),
    table: async (statement) => {
      const result = await send(statement, { rowMode: 'array' });
      return { columns: result.fields.map((field) => field.name), rows: result.rows };
    },
  };
};

/** Rows that are looked up one by one, by their keys. */
const FEW = 50;

/** Work on so many rows: `inBulk` where they are many. */
export const onRows = <T>(tx: Transaction, count: number, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  count > FEW ? tx.inBulk(work) : work(tx);

const inBulk = async <T>(work: (tx: Transaction) => Promise<T>, send: Send, bad: BadRow[]): Promise<T> => {
  const nestedLoops = (setting: 'on' | 'off'): void => {
    // Not waited for: where it fails, so does every statement after it.
    send(sql`select set_config('enable_nestloop', ${setting}, true)`).catch(() => undefined);
  };
  nestedLoops('off');
  try {
    // A plan that was kept under the statement's name was made with them.
    const tx = transactionOn((statement, options) => send(plannedAnew(statement), options), bad);
    return await work({ ...tx, inBulk: (more) => more(tx) });
  } finally {
    nestedLoops('on');
  }
};

const readRows = async <Row>(reader: RowReader<Row>, statement: Statement, send: Send): Promise<Row[]> => {
  const made: Row[] = [];
  let problem: string | undefined;
  await send(statement, {
    take: (row, fields) => {
      if (problem !== undefined) return;
      try {
        if (made.length === 0) checkColumns(reader, fields);
        made.push(reader.read(row));
      } catch (error) {
        problem = `row ${made.length}: ${asError(error).message}`;
      }
    },
  });
  if (problem !== undefined) throw new FestivalDataError(`${problem} (${statement.text.trim().split('\n', 1)[0]})`);
  return made;
};

const checkColumns = ({ columns }: RowReader<unknown>, fields: readonly pg.FieldDef[]): void => {
  const got = fields.map(({ name }) => name).join(', ');
  if (got !== columns.join(', ')) throw new FestivalDataError(`the columns are ${got}, not ${columns.join(', ')}`);
};
