import pg from 'pg';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { DatabaseHost } from '../../shared/domain/database-hosts.ts';
import { asError } from '../lib/as-error.ts';
import { codeOf, SQLSTATE } from '../lib/postgres-errors.ts';
import { createAside } from './aside.ts';
import { driverOptions } from './connection-settings.ts';
import {
  BOUNDS,
  destroySocket,
  isReadTimeout,
  queryByRows,
  reachedBy,
  SESSION_SETTINGS,
  type TimedQuery,
  textTypes,
} from './driver.ts';
import { createForeignReader, type ForeignReader } from './foreign-reader.ts';
import { type BadRow, FestivalDataError } from './rows.ts';
import { createServers, type Servers } from './servers.ts';
import { type Statement, sql } from './sql.ts';
import { type Send, type Transaction, transactionOn } from './transaction.ts';

export { textTypes } from './driver.ts';
export type { Transaction } from './transaction.ts';

type Isolation = 'read committed' | 'repeatable read';

/** The festival's Postgres as the rest of the core sees it. */
export type FestivalDatabase = {
  /** One read-only snapshot (REPEATABLE READ). */
  read<T>(work: (tx: Transaction) => Promise<T>, limits?: Limits): Promise<T>;
  /**
   * One transaction, committed when `work` returns and rolled back when it throws.
   * @throws OutcomeUnknown when the commit was sent and no answer came.
   */
  write<T>(work: (tx: Transaction) => Promise<T>, options?: Limits & { isolation?: Isolation }): Promise<T>;
  /** Runs a statement that people wrote, apart from all others (foreign-reader.ts). */
  readForeign: ForeignReader['read'];
  /** Takes no new work, lets running work finish for a moment, then drops the sockets. Safe to call twice. */
  close(): Promise<void>;
};

/** Bounds of one unit of work, in milliseconds. */
type Limits = { statementTimeoutMs?: number };

export type PoolOptions = {
  settings: ConnectionSettings;
  /** Shared by all connections of a site; without it, the servers of the settings are asked. */
  servers?: Servers;
  /** Shown to a DBA in pg_stat_activity: `regie/<laptop>`. */
  applicationName: string;
  /** Connections at most. */
  size: number;
  statementTimeoutMs?: number;
  /** How long a statement may stay unanswered beyond its own timeout. */
  answerGraceMs?: number;
  /** How long `close` waits for running work. */
  closeGraceMs?: number;
  onError?: (error: Error) => void;
  /** A row that others wrote does not fit, and is left out. */
  onBadRow?: (why: FestivalDataError) => void;
};

