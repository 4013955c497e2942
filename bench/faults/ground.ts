import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connectAs } from '../../electron/testing/connect.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { prepareFestival } from '../../electron/training/festival.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import { isAlive, readPostmaster } from '../../electron/training/postmaster.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** A Postgres of its own with ordinary durable settings, from which each run gets a festival. */
export type Ground = {
  readonly dataDir: string;
  /** An untouched festival. */
  make(name: string): Promise<Festival>;
  /** An immediate shutdown, as when the machine goes, and a new start, which recovers. One at a time. */
  crash(): Promise<void>;
  close(): Promise<void>;
};

export type Festival = {
  readonly consoleSettings: ConnectionSettings;
  /** As the administrator, tried again while the server recovers: for statements that may be sent twice. */
  ask(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  /** Once, with what went wrong thrown: for what the festival's own system does. */
  once<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
};

/** Who works on which laptop. */
export const operatorOn = (laptop: string): string => `Operator ${laptop}`;
export const OPERATORS = ['booth-1', 'booth-2', 'booth-3'].map(operatorOn);

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PATIENCE_MS = 120_000;

export const openGround = async (): Promise<Ground> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-faults-'));
  chmodSync(dataDir, 0o755);
  const server = await openPostgresServer({ dataDir, log: quiet });
  const template = await prepareFestival(server);
  const admin = await connectAs(template.adminSettings);
  await createOperators(admin, OPERATORS);
  // What a day allows one person is not what is played here: the same few cards are corrected again and again.
  await admin.query('update console.festival_settings set card_day_limit = 99999, operator_day_limit = 99999');
  await admin.end();
  let crashing: Promise<void> | undefined;

  const once = async <T>(settings: ConnectionSettings, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = await connectAs(settings);
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const ask = async (settings: ConnectionSettings, text: string, values: readonly unknown[] = []) => {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await once(settings, (client) => client.query(text, [...values]));
      } catch (error) {
        if (performance.now() > until) throw error;
        await sleep(200);
      }
    }
  };
  const maintenance: ConnectionSettings = { ...template.adminSettings, database: 'postgres' };
  // One copy at a time, and none while the server is down.
  let copying: Promise<unknown> = Promise.resolve();

  return {
    dataDir,
    make: async (name) => {
      const made = copying.then(async () => {
        await ask(maintenance, `drop database if exists ${name} with (force)`);
        await ask(maintenance, `create database ${name} template ${template.adminSettings.database}`);
      });
      copying = made.catch(() => undefined);
      await made;
      const admin = { ...template.adminSettings, database: name };
      // Another festival than the runs before: what laptops keep of those is not of this one.
      await ask(admin, 'update console.identity set festival_id = gen_random_uuid()');
      return {
        consoleSettings: { ...template.consoleSettings, database: name },
        ask: (text, values) => ask(admin, text, values),
        once: (work) => once(admin, work),
        drop: async () => {
          await ask(maintenance, `drop database if exists ${name} with (force)`);
        },
      };
    },
    crash: () => {
      crashing ??= (async () => {
        await copying;
        const postmaster = readPostmaster(join(dataDir, 'postgres'));
        if (postmaster !== undefined) {
          process.kill(postmaster.pid, 'SIGQUIT');
          while (isAlive(postmaster.pid)) await sleep(20);
        }
        await server.ensureRunning();
      })().finally(() => {
        crashing = undefined;
      });
      return crashing;
    },
    close: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
