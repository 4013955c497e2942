import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { parseDatabaseUrl } from './connection-settings.ts';

/** What names a festival on a command line, and where its password comes from. */
export const DATABASE_OPTIONS = {
  database: { type: 'string' },
  'password-file': { type: 'string' },
} as const;

type Given = { readonly database?: string | undefined; readonly 'password-file'?: string | undefined };
type Environment = Record<string, string | undefined>;

/** How to give a password, for whoever has tried it another way. */
const WAYS =
  'Give it in a file that only you can read (--password-file FILE), in PGPASSWORD, or the whole address in REGIE_DATABASE';

/**
 * The festival that a command line or REGIE_DATABASE names; undefined where neither does. The password comes from the
 * environment or a file: every user of a machine reads the command lines of all processes. What was read of the
 * environment is removed from it, so that no child process gets it.
 * @returns settings whose password is empty where none was given: it is asked for then
 * @throws TypeError with a sentence for whoever typed it
 */
export const readDatabaseOption = (given: Given, environment: Environment): ConnectionSettings | undefined => {
  const { REGIE_DATABASE: whole, PGPASSWORD: password } = environment;
  delete environment.REGIE_DATABASE;
  delete environment.PGPASSWORD;
  if (given.database !== undefined && hasPassword(given.database)) {
    throw new TypeError(
      `A password on the command line can be read by every user of this machine. ${WAYS}. Leave it out of --database.`,
    );
  }
  const address = given.database ?? (whole === '' ? undefined : whole);
  if (address === undefined) {
    if (given['password-file'] === undefined) return undefined;
    throw new TypeError('--password-file is for the festival that --database names.');
  }
  const settings = parseDatabaseUrl(address);
  if (given['password-file'] !== undefined) {
    return { ...settings, password: readPasswordFile(given['password-file']) };
  }
  return settings.password === '' ? { ...settings, password: password ?? '' } : settings;
};

/** Also where the address as a whole cannot be used: the sentence about that would come too late. */
const hasPassword = (address: string): boolean =>
  (URL.parse(address)?.password ?? '') !== '' ||
  /^\w+:\/\/[^/@]*:[^/@]+@/.test(address) ||
  /(?:^|[?&\s])password\s*=/i.test(address);

const MAX_BYTES = 4_096;

/**
 * The first line of a file that only its owner can read.
 * @throws TypeError where others can, or where it cannot be read
 */
export const readPasswordFile = (path: string): string => {
  const file = (() => {
    try {
      return openSync(path, constants.O_RDONLY);
    } catch (error) {
      throw new TypeError(
        `The password file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  })();
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new TypeError(`${path} is no file.`);
    // Windows has no such rights: the file's owner decides there.
    if (process.getuid !== undefined) {
      if ((stats.mode & 0o077) !== 0) {
        throw new TypeError(`Others can read ${path}. Close it (chmod 600 ${path}) and change the password.`);
      }
      if (stats.uid !== process.getuid() && stats.uid !== 0) throw new TypeError(`${path} belongs to another user.`);
    }
    if (stats.size > MAX_BYTES) throw new TypeError(`${path} is too long for a password.`);
    const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/, 1);
    if (line === '') throw new TypeError(`${path} has no password in its first line.`);
    return line;
  } finally {
    closeSync(file);
  }
};
