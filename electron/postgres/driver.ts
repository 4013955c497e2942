import pg from 'pg';
import { z } from 'zod';
import { parseBoundedJson } from '../lib/bounded-json.ts';

/** What every session of ours is bounded by, in milliseconds. */
export const BOUNDS = {
  connectMs: 5_000,
  statementMs: 10_000,
  lockMs: 3_000,
  /** Shorter than a lease: what a sleeping laptop has locked is free when another takes over. */
  idleInTransactionMs: 4_000,
  /** Beyond the server's own timeout, before a connection counts as swallowing bytes. */
  answerGraceMs: 2_000,
} as const;

/** Ways of the planner that our statements are measured with. */
const PLANNER = [
  ...['bitmapscan', 'hashagg', 'hashjoin', 'indexonlyscan', 'indexscan', 'material', 'memoize', 'mergejoin'],
  ...['nestloop', 'seqscan', 'sort', 'tidscan'],
];

/**
 * What every session of ours begins with. A login may change what its own role begins with, and where laptops share one,
 * for all of them: what we depend on is said anew at each connection. pg_catalog comes first by itself.
 */
export const SESSION_SETTINGS: pg.QueryConfig = {
  text: `/* regie:connect */ select ${Object.entries({
    role: 'none',
    search_path: 'public, pg_temp',
    row_security: 'on',
    standard_conforming_strings: 'on',
    transform_null_equals: 'off',
    bytea_output: 'hex',
    intervalstyle: 'postgres',
    extra_float_digits: '1',
    quote_all_identifiers: 'off',
    timezone: 'UTC',
    datestyle: 'ISO, MDY',
    array_nulls: 'on',
    default_transaction_isolation: 'read committed',
    default_transaction_deferrable: 'off',
    // Ours are ended by whoever holds them; the bounds of what is running come with the connection.
    idle_session_timeout: '0',
    plan_cache_mode: 'auto',
    jit: 'off',
    ...Object.fromEntries(PLANNER.map((way) => [`enable_${way}`, 'on'])),
  })
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ')},
    -- From Postgres 17 on.
    (select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'),
    pg_is_in_recovery() as replica,
    -- Another server, the same one started again, or another database under this name: nothing of it may be known here.
    extract(epoch from pg_postmaster_start_time())::text || '/'
      || (select oid from pg_database where datname = current_database())::text as incarnation`,
};

/** To what a session was connected. */
export type Reached = {
  /** It takes no changes. */
  readonly replica: boolean;
  /** Changes with the server, with each start of it, and with a database that was made anew. */
  readonly incarnation: string;
};

const reachedRow = z.object({ replica: z.boolean(), incarnation: z.string() });

/** @param result the answer to SESSION_SETTINGS */
export const reachedBy = (result: pg.QueryResult): Reached => reachedRow.parse(result.rows[0]);

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

/** Of one value of JSON: the evidence of a long run is the largest that a console writes. */
const JSON_CHARACTERS = 4_000_000;

/**
 * What is too long, too much, or nested deeper than a reader can follow, is not read: the row is shown without it, or set aside
 * where it cannot be. Whoever wrote it could otherwise stop every console that follows the row.
 */
const parseJsonColumn = (text: string): unknown => {
  try {
    return parseBoundedJson(text, { characters: JSON_CHARACTERS });
  } catch {
    return { unreadable: 'too long or nested too deep' };
  }
};

/** Everything that could lose digits or microseconds stays text; rows.ts parses it. */
export const textTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === builtins.JSON || oid === builtins.JSONB
      ? parseJsonColumn
      : KEPT.has(oid) || format === 'binary'
        ? getTypeParser(oid, format as 'text')
        : (value: string) => value) as typeof getTypeParser,
};

/** A config whose `query_timeout` reaches the driver: it reads it from each query, though its types do not say so. */
export type TimedQuery = pg.QueryConfig & { readonly query_timeout: number };

/**
 * Sends a query whose rows are handed over by their places as they arrive, and not kept: of thousands, only what is made of
 * them stays in memory. `take` must not throw.
 */
export const queryByRows = (
  client: pg.ClientBase,
  config: TimedQuery,
  take: (row: readonly unknown[], fields: readonly pg.FieldDef[]) => void,
): Promise<pg.QueryResult> =>
  new Promise((resolve, reject) => {
    const query = new pg.Query<unknown[]>({ ...config, rowMode: 'array' } as pg.QueryConfig, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    query.on('row', (row, result) => {
      if (result === undefined) return;
      // The driver keeps those before this one.
      result.rows.length = 0;
      take(row, result.fields);
    });
    // The driver reads it from here, as from a config.
    client.query(Object.assign(query, { query_timeout: config.query_timeout }));
  });

/** The driver gave up waiting for an answer. The connection never recovers from this, even when the network does. */
export const isReadTimeout = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout';

/**
 * Drops the socket itself. After a timeout on a silent network `end()` would wait for the other side as well,
 * so every way out of such a connection is this one. Safe to call twice. Whoever waits for an answer is told `why`.
 */
export const destroySocket = (client: pg.ClientBase, why?: Error): void => socketOf(client)?.destroy(why);

/** How many bytes have come from the server, whoever has read them. */
export const bytesFrom = (client: pg.ClientBase): number => socketOf(client)?.bytesRead ?? 0;

const socketOf = (client: pg.ClientBase) =>
  (client as unknown as { connection?: { stream?: { destroy(why?: Error): void; bytesRead?: number } } }).connection
    ?.stream;
