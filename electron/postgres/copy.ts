import type { Writable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { driverOptions } from './connection-settings.ts';
import { createCopyOut } from './copy-out.ts';
import { BOUNDS, bytesFrom, destroySocket, SESSION_SETTINGS, textTypes } from './driver.ts';
import { parseAnswer } from './rows.ts';
import { createServers } from './servers.ts';
import type { Statement } from './sql.ts';

/** A connection that streams whole tables (COPY), out of the pool: one statement of it may take minutes. */
export type CopySession = {
  rows<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]>;
  row<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>>;
  /** Runs a statement of ours as it is. */
  run(text: string): Promise<void>;
  /** What `copy … to stdout` answers: text, in pieces that end anywhere. It is read as fast as it is taken. */
  copyOut(text: string): AsyncIterable<Buffer>;
  /** Takes what `copy … from stdin` reads. Finished when the server has it all. */
  copyIn(text: string): Writable;
};

/** The same over a client that somebody else has opened, and goes on to use. */
export const copySessionOn = (client: pg.Client): CopySession => {
  const ask = (statement: Statement): Promise<pg.QueryResult> =>
    client.query({ text: statement.text, values: [...statement.values], types: textTypes });
  return {
    rows: async (schema, statement) => parseAnswer(schema, await ask(statement), statement),
    row: async (schema, statement) =>
      parseAnswer(schema, await ask(statement), statement, 1)[0] as z.output<typeof schema>,
    run: async (text) => {
      await client.query(text);
    },
    copyOut: (text) => client.query(createCopyOut(text)),
    copyIn: (text) => client.query(copyFrom(text)),
  };
};

/** How values are written out: the same text whatever the role or the database begins with. */
export const copySettings = SESSION_SETTINGS;

/** So long a server may say nothing while it is waited for: a half-open network never says anything again. */
const SILENT_MS = 60_000;

/**
 * Connects. No statement of it has a time limit: `signal` ends the connection instead, and so does a server that sends no byte
 * for a minute while it is waited for.
 * @throws whatever the network, TLS or the server says; postgres-errors.ts explains it.
 */
export const openCopySession = async (options: {
  settings: ConnectionSettings;
  applicationName: string;
  signal?: AbortSignal | undefined;
  silentMs?: number;
}): Promise<CopySession & { close(): void }> => {
  const { settings, applicationName, signal, silentMs = SILENT_MS } = options;
  signal?.throwIfAborted();
  const client = new pg.Client({
    ...driverOptions(settings, await createServers(settings).find()),
    application_name: applicationName,
    connectionTimeoutMillis: BOUNDS.connectMs,
    lock_timeout: BOUNDS.lockMs,
    keepAlive: true,
    types: textTypes,
  });
  client.on('error', () => undefined);
  const silence = watchSilence(client, silentMs);
  const close = (): void => {
    silence.stop();
    signal?.removeEventListener('abort', close);
    destroySocket(client);
  };
  signal?.addEventListener('abort', close);
  try {
    await client.connect();
    await silence.within(client.query('/* regie:connect */ set statement_timeout = 0'));
    await silence.within(client.query(copySettings));
  } catch (error) {
    close();
    throw error;
  }
  const session = copySessionOn(client);
  return {
    rows: (schema, statement) => silence.within(session.rows(schema, statement)),
    row: (schema, statement) => silence.within(session.row(schema, statement)),
    run: (text) => silence.within(session.run(text)),
    copyOut: (text) => silence.withinEach(session.copyOut(text)),
    copyIn: session.copyIn,
    close,
  };
};

/** Ends a connection on which nothing comes while somebody waits for it. What is not waited for, the reader holds back. */
const watchSilence = (client: pg.Client, silentMs: number) => {
  let waiting = 0;
  let bytes = 0;
  let since = 0;
  const timer = setInterval(() => {
    const come = bytesFrom(client);
    if (come !== bytes) {
      bytes = come;
      since = performance.now();
    } else if (waiting > 0 && performance.now() - since >= silentMs) {
      destroySocket(client, new Error(`the server has sent nothing for ${Math.round(silentMs / 1_000)} s`));
    }
  }, silentMs / 10);
  timer.unref();
  const within = async <T>(work: Promise<T>): Promise<T> => {
    if (waiting === 0) since = performance.now();
    waiting += 1;
    try {
      return await work;
    } finally {
      waiting -= 1;
    }
  };
  return {
    within,
    async *withinEach<T>(pieces: AsyncIterable<T>): AsyncGenerator<T> {
      const iterator = pieces[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { value, done } = await within(iterator.next());
          if (done === true) return;
          yield value;
        }
      } finally {
        await iterator.return?.();
      }
    },
    stop: () => clearInterval(timer),
  };
};
