import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { type Buffer, checkBuffer } from './buffer.ts';
import { forgetSecrets } from './outbox.ts';

/** Copies of what operators did, once an hour (docs/offline.md, "Backups"). */
export type Backups = { runNow(): Promise<void>; close(): Promise<void> };

const EVERY_MS = 3_600_000;
const RETAINED = 24;

const folderOf = (file: string): string => join(dirname(file), 'backups');
const prefixOf = (file: string): string => `${basename(file, '.sqlite')}-`;

/** The backups of a file, newest first. */
export const backupsOf = (file: string): string[] => {
  const folder = folderOf(file);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefixOf(file)) && name.endsWith('.sqlite'))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
};

/** Makes a backup when the newest is older than an hour, then every hour, and keeps the last 24. */
export const createBackups = (options: { buffer: Buffer; file: string; now: () => number; log: Log }): Backups => {
  const { buffer, file, now, log } = options;

  const make = async (): Promise<void> => {
    const folder = folderOf(file);
    mkdirSync(folder, { recursive: true });
    const name = join(folder, `${prefixOf(file)}${new Date(now()).toISOString().replace(/[:.]/g, '')}.sqlite`);
    const partial = `${name}.partial`;
    try {
      await buffer.backup(partial);
      const copy = new Database(partial);
      // A secret is sent from the outbox or typed again: two dozen copies of it help nobody.
      copy.pragma('secure_delete = ON');
      forgetSecrets(copy, 'all');
      const wrong = checkBuffer(copy);
      copy.close();
      if (wrong !== null) throw new Error(`the backup is not whole: ${wrong}`);
      renameSync(partial, name);
      for (const old of backupsOf(file).slice(RETAINED)) rmSync(old, { force: true });
    } finally {
      for (const side of ['', '-wal', '-shm']) rmSync(partial + side, { force: true });
    }
  };
  const run = singleFlight(() => make().catch((error) => log.error('the backup of the outbox failed', { error })));
  const [newest] = backupsOf(file);
  if (newest === undefined || now() - statSync(newest).mtimeMs > EVERY_MS) void run();
  const timer = setInterval(() => void run(), EVERY_MS);

  return {
    runNow: run,
    close: async () => {
      clearInterval(timer);
      await run.settled();
    },
  };
};
