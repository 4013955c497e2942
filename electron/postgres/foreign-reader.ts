import pg from 'pg';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { DatabaseHost } from '../../shared/domain/database-hosts.ts';
import { sqlPieces } from '../../shared/domain/sql-scan.ts';
import { createMutex } from '../lib/mutex.ts';
import { driverOptions } from './connection-settings.ts';
import { BOUNDS, destroySocket, type TimedQuery, textTypes } from './driver.ts';
import { createServers, type Servers } from './servers.ts';
import type { Statement } from './sql.ts';

/** What a statement of a runbook found. */
export type ForeignTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There are more rows. */
  readonly truncated: boolean;
  /** Cells were longer than what is kept of them. */
  readonly cut: boolean;
};

/**
 * Runs statements that people wrote in a runbook: on a connection of its own, in a transaction that only reads and is
 * always rolled back, within five seconds, through a cursor. Nothing that one of them sets, locks or listens to is there
 * for the next.
 */
export type ForeignReader = {
  /** @param as `reader`: a statement that did not come with Regie, which reads as `regie_reader` */
  read(statement: Statement, as: 'console' | 'reader'): Promise<ForeignTable>;
  close(): void;
};

/** The statement asks for what a runbook may not. */
export class ForeignRefused extends Error {
  override readonly name = 'ForeignRefused';
}

const STATEMENT_MS = 5_000;
const ROWS = 200;
const CELL = 500;
/** Of an answer on the wire: more is cut off with its connection. */
const ANSWER_BYTES = 4_000_000;

export const createForeignReader = (options: {
  settings: ConnectionSettings;
  servers?: Servers;
  applicationName: string;
}): ForeignReader => {
  const mutex = createMutex();
  const servers = options.servers ?? createServers(options.settings);
  let client: pg.Client | undefined;
  let openedOn = '';
  let closed = false;

  const drop = (): void => {
    if (client !== undefined) destroySocket(client);
    client = undefined;
  };
  const connect = async (server: DatabaseHost): Promise<pg.Client> => {
    const opened = new pg.Client({
      ...driverOptions(options.settings, server),
      application_name: options.applicationName,
      connectionTimeoutMillis: BOUNDS.connectMs,
      statement_timeout: STATEMENT_MS,
      lock_timeout: BOUNDS.lockMs,
      idle_in_transaction_session_timeout: BOUNDS.idleInTransactionMs,
      options: '-c timezone=UTC -c datestyle=ISO',
      types: shownTypes,
    });
    opened.on('error', () => {
      if (client === opened) drop();
    });
    try {
      await opened.connect();
    } catch (error) {
      servers.lost(server);
      throw error;
    }
    if (closed) {
      destroySocket(opened);
      throw new Error('Connection terminated: the reader is closed');
    }
    client = opened;
    return opened;
  };

  const readOnce = async (statement: Statement, as: 'console' | 'reader'): Promise<ForeignTable> => {
    const server = await servers.find();
    const on = JSON.stringify([server, servers.recognised()]);
    if (on !== openedOn) drop();
    openedOn = on;
    const open = client ?? (await connect(server));
    const send = (text: string, values: readonly unknown[] = []): Promise<pg.QueryArrayResult> => {
      const query: TimedQuery & { rowMode: 'array'; queryMode: 'extended' } = {
        ...{ text, values: [...values], query_timeout: STATEMENT_MS + BOUNDS.answerGraceMs },
        // One statement: a text with several of them is refused by the server.
        ...{ rowMode: 'array', queryMode: 'extended' },
      };
      return open.query(query) as unknown as Promise<pg.QueryArrayResult>;
    };
    const meter = meterOf(open);
    try {
      await send('begin isolation level repeatable read read only');
      await send('set local search_path = pg_catalog, public, pg_temp');
      if (as === 'reader') await send('set local role regie_reader');
      await send(`declare regie_runbook no scroll cursor for ${statement.text}`, statement.values);
      const { fields, rows } = await send(`fetch ${ROWS + 1} from regie_runbook`);
      await send('rollback');
      await send('discard all');
      return tableOf(fields, rows);
    } catch (error) {
      // Whatever it has set or begun goes with the connection.
      drop();
      throw meter.exceeded() ? new ForeignRefused(`the answer is larger than ${ANSWER_BYTES / 1e6} MB`) : error;
    } finally {
      meter.stop();
    }
  };

  return {
    read: (statement, as) =>
      mutex.run(() => {
        if (as === 'reader') refuseEscapes(statement.text);
        return readOnce(statement, as);
      }),
    close: () => {
      closed = true;
      drop();
    },
  };
};

/** Counts what the server sends, and drops the connection where it is too much. */
const meterOf = (client: pg.Client): { exceeded(): boolean; stop(): void } => {
  const { stream } = (client as unknown as { connection: { stream: NodeJS.ReadableStream } }).connection;
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) destroySocket(client);
  };
  stream.on('data', count);
  return { exceeded: () => bytes > ANSWER_BYTES, stop: () => stream.off('data', count) };
};

const tableOf = (fields: readonly pg.FieldDef[], rows: readonly (readonly unknown[])[]): ForeignTable => {
  let cut = false;
  const shown = (value: unknown): unknown => {
    if (typeof value !== 'string' || value.length <= CELL) return value;
    cut = true;
    return `${value.slice(0, CELL)}…`;
  };
  const kept = rows.slice(0, ROWS).map((row) => row.map(shown));
  return { columns: fields.map(({ name }) => name), rows: kept, truncated: rows.length > ROWS, cut };
};

const AS_PRINTED = new Set<number>([
  pg.types.builtins.JSON,
  pg.types.builtins.JSONB,
  pg.types.builtins.FLOAT4,
  pg.types.builtins.FLOAT8,
]);

/**
 * As for everything else, but two kinds stay text as Postgres prints it: JSON, because somebody else's may nest deeper than
 * a reader can follow, and floating numbers, because NaN and infinity are none in JSON.
 */
const shownTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    AS_PRINTED.has(oid)
      ? (value: string) => value
      : textTypes.getTypeParser(oid, format as 'text')) as typeof textTypes.getTypeParser,
};

/**
 * A statement can become another role again by a function, and only so: what it would read then is what the console's
 * login may. The read-only transaction holds either way.
 */
const refuseEscapes = (text: string): void => {
  for (const { kind, text: piece } of sqlPieces(text)) {
    const name = kind === 'literal' && piece.startsWith('"') ? piece.slice(1, -1) : piece;
    if (name.toLowerCase() === 'set_config') throw new ForeignRefused('a runbook changes no setting: set_config');
    // A name in other signs: U&"set\005fconfig".
    if (kind === 'word' && name.toLowerCase() === 'u' && text.toLowerCase().includes('u&"')) {
      throw new ForeignRefused('a runbook names nothing in escapes: U&"…"');
    }
  }
};
