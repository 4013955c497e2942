import type { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { driverOptions } from './connection-settings.ts';
import { BOUNDS, destroySocket, SESSION_SETTINGS, textTypes } from './driver.ts';
import { parseRows } from './rows.ts';
import type { Statement } from './sql.ts';

/** A connection that streams whole tables (COPY), out of the pool: one statement of it may take minutes. */
export type CopySession = {
  rows<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]>;
  row<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>>;
  /** Runs a statement of ours as it is. */
  run(text: string): Promise<void>;
  /** What `copy … to stdout` answers: text, in pieces that end anywhere. It is read as fast as it is taken. */
  copyOut(text: string): Readable;
  /** Takes what `copy … from stdin` reads. Finished when the server has it all. */
  copyIn(text: string): Writable;
};

/** The same over a client that somebody else has opened, and goes on to use. */
export const copySessionOn = (client: pg.Client): CopySession => {
  const ask = async (statement: Statement): Promise<unknown[]> =>
    (await client.query({ text: statement.text, values: [...statement.values], types: textTypes })).rows;
  return {
    rows: async (schema, statement) => parseRows(schema, await ask(statement), statement),
    row: async (schema, statement) =>
      parseRows(schema, await ask(statement), statement, 1)[0] as z.output<typeof schema>,
    run: async (text) => {
      await client.query(text);
    },
    copyOut: (text) => client.query(copyTo(text)),
    copyIn: (text) => client.query(copyFrom(text)),
  };
};

/** How values are written out: the same text whatever the role or the database begins with. */
export const copySettings = SESSION_SETTINGS;

/**
 * Connects. No statement of it has a time limit: `signal` ends the connection instead.
 * @throws whatever the network, TLS or the server says; postgres-errors.ts explains it.
 */
export const openCopySession = async (options: {
  settings: ConnectionSettings;
  applicationName: string;
  signal?: AbortSignal | undefined;
}): Promise<CopySession & { close(): void }> => {
  const { settings, applicationName, signal } = options;
  signal?.throwIfAborted();
  const client = new pg.Client({
    ...driverOptions(settings),
    application_name: applicationName,
    connectionTimeoutMillis: BOUNDS.connectMs,
    lock_timeout: BOUNDS.lockMs,
    keepAlive: true,
    types: textTypes,
  });
  client.on('error', () => undefined);
  const close = (): void => {
    signal?.removeEventListener('abort', close);
    destroySocket(client);
  };
  signal?.addEventListener('abort', close);
  try {
    await client.connect();
    await client.query('/* regie:connect */ set statement_timeout = 0');
    await client.query(copySettings);
  } catch (error) {
    close();
    throw error;
  }
  return { ...copySessionOn(client), close };
};
