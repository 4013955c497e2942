import pg from 'pg';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { driverOptions } from './connection-settings.ts';
import { type Statement, sql } from './sql.ts';

export type Transaction = {
  /** Runs a statement and parses every row. @throws FestivalDataError when a row does not fit the schema. */
  rows<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]>;
  /** As `rows`, for a statement that returns exactly one row. */
  row<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>>;
  /** As `rows`, for a statement that returns one row or none. */
  maybeRow<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S> | undefined>;
  /** Runs a statement for its effect and returns the number of rows it touched. */
  run(statement: Statement): Promise<number>;
  /** Runs work that may fail without losing the transaction: its statements are undone when it throws. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a statement as it is and returns columns and text values, for results shown to people. */
  table(statement: Statement): Promise<{ columns: string[]; rows: unknown[][] }>;
};

export type Isolation = 'read committed' | 'repeatable read';

/** The festival's Postgres as the rest of the core sees it. */
export type FestivalDatabase = {
  /** One read-only snapshot (REPEATABLE READ). */
  read<T>(work: (tx: Transaction) => Promise<T>, limits?: Limits): Promise<T>;
  /** One transaction, committed when `work` returns and rolled back when it throws. */
  write<T>(work: (tx: Transaction) => Promise<T>, options?: Limits & { isolation?: Isolation }): Promise<T>;
  close(): Promise<void>;
};

/** Bounds of one unit of work, in milliseconds. */
export type Limits = { statementTimeoutMs?: number };

export type PoolOptions = {
  settings: ConnectionSettings;
  /** Shown to a DBA in pg_stat_activity: `regie/<laptop>`. */
  applicationName: string;
  /** Connections at most. */
  size: number;
  statementTimeoutMs?: number;
  onError?: (error: Error) => void;
};

/** A row of the festival's database that does not look as festival-schema.md says. */
export class FestivalDataError extends Error {
  override readonly name = 'FestivalDataError';
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 3_000;
const IDLE_IN_TRANSACTION_MS = 30_000;

const { builtins, getTypeParser } = pg.types;
const KEPT = new Set<number>([
  builtins.BOOL,
  builtins.INT2,
  builtins.INT4,
  builtins.FLOAT4,
  builtins.FLOAT8,
  builtins.JSON,
  builtins.JSONB,
]);

/** Everything that could lose digits or microseconds stays text; rows.ts parses it. */
export const textTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    KEPT.has(oid) || format === 'binary'
      ? getTypeParser(oid, format as 'text')
      : (value: string) => value) as typeof getTypeParser,
};

/** Opens a pool on the festival's Postgres. Connections are made when first needed; nothing is tried here. */
export const openFestivalDatabase = (options: PoolOptions): FestivalDatabase => {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new pg.Pool({
    ...driverOptions(options.settings),
    max: options.size,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: '-c timezone=UTC -c datestyle=ISO',
    types: textTypes,
  });
  pool.on('error', (error) => options.onError?.(error));

  const withTransaction = async <T>(begin: Statement, limits: Limits, work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    // A connection that swallows bytes answers nothing: give the server its timeout, then a little, then drop the socket.
    const queryTimeoutMs = (limits.statementTimeoutMs ?? statementTimeoutMs) + 2_000;
    const send = (statement: Statement) =>
      client.query({ text: statement.text, values: [...statement.values], query_timeout: queryTimeoutMs } as pg.QueryConfig);
    let broken: Error | undefined;
    try {
      await send(begin);
      if (limits.statementTimeoutMs !== undefined) {
        await send(sql`select set_config('statement_timeout', ${String(limits.statementTimeoutMs)}, true)`);
      }
      const result = await work(transactionOn(client, send));
      await send(sql`commit`);
      return result;
    } catch (error) {
      try {
        await send(sql`rollback`);
      } catch (rollbackError) {
        broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
      }
      throw error;
    } finally {
      if (broken) destroySocket(client);
      client.release(broken);
    }
  };

  return {
    read: (work, limits = {}) => withTransaction(sql`begin isolation level repeatable read read only`, limits, work),
    write: (work, { isolation = 'read committed', ...limits } = {}) =>
      withTransaction(
        isolation === 'repeatable read' ? sql`begin isolation level repeatable read` : sql`begin isolation level read committed`,
        limits,
        work,
      ),
    close: () => pool.end(),
  };
};

const transactionOn = (client: pg.PoolClient, send: (statement: Statement) => Promise<pg.QueryResult>): Transaction => {
  const rows = async <S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]> => {
    const result = await send(statement);
    const parsed = z.array(schema).safeParse(result.rows);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new FestivalDataError(
      `row ${issue?.path.join('.')}: ${issue?.message} (${statement.text.trim().split('\n', 1)[0]})`,
    );
  };
  let savepoints = 0;
  return {
    rows,
    row: async (schema, statement) => {
      const found = await rows(schema, statement);
      const [first] = found;
      if (found.length !== 1 || first === undefined) {
        throw new FestivalDataError(`expected one row, got ${found.length} (${statement.text.trim().split('\n', 1)[0]})`);
      }
      return first;
    },
    maybeRow: async (schema, statement) => (await rows(schema, statement))[0],
    run: async (statement) => (await send(statement)).rowCount ?? 0,
    savepoint: async (work) => {
      savepoints += 1;
      const name = `regie_${savepoints}`;
      await client.query(`savepoint ${name}`);
      try {
        const result = await work();
        await client.query(`release savepoint ${name}`);
        return result;
      } catch (error) {
        await client.query(`rollback to savepoint ${name}`);
        throw error;
      }
    },
    table: async (statement) => {
      const result = await client.query({ text: statement.text, values: [...statement.values], rowMode: 'array' });
      return { columns: result.fields.map((field) => field.name), rows: result.rows };
    },
  };
};

/** After a timeout on a silent network `end()` would wait as well: the socket itself must go (pitfalls.md). */
const destroySocket = (client: pg.PoolClient): void => {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
};
