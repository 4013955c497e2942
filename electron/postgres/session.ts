import pg from 'pg';
import type { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { DatabaseHost } from '../../shared/domain/database-hosts.ts';
import { driverOptions } from './connection-settings.ts';
import {
  BOUNDS,
  destroySocket,
  isReadTimeout,
  type Reached,
  reachedBy,
  SESSION_SETTINGS,
  type TimedQuery,
  textTypes,
} from './driver.ts';
import { parseAnswer } from './rows.ts';
import { createServers, type Servers } from './servers.ts';
import type { Statement } from './sql.ts';

/** One connection of its own, outside of the pool: for the probe, for LISTEN, for the doctor. */
export type Session = {
  /** The process id that the other side gave at connecting: the backend's own, unless a pooler answered. */
  readonly processId: number | null;
  /** The server that it goes to, and what is there. */
  readonly server: DatabaseHost;
  readonly reached: Reached;
  /** Runs a statement and parses its rows. A statement without an answer in time ends the session. */
  rows<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]>;
  /** As `rows`, for exactly one row. */
  row<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>>;
  /** `listen` on a channel; the name is quoted by the driver. */
  listen(channel: string): Promise<void>;
  onNotification(listener: (channel: string, payload: string) => void): void;
  /** Called once when the connection is gone, whoever ended it. */
  onEnd(listener: (error: Error | undefined) => void): void;
  /** Drops the socket at once, whatever the network does. Safe to call twice. */
  destroy(): void;
};

export type SessionOptions = {
  settings: ConnectionSettings;
  /** Shared by all connections of a site; without it, the servers of the settings are asked. */
  servers?: Servers;
  applicationName: string;
  /** For the whole of connecting, TLS and password included. */
  connectTimeoutMs?: number;
  /** For each statement until its answer. */
  answerTimeoutMs?: number;
  signal?: AbortSignal;
};

/** Connects. @throws whatever the network, TLS or the server says; postgres-errors.ts explains it. */
export const openSession = async (options: SessionOptions): Promise<Session> => {
  const { settings, applicationName, signal } = options;
  const answerTimeoutMs = options.answerTimeoutMs ?? BOUNDS.statementMs + BOUNDS.answerGraceMs;
  signal?.throwIfAborted();
  const servers = options.servers ?? createServers(settings);
  const server = await servers.find();
  signal?.throwIfAborted();
  const client = new pg.Client({
    ...driverOptions(settings, server),
    application_name: applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? BOUNDS.connectMs,
    keepAlive: true,
    types: textTypes,
  });
  let ended = false;
  let reason: Error | undefined;
  const endListeners: ((error: Error | undefined) => void)[] = [];
  client.on('error', (error) => {
    reason ??= error;
  });
  client.on('end', () => {
    ended = true;
    servers.lost(server);
    for (const listener of endListeners.splice(0)) listener(reason);
  });
  const destroy = () => destroySocket(client);
  signal?.addEventListener('abort', destroy);
  client.on('end', () => signal?.removeEventListener('abort', destroy));
  let reached: Reached;
  try {
    await client.connect();
    // One that the role begins with could be too short for anything.
    await client.query(`/* regie:connect */ set statement_timeout = ${Math.ceil(answerTimeoutMs)}`);
    reached = reachedBy(await client.query(SESSION_SETTINGS));
    signal?.throwIfAborted();
  } catch (error) {
    servers.lost(server);
    destroy();
    signal?.removeEventListener('abort', destroy);
    throw error;
  }

  const ask = async (statement: Statement): Promise<pg.QueryResult> => {
    try {
      const query: TimedQuery = {
        text: statement.text,
        values: [...statement.values],
        query_timeout: answerTimeoutMs,
      };
      return await client.query(query);
    } catch (error) {
      if (isReadTimeout(error)) {
        reason ??= error instanceof Error ? error : undefined;
        destroy();
      }
      throw error;
    }
  };

  const { processID } = client as unknown as { processID?: unknown };
  return {
    processId: typeof processID === 'number' ? processID : null,
    server,
    reached,
    rows: async (schema, statement) => parseAnswer(schema, await ask(statement), statement),
    row: async (schema, statement) =>
      parseAnswer(schema, await ask(statement), statement, 1)[0] as z.output<typeof schema>,
    listen: async (channel) => {
      await ask({ text: `/* regie:listen */ listen ${client.escapeIdentifier(channel)}`, values: [] });
    },
    onNotification: (listener) => {
      client.on('notification', ({ channel, payload }) => listener(channel, payload ?? ''));
    },
    onEnd: (listener) => {
      if (ended) listener(reason);
      else endListeners.push(listener);
    },
    destroy,
  };
};
