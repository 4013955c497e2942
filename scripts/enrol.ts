import { parseArgs } from 'node:util';
import { z } from 'zod';
import { explainConnectionError } from '../electron/lib/postgres-errors.ts';
import { invitationStatement } from '../electron/operations/laptops/by-administrator.ts';
import { newEnrolmentCode, parseEnrolmentCode } from '../electron/operations/laptops/enrolment-code.ts';
import { DATABASE_OPTIONS, readDatabaseOption } from '../electron/postgres/database-option.ts';
import { openSession } from '../electron/postgres/session.ts';
import { laptopNameSchema } from '../shared/domain/operator.ts';
import { withPassword } from './password.ts';
import { line } from './sentences.ts';

const USAGE = `Makes a one-time code with which a laptop is enrolled: somebody types it there within ten minutes.
For a festival's first laptops, and where no supervisor can make one in Settings > Laptops.

  npm run enrol -- --database postgres://administrator@host:5432/database [--name booth-4]

  --name  the name that the laptop gets; without it, whoever types the code chooses

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 and the code, 1 if the database refused, 2 if the arguments are invalid.`;

const read = async (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...DATABASE_OPTIONS,
      name: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const named = readDatabaseOption(values, process.env);
  if (named === undefined) throw new TypeError('--database is missing.');
  const name = laptopNameSchema.nullable().safeParse(values.name ?? null);
  if (!name.success) throw new TypeError('--name has 1 to 40 characters.');
  return { settings: await withPassword(named), name: name.data };
};

const main = async (args: readonly string[]): Promise<number> => {
  let options: Awaited<ReturnType<typeof read>>;
  try {
    options = await read(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const { settings, name } = options;
  const code = newEnrolmentCode();
  const parsed = parseEnrolmentCode(code);
  if (parsed === undefined) throw new Error('a new code that is none');
  try {
    const session = await openSession({ settings, applicationName: 'regie/enrol' });
    try {
      await session.rows(z.unknown(), invitationStatement({ ...parsed, name }));
    } finally {
      session.destroy();
    }
  } catch (error) {
    console.error(line(explainConnectionError(error, settings), 'en'));
    return 1;
  }
  console.log(`${code}\n\nType it on the laptop within ten minutes. It can be used once.`);
  return 0;
};

process.exitCode = await main(process.argv.slice(2));
