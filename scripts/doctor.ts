import { parseArgs } from 'node:util';
import { DATABASE_OPTIONS, readDatabaseOption } from '../electron/postgres/database-option.ts';
import { examine } from '../electron/postgres/doctor.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { withPassword } from './password.ts';
import { type Language, line } from './sentences.ts';

const USAGE = `Checks a festival's database with a given login, and says what to do. Writes nothing.

  npm run doctor -- --database postgres://user@host:5432/database [--language en|fr] [--json]

  Add ?sslmode=verify-full&sslrootcert=/path/root.crt for a server whose certificate this computer does not trust.
  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.
  Exits with 0 if the console can work with it, 1 if a check failed, 2 if the arguments are invalid.`;

/** Findings go to the standard output; what is wrong with the command itself to the standard error. */
const main = async (args: readonly string[]): Promise<number> => {
  let language: Language;
  let settings: ConnectionSettings;
  let json: boolean;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...DATABASE_OPTIONS,
        language: { type: 'string', default: 'en' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    const named = readDatabaseOption(values, process.env);
    if (named === undefined) throw new TypeError('--database is missing.');
    if (values.language !== 'en' && values.language !== 'fr') throw new TypeError('--language must be en or fr.');
    language = values.language;
    json = values.json;
    settings = await withPassword(named);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const findings = await examine(settings, { clock: { now: Date.now, monotonic: () => performance.now() } });
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const finding of findings) console.log(line(finding, language));
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
