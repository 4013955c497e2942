import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Another Regie already uses this data directory. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
}

/** What is locked is held here: a database that nothing holds any more is collected, and its lock with it. */
const held = new Set<Database.Database>();

/**
 * Locks the data directory for this process. The lock is the operating system's, held through SQLite on a file of its
 * own: kill -9 frees it, on every platform, and no stale pid can pass for a running process.
 * @returns a function that releases it.
 * @throws DataDirInUse when another Regie holds it.
 */
export const lockDataDir = (dataDir: string): (() => void) => {
  mkdirSync(dataDir, { recursive: true });
  const lock = new Database(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new DataDirInUse(
        `Another Regie is already running in ${dataDir}. Use its window, or start this one with another folder: -- --data-dir DIR`,
      );
    }
    throw error;
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
};
