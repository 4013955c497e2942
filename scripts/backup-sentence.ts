import { BackupRefused } from '../electron/backup/refusal.ts';
import { explainConnectionError } from '../electron/lib/postgres-errors.ts';
import { finding } from '../electron/postgres/doctor-rules.ts';
import { MigrationRefused } from '../electron/postgres/migrations.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { backupErrorTexts } from '../shared/i18n/backup-errors.ts';
import { fill } from '../shared/i18n/fill.ts';
import { line } from './sentences.ts';

/** In one sentence why a backup was not made, verified or restored. */
export const backupSentence = (error: unknown, settings?: ConnectionSettings): string => {
  if (error instanceof BackupRefused) {
    return `✖ ${fill(backupErrorTexts.en[`backup_${error.code}`], error.params)}`;
  }
  if (error instanceof MigrationRefused) return line(finding(error.code, 'error', error.params), 'en');
  const explained = explainConnectionError(error, settings);
  if (explained.code !== 'database_error') return line(explained, 'en');
  return `✖ ${error instanceof Error ? error.message : String(error)}`;
};

/** How far it has come, on one line of a terminal; nothing where there is none. */
export const progressOn =
  (stream: NodeJS.WriteStream) =>
  ({ tablesDone, tables, rows, bytes }: { tablesDone: number; tables: number; rows: number; bytes: number }): void => {
    if (!stream.isTTY) return;
    const megabytes = (bytes / 1e6).toFixed(1);
    stream.write(`\r${tablesDone} of ${tables} tables, ${rows} rows, ${megabytes} MB`);
    if (tablesDone === tables) stream.write('\n');
  };

/** Ctrl+C ends what runs, and leaves nothing half done. */
export const endedByInterrupt = (): AbortSignal => {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('interrupted; nothing was written')));
  return controller.signal;
};
