import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { appRoot } from '../app-root.ts';

export type Buffer = Database.Database;

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens the laptop's local database and brings it up to date with `migrations/sqlite/`.
 * WAL with synchronous=FULL: what an operator did is on disk before the screen says so. The driver falls back to NORMAL
 * in WAL mode, so FULL is set on every open and read back (pitfalls.md).
 * @throws Error when the file is no usable database, or was written by a newer Regie.
 */
export const openBuffer = (file: string): Buffer => {
  mkdirSync(dirname(file), { recursive: true });
  const buffer = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    buffer.pragma('journal_mode = WAL');
    buffer.pragma('synchronous = FULL');
    buffer.pragma('foreign_keys = ON');
    if (buffer.pragma('synchronous', { simple: true }) !== 2)
      throw new Error('the local database refused synchronous=FULL');
    migrateBuffer(buffer);
    return buffer;
  } catch (error) {
    buffer.close();
    throw error;
  }
};

/** Numbered SQL files, one transaction each; SQLite's own user_version remembers how far we are. */
const migrateBuffer = (buffer: Buffer): void => {
  const folder = join(appRoot(), 'migrations', 'sqlite');
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort();
  const version = Number(buffer.pragma('user_version', { simple: true }));
  if (version > files.length) {
    throw new Error(`the local database was written by a newer Regie (its version ${version}, ours ${files.length})`);
  }
  for (const [index, name] of files.entries()) {
    if (index < version) continue;
    buffer.transaction(() => {
      buffer.exec(readFileSync(join(folder, name), 'utf8'));
      buffer.pragma(`user_version = ${index + 1}`);
    })();
  }
};
