import { parseArgs } from 'node:util';
import { z } from 'zod';
import { explainConnectionError } from '../electron/lib/postgres-errors.ts';
import { invitationStatement } from '../electron/operations/laptops/by-administrator.ts';
import { newEnrolmentCode, parseEnrolmentCode } from '../electron/operations/laptops/enrolment-code.ts';
import { pinStatement } from '../electron/operations/operators/by-administrator.ts';
import { newPinParams, pinKeyOf, stretchPin } from '../electron/operations/operators/pin.ts';
import { readPasswordFile } from '../electron/postgres/database-option.ts';
import { openSession } from '../electron/postgres/session.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { laptopNameSchema, pinSchema } from '../shared/domain/operator.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { askHidden, withPassword } from './password.ts';
import { line } from './sentences.ts';

const USAGE = `Makes a one-time code with which a laptop is enrolled: somebody types it there within ten minutes.
For a festival's first laptops, and where no supervisor can make one in Settings > Laptops. Or sets somebody's PIN, where no
supervisor can sign in: after a restore.

  npm run enrol -- --database postgres://administrator@host:5432/database [--name booth-4]
  npm run enrol -- --database postgres://administrator@host:5432/database --pin NAME [--pin-file FILE]

  --name      the name that the laptop gets; without it, whoever types the code chooses
  --pin       whose PIN is set: it is asked for, or stands in the first line of --pin-file (which only you can read)

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 and the code, 1 if the database refused, 2 if the arguments are invalid.`;

const read = async (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMAND_OPTIONS,
      name: { type: 'string' },
      pin: { type: 'string' },
      'pin-file': { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const named = namedDatabase(values);
  const name = laptopNameSchema.nullable().safeParse(values.name ?? null);
  if (!name.success) throw new TypeError('--name has 1 to 40 characters.');
  const settings = await withPassword(named);
  if (values.pin === undefined) return { settings, name: name.data };
  const file = values['pin-file'];
  const pin = file === undefined ? await askHidden(`New PIN of ${values.pin}: `) : readPasswordFile(file);
  if (!pinSchema.safeParse(pin).success) throw new TypeError('A PIN has 4 to 12 digits, a supervisor’s 6 at least.');
  return { settings, name: null, operator: values.pin, pin: pin ?? '' };
};

/** @returns whether there is somebody of that name */
const setPin = async (settings: ConnectionSettings, name: string, pin: string): Promise<boolean> => {
  const params = newPinParams();
  const pinKey = pinKeyOf(await stretchPin(pin, params));
  const session = await openSession({ settings, applicationName: 'regie/enrol' });
  try {
    return (
      (await session.rows(z.object({ role: z.string() }), pinStatement({ name, params, digits: pin.length, pinKey })))
        .length > 0
    );
  } finally {
    session.destroy();
  }
};

await runCommand(USAGE, read, async (options) => {
  const { settings, name } = options;
  if (options.operator !== undefined) {
    try {
      if (await setPin(settings, options.operator, options.pin)) {
        console.log(`${options.operator} signs in with the new PIN.`);
        return 0;
      }
      console.error(`There is no operator ${options.operator} who may sign in.`);
    } catch (error) {
      console.error(line(explainConnectionError(error, settings), 'en'));
    }
    return 1;
  }
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
});
