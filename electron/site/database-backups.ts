import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { openBackup } from '../backup/file-reader.ts';
import { type BackupProgress, makeBackup } from '../backup/make-backup.ts';
import { failedStatement, madeStatement, notedRow } from '../backup/note.ts';
import { BackupRefused } from '../backup/refusal.ts';
import type { AgeKey } from '../lib/age-key.ts';
import type { Log } from '../lib/log.ts';
import { codeOf } from '../lib/postgres-errors.ts';
import { isBackupDue } from '../operations/maintenance/maintenance-view.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';

/** Backups of the festival's database that this laptop makes, and the files that it has of them. */
export type DatabaseBackups = {
  readonly folder: string;
  progress(): BackupProgress | null;
  files(): { name: string; bytes: number; writtenAt: string }[];
  /** One at a time. */
  make(madeBy: string, passphrase: string | null): Promise<Answer<{ file: string; rows: number; bytes: number }>>;
  /** Makes tonight's, once its maintenance is done. The leader asks. */
  makeIfDue(): Promise<void>;
  verify(
    name: string,
    passphrase: string | null,
  ): Promise<Answer<{ takenAt: string; tables: number; rows: number; checksum: string }>>;
  cancel(): void;
  close(): Promise<void>;
};

/** Of those that are made by themselves. */
const NIGHTS_KEPT = 14;
const NIGHTLY = /^regie-night-[\w-]+\.backup$/;
const NAME = /^[\w.-]+\.backup$/;
/** What was being written or verified when this console was killed. */
const UNFINISHED = /^regie-[\w.-]+\.backup(\.partial)+$/;

export const createDatabaseBackups = (options: {
  /** Null: the festival could not be opened. */
  settings: ConnectionSettings | null;
  database: FestivalDatabase;
  folder: string;
  laptop: string;
  /** On another thread. */
  ageKey: AgeKey;
  now: () => number;
  log: Pick<Log, 'info' | 'error'>;
  onProgress: () => void;
}): DatabaseBackups => {
  const { settings, database, folder, laptop, ageKey, now, log, onProgress } = options;
  let running: { controller: AbortController; done: Promise<unknown> } | undefined;
  let progress: BackupProgress | null = null;

  try {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (UNFINISHED.test(name)) rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    log.error('unfinished backups could not be removed', { error });
  }

  const note = (statement: ReturnType<typeof madeStatement>) => database.write((tx) => tx.rows(notedRow, statement));

  const write = async (kind: 'night' | 'now', madeBy: string, passphrase: string | null, signal: AbortSignal) => {
    if (settings === null) return failed('offline');
    const stamp = new Date(now()).toISOString().slice(0, 19).replace(/[:T]/g, '-');
    const path = join(folder, `regie-${kind}-${stamp}.backup`);
    const by = { madeBy, laptop };
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o700);
      const locked = { signal, passphrase: passphrase ?? undefined };
      const made = await makeBackup({
        ...{ settings, path, ...locked },
        onProgress: (at) => {
          progress = at;
          onProgress();
        },
        verify: (partial) => openBackup({ path: partial, ...locked, ageKey }),
      });
      try {
        await note(madeStatement(uuid(), made, by));
      } catch (error) {
        // Nothing is listed or counted of which nobody could be told.
        rmSync(path, { force: true });
        throw error;
      }
      if (kind === 'night') for (const old of nights().slice(NIGHTS_KEPT)) rmSync(join(folder, old), { force: true });
      log.info('a backup was made', { file: path, rows: made.rows });
      return answered({ file: path, rows: made.rows, bytes: made.bytes });
    } catch (error) {
      if (signal.aborted) return failed('backup_cancelled');
      log.error('no backup could be made', { error });
      // Where the festival cannot be reached, that is what everybody is told of already.
      await note(failedStatement(uuid(), error instanceof Error ? error.message : String(error), by)).catch(
        () => undefined,
      );
      return refusalOf(error);
    }
  };

  const nights = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => NIGHTLY.test(name))
          .sort()
          .reverse()
      : [];

  const start = async (kind: 'night' | 'now', madeBy: string, passphrase: string | null) => {
    if (running !== undefined) return failed('backup_running');
    const controller = new AbortController();
    progress = null;
    const done = write(kind, madeBy, passphrase, controller.signal);
    running = { controller, done };
    try {
      return await done;
    } finally {
      running = undefined;
      progress = null;
      onProgress();
    }
  };

  return {
    folder,
    progress: () => progress,
    files: () =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => NAME.test(name))
            .map((name) => ({ name, stat: statSync(join(folder, name)) }))
            .map(({ name, stat }) => ({ name, bytes: stat.size, writtenAt: stat.mtime.toISOString() }))
            .sort((a, b) => b.writtenAt.localeCompare(a.writtenAt))
        : [],
    make: (madeBy, passphrase) => start('now', madeBy, passphrase),
    makeIfDue: async () => {
      if (running === undefined && (await database.read(isBackupDue))) await start('night', 'regie-engine', null);
    },
    verify: async (name, passphrase) => {
      if (!NAME.test(name)) return failed('backup_file_missing', { file: name });
      try {
        const opened = await openBackup({ path: join(folder, name), passphrase: passphrase ?? undefined, ageKey });
        const rows = opened.contents.tables.reduce((sum, table) => sum + table.rows, 0);
        const { takenAt, tables } = opened.header;
        return answered({ takenAt, tables: tables.length, rows, checksum: opened.checksum });
      } catch (error) {
        return refusalOf(error);
      }
    },
    cancel: () => running?.controller.abort(),
    close: async () => {
      running?.controller.abort();
      await running?.done;
    },
  };
};

const refusalOf = (error: unknown): Answer<never> => {
  if (error instanceof BackupRefused) return failed(`backup_${error.code}`, { ...error.params });
  if (codeOf(error) === 'ENOSPC') return failed('backup_disk_full');
  throw error;
};