/**
 * The commit was sent and its answer never came: it may have happened. Ask for its effect, or send it again under the
 * same operation_id; never as something new.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

const CLOSE_GRACE_MS = 3_000;

/**
 * Opens a pool on the festival's Postgres. Connections are made when first needed; nothing is tried here. A password that
 * is changed in `settings` later is used from then on.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: bounds, outcome and clean-up of a transaction are read together or not at all
export const openFestivalDatabase = (options: PoolOptions): FestivalDatabase => {
  const statementTimeoutMs = options.statementTimeoutMs ?? BOUNDS.statementMs;
  const answerGraceMs = options.answerGraceMs ?? BOUNDS.answerGraceMs;
  const servers = options.servers ?? createServers(options.settings);
  const clients = new Set<pg.PoolClient>();
  const makePool = (server: DatabaseHost): pg.Pool => {
    const pool = new pg.Pool({
      ...driverOptions(options.settings, server),
      max: options.size,
      application_name: options.applicationName,
      connectionTimeoutMillis: BOUNDS.connectMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      // What one transaction asks side by side goes out together, and is executed in that order.
      pipeline: true,
      lock_timeout: BOUNDS.lockMs,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: BOUNDS.idleInTransactionMs,
      // One that the role begins with could end a session before its first statement.
      options: '-c timezone=UTC -c datestyle=ISO -c idle_session_timeout=0',
      types: textTypes,
    });
    pool.on('error', (error) => options.onError?.(error));
    pool.on('connect', (client) => {
      clients.add(client);
      // The pool listens only while a client is idle: one that dies in somebody's hands would end the process. Nothing is
      // lost by this: the statement on its way rejects, or the next one does.
      client.on('error', () => undefined);
      // Before what it was opened for, and without waiting: nothing is committed on a connection that this ends.
      client.query(SESSION_SETTINGS).then(
        (result) => {
          if (servers.admits(reachedBy(result))) return;
          servers.lost(server);
          destroySocket(client, new Error('Connection terminated: another server answers than the one that is known'));
        },
        () => destroySocket(client),
      );
    });
    pool.on('remove', (client) => clients.delete(client));
    return pool;
  };

  let current: { readonly pool: pg.Pool; readonly of: string } | undefined;
  let closing: Promise<void> | undefined;
  /** Made at first use: a certificate that cannot be read fails what is asked then, and may be there again later. */
  const pool = (server: DatabaseHost): pg.Pool => {
    const of = JSON.stringify([options.settings.password, server, servers.recognised()]);
    if (current !== undefined && current.of === of) return current.pool;
    if (closing !== undefined) throw new Error('Connection terminated: the pool is closed');
    const before = current?.pool;
    current = { pool: makePool(server), of };
    void before?.end();
    return current.pool;
  };
  const connect = async (): Promise<pg.PoolClient> => {
    const server = await servers.find();
    try {
      return await pool(server).connect();
    } catch (error) {
      servers.lost(server);
      throw error;
    }
  };

  const withTransaction = async <T>(
    begin: Statement,
    writes: boolean,
    limits: Limits,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> => {
    const client = await connect();
    const timeoutMs = limits.statementTimeoutMs ?? statementTimeoutMs;
    let broken: Error | undefined;
    let slow = false;
    const send: Send = async (statement, { rowMode, take } = {}) => {
      if (broken) throw broken;
      try {
        const query: TimedQuery & { rowMode?: 'array'; queryMode?: 'extended' } = {
          text: statement.text,
          values: [...statement.values],
          ...(statement.name === undefined || rowMode !== undefined ? {} : { name: statement.name }),
          query_timeout: timeoutMs + answerGraceMs,
          // Without parameters the driver would send a text as it is, and the server run all statements in it.
          ...(rowMode === undefined ? {} : { rowMode, queryMode: 'extended' as const }),
        };
        return await (take === undefined ? client.query(query) : queryByRows(client, query, take));
      } catch (error) {
        // The server would have given up long ago, so it is the connection that swallows bytes: nothing more goes out.
        // And what a migration has changed under a prepared statement stays wrong on this connection.
        if (isReadTimeout(error) || isOutdatedPlan(error)) broken = asError(error);
        // The plan that is kept for it may be of a time before there were thousands of rows.
        if (codeOf(error) === SQLSTATE.queryCanceled) slow = true;
        throw error;
      }
    };
    let committing = false;
    const bad: BadRow[] = [];
    try {
      // What only reads does not wait for the answer before its first statement goes out. What writes does: where the
      // server refused to begin, each statement would be committed by itself.
      const begun = send(begin);
      if (writes) await begun;
      else begun.catch(() => undefined);
      if (limits.statementTimeoutMs !== undefined) {
        await send(sql`select set_config('statement_timeout', ${String(limits.statementTimeoutMs)}, true)`);
      }
      const result = await work(transactionOn(send, bad));
      await begun;
      committing = true;
      const { command } = await send(sql`commit`);
      // Postgres answers a commit of an aborted transaction with ROLLBACK and no error.
      if (command !== 'COMMIT') throw new Aborted('the transaction was aborted before its commit');
      return result;
    } catch (error) {
      if (committing && writes && !isRefusal(error)) {
        broken ??= asError(error);
        throw new OutcomeUnknown('the commit was sent and its answer never came', { cause: error });
      }
      if (!broken) {
        try {
          await send(sql`rollback`);
        } catch (rollbackError) {
          broken = asError(rollbackError);
        }
      }
      throw error;
    } finally {
      if (slow && !broken)
        await send(sql`discard plans`).catch((error) => {
          broken ??= asError(error);
        });
      if (broken) destroySocket(client);
      client.release(broken);
      for (const row of bad) options.onBadRow?.(new FestivalDataError(row.why));
      if (bad.length > 0) void aside.note(bad);
    }
  };

  const foreign = createForeignReader({ ...options, servers });
  const close = async (): Promise<void> => {
    foreign.close();
    const timer = setTimeout(() => {
      for (const client of clients) destroySocket(client);
    }, options.closeGraceMs ?? CLOSE_GRACE_MS);
    try {
      await current?.pool.end();
    } finally {
      clearTimeout(timer);
    }
  };

  const aside = createAside((statement) =>
    withTransaction(sql`begin isolation level read committed`, true, {}, (tx) => tx.run(statement)),
  );

  return {
    read: (work, limits = {}) =>
      withTransaction(sql`begin isolation level repeatable read read only`, false, limits, work),
    write: (work, { isolation = 'read committed', ...limits } = {}) =>
      withTransaction(
        isolation === 'repeatable read'
          ? sql`begin isolation level repeatable read`
          : sql`begin isolation level read committed`,
        true,
        limits,
        work,
      ),
    readForeign: foreign.read,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};

/**
 * Waits for work of one transaction that is done side by side, so that what it asks for goes out together. When some of
 * it fails, the rest has ended as well before the first error is thrown: nothing is sent behind a rollback.
 */
export const pipelined = async <T extends readonly unknown[] | []>(
  works: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> => {
  const all = Promise.all(works);
  all.catch(() => undefined);
  const settled = await Promise.allSettled(works);
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  // What came after the statement that failed only says that the transaction is aborted.
  const cause = errors.find((error) => codeOf(error) !== SQLSTATE.transactionAborted);
  if (cause !== undefined) throw cause;
  return all;
};

/** An aborted transaction that was asked to commit. */
class Aborted extends Error {
  override readonly name = 'Aborted';
}

/** `cached plan must not change result type`: somebody altered a table that a prepared statement reads. */
const isOutdatedPlan = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === SQLSTATE.featureNotSupported;

/** The server itself said that it did not commit: a deferred constraint, a serialization failure, a cancel. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Aborted || (error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? '08'));
