import { parseArgs } from 'node:util';
import { explainConnectionError } from '../electron/lib/postgres-errors.ts';
import { finding } from '../electron/postgres/doctor-rules.ts';
import { MigrationRefused, migrate } from '../electron/postgres/migrations.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';
import { line } from './sentences.ts';

const USAGE = `Creates Regie's own tables, functions and roles in a festival's database, or updates them.
The festival's tables are not changed. Run it as the database owner, with createrole.

  npm run migrate -- --database postgres://administrator@host:5432/database [--dry-run]

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if the database is up to date, 1 if the migration failed, 2 if the arguments are invalid.`;

const LOGIN = `Create a login for the consoles of each festival, with only this role:

  create role regie login password '…' in role regie_console;

and the consoles connect with postgres://regie@host/database and that password. See docs/operations.md.`;

const read = async (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: { ...COMMAND_OPTIONS, 'dry-run': { type: 'boolean', default: false } },
  });
  return values.help ? undefined : { settings: await withPassword(namedDatabase(values)), dryRun: values['dry-run'] };
};

const explain = (error: unknown, settings: ConnectionSettings) => {
  if (error instanceof MigrationRefused) return finding(error.code, 'error', error.params);
  const explained = explainConnectionError(error, settings);
  if (explained.code !== 'database_error') return explained;
  return finding('migration_failed', 'error', { message: error instanceof Error ? error.message : String(error) });
};

// The migration library asks two things at once on one connection, which the driver remarks on in the terminal.
process.noDeprecation = true;

await runCommand(USAGE, read, async ({ settings, dryRun }) => {
  try {
    const { applied, notGranted } = await migrate({ settings, dryRun, log: (said) => console.log(said) });
    if (dryRun) {
      console.log(
        applied.length === 0 ? 'Nothing to apply.' : `Would apply: ${applied.join(', ')}. Nothing was written.`,
      );
      return 0;
    }
    if (applied.length === 0) console.log('The database is up to date; the console’s privileges were granted again.');
    if (notGranted.length > 0) {
      console.error(line(finding('festival_access_not_granted', 'error', { tables: notGranted.join(', ') }), 'en'));
      return 1;
    }
    console.log(`\n${LOGIN}`);
    return 0;
  } catch (error) {
    console.error(line(explain(error, settings), 'en'));
    return 1;
  }
});
