import { DATABASE_OPTIONS, readDatabaseOption } from '../electron/postgres/database-option.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';

/** What every command on a festival's database takes. */
export const COMMAND_OPTIONS = {
  ...DATABASE_OPTIONS,
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * The festival that a command is for.
 * @throws TypeError where none is named, with a sentence for whoever typed it
 */
export const namedDatabase = (values: Parameters<typeof readDatabaseOption>[0]): ConnectionSettings => {
  const named = readDatabaseOption(values, process.env);
  if (named === undefined) throw new TypeError('--database is missing.');
  return named;
};

/**
 * Runs a command: its work, or its usage where that is asked for. What is wrong with the arguments goes to the standard error
 * with the usage, and exits with 2.
 * @param read what the arguments ask for; undefined: the usage. Throws a sentence where they are wrong
 * @param work returns what the command exits with
 */
export const runCommand = async <Order>(
  usage: string,
  read: (args: string[]) => Promise<Order | undefined>,
  work: (order: Order) => Promise<number>,
): Promise<void> => {
  let order: Order | undefined;
  try {
    order = await read(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (order === undefined) console.log(usage);
  process.exitCode = order === undefined ? 0 : await work(order);
};
