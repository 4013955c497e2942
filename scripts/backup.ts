import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { v7 as uuid } from 'uuid';
import { openBackup } from '../electron/backup/file-reader.ts';
import { type MadeBackup, makeBackup } from '../electron/backup/make-backup.ts';
import { failedStatement, madeStatement, notedRow } from '../electron/backup/note.ts';
import { readPasswordFile } from '../electron/postgres/database-option.ts';
import { openSession } from '../electron/postgres/session.ts';
import type { Statement } from '../electron/postgres/sql.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { backupSentence, endedByInterrupt, progressOn } from './backup-sentence.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';

const USAGE = `Writes everything that Regie keeps in a festival's database into one file, as of one moment, and reads it again.
Blocks nobody. The file has no PINs, keys or passwords (docs/backup.md).

  npm run backup -- --database postgres://user@host:5432/database --out FILE [--passphrase-file FILE]
  npm run backup -- --verify FILE [--passphrase-file FILE]

  --passphrase-file  locks the file with the passphrase in its first line (age); only you may be able to read it

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if the file is there and holds, 1 if not, 2 if the arguments are invalid.`;

type Order =
  | {
      readonly kind: 'make';
      readonly settings: ConnectionSettings;
      readonly path: string;
      readonly passphrase?: string;
    }
  | { readonly kind: 'verify'; readonly path: string; readonly passphrase?: string };

const read = async (args: string[]): Promise<Order | undefined> => {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMAND_OPTIONS,
      out: { type: 'string' },
      verify: { type: 'string' },
      'passphrase-file': { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const secret = values['passphrase-file'];
  const locked = secret === undefined ? {} : { passphrase: readPasswordFile(secret) };
  if (values.verify !== undefined) return { kind: 'verify', path: resolve(values.verify), ...locked };
  const named = namedDatabase(values);
  if (values.out === undefined) throw new TypeError('--out is missing.');
  return { kind: 'make', settings: await withPassword(named), path: resolve(values.out), ...locked };
};

const make = async ({ settings, path, passphrase }: Extract<Order, { kind: 'make' }>): Promise<void> => {
  const signal = endedByInterrupt();
  const note = async (statement: Statement): Promise<void> => {
    const session = await openSession({ settings, applicationName: 'regie/backup' });
    try {
      await session.rows(notedRow, statement);
    } finally {
      session.destroy();
    }
  };
  const by = { madeBy: 'administrator' };
  let made: MadeBackup;
  try {
    made = await makeBackup({
      ...{ settings, path, passphrase, signal },
      onProgress: progressOn(process.stderr),
      verify: (partial) => openBackup({ path: partial, passphrase, signal }),
    });
  } catch (error) {
    // Where the festival cannot be reached either, there is nobody to tell.
    if (!signal.aborted)
      await note(failedStatement(uuid(), backupSentence(error, settings), by)).catch(() => undefined);
    throw error;
  }
  await note(madeStatement(uuid(), made, by));
  const rate = Math.round(made.rows / (made.durationMs / 1_000));
  console.log(`${made.rows} rows of ${made.tables} tables, ${made.bytes} bytes, ${rate} rows/s. Read again: it holds.`);
  console.log(`Taken at ${made.takenAt}. Checksum ${made.checksum}`);
};

await runCommand(USAGE, read, async (order) => {
  try {
    if (order.kind === 'make') {
      await make(order);
      return 0;
    }
    const { header, contents, checksum } = await openBackup(order);
    const rows = contents.tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(`It holds: ${rows} rows of ${header.tables.length} tables, as of ${header.takenAt}.`);
    console.log(`Festival ${header.festivalId} (${header.database}). Checksum ${checksum}`);
    return 0;
  } catch (error) {
    console.error(backupSentence(error, order.kind === 'make' ? order.settings : undefined));
    return 1;
  }
});
