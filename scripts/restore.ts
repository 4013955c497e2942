import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restoreBackup } from '../electron/backup/restore.ts';
import { readPasswordFile } from '../electron/postgres/database-option.ts';
import { backupSentence, endedByInterrupt, progressOn } from './backup-sentence.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';

const USAGE = `Restores a backup into a database that has nothing of Regie yet. Every row is read again and compared before
anything is committed: it is restored whole, or nothing is written.

  npm run restore -- --file FILE --database postgres://administrator@host:5432/database [--passphrase-file FILE]

  Run it as the database owner, with createrole, as npm run migrate.

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if it is restored, 1 if nothing was written, 2 if the arguments are invalid.`;

const AFTER = `A backup has no PINs, keys or passwords. What comes now (docs/backup.md, "After a restore"):

  npm run enrol -- --database … --name LAPTOP      for each laptop, in turn
  npm run enrol -- --database … --pin NAME         a new PIN for a supervisor, who sets those of the others
  Settings > Escalation                            the channels' passwords`;

const read = async (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMAND_OPTIONS,
      file: { type: 'string' },
      'passphrase-file': { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const secret = values['passphrase-file'];
  const passphrase = secret === undefined ? undefined : readPasswordFile(secret);
  if (values.file === undefined) throw new TypeError('--file is missing.');
  const named = namedDatabase(values);
  return { path: resolve(values.file), settings: await withPassword(named), passphrase };
};

// The migration library asks two things at once on one connection, which the driver remarks on in the terminal.
process.noDeprecation = true;

await runCommand(USAGE, read, async (order) => {
  try {
    const { header, contents } = await restoreBackup({
      ...order,
      signal: endedByInterrupt(),
      onProgress: progressOn(process.stderr),
    });
    const rows = contents.tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(`Restored and compared: ${rows} rows of ${header.tables.length} tables, as of ${header.takenAt}.`);
    console.log('Indexes and statistics (analyze) are made.\n');
    console.log(AFTER);
    return 0;
  } catch (error) {
    console.error(backupSentence(error, order.settings));
    return 1;
  }
});
