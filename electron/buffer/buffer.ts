import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { appRoot } from '../lib/app-root.ts';

export type Buffer = Database.Database;

/** What a file holds: a copy of the festival and this laptop's choices, or what operators did (docs/decisions/0009). */
export type BufferKind = 'mirror' | 'outbox';

const BUSY_TIMEOUT_MS = 5_000;

/** The file was written by a newer Regie: nothing is wrong with it, and nothing of it may be touched. */
export class NewerBuffer extends Error {
  override readonly name = 'NewerBuffer';
}

/**
 * Opens a local database and brings it up to date with `migrations/sqlite/<kind>/`.
 * WAL with synchronous=FULL: what an operator did is on disk before it is confirmed. The driver falls back to NORMAL
 * in WAL mode, so FULL is set on every open and read back (docs/offline.md, "The local files").
 * @throws NewerBuffer, or the driver's error when the file is no usable database.
 */
export const openBuffer = (file: string, kind: BufferKind): Buffer => {
  mkdirSync(dirname(file), { recursive: true });
  const buffer = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    buffer.pragma('journal_mode = WAL');
    buffer.pragma('synchronous = FULL');
    buffer.pragma('foreign_keys = ON');
    // What is deleted or overwritten is gone from the file as well.
    buffer.pragma('secure_delete = ON');
    if (buffer.pragma('synchronous', { simple: true }) !== 2)
      throw new Error('the local database refused synchronous=FULL');
    migrateBuffer(buffer, kind);
    return buffer;
  } catch (error) {
    buffer.close();
    throw error;
  }
};

/** Numbered SQL files, one transaction each; SQLite's own user_version counts them. */
const migrateBuffer = (buffer: Buffer, kind: BufferKind): void => {
  const folder = join(appRoot(), 'migrations', 'sqlite', kind);
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort();
  const version = Number(buffer.pragma('user_version', { simple: true }));
  if (version > files.length) {
    throw new NewerBuffer(
      `the local database was written by a newer Regie (its version ${version}, ours ${files.length})`,
    );
  }
  for (const [index, name] of files.entries()) {
    if (index < version) continue;
    buffer.transaction(() => {
      buffer.exec(readFileSync(join(folder, name), 'utf8'));
      buffer.pragma(`user_version = ${index + 1}`);
    })();
  }
};

const codeOf = (error: unknown): string => (error instanceof Database.SqliteError ? error.code : '');

/** Whether SQLite could not write because there is no room left: on the disk, or in the quota. */
export const isDiskFull = (error: unknown): boolean =>
  ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE'].includes(codeOf(error));

/** Whether the file itself is broken: not a database, malformed, or truncated. */
export const isDamaged = (error: unknown): boolean =>
  /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|IOERR_CORRUPTFS)/.test(codeOf(error));

/** What SQLite finds wrong with the file; null where it finds nothing. Reads the whole of it. */
export const checkBuffer = (buffer: Buffer): string | null => {
  try {
    const found = String(buffer.pragma('quick_check(1)', { simple: true }));
    return found === 'ok' ? null : found;
  } catch (error) {
    if (isDamaged(error)) return error instanceof Error ? error.message : String(error);
    throw error;
  }
};
