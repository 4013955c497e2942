import { parseArgs } from 'node:util';
import { examine } from '../electron/postgres/doctor.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';
import { type Language, line } from './sentences.ts';

const USAGE = `Checks a festival's database with a given login, and says what to do. Writes nothing.

  npm run doctor -- --database postgres://user@host:5432/database [--language en|fr] [--json]

  Add ?sslmode=verify-full&sslrootcert=/path/root.crt for a server whose certificate this computer does not trust.
  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.
  Exits with 0 if the console can work with it, 1 if a check failed, 2 if the arguments are invalid.`;

type Order = { readonly settings: ConnectionSettings; readonly language: Language; readonly json: boolean };

const read = async (args: string[]): Promise<Order | undefined> => {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMAND_OPTIONS,
      language: { type: 'string', default: 'en' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const named = namedDatabase(values);
  const { language, json } = values;
  if (language !== 'en' && language !== 'fr') throw new TypeError('--language must be en or fr.');
  return { settings: await withPassword(named), language, json };
};

await runCommand(USAGE, read, async ({ settings, language, json }) => {
  const findings = await examine(settings, { clock: { now: Date.now, monotonic: () => performance.now() } });
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const finding of findings) console.log(line(finding, language));
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
});
