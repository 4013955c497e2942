import { homedir, hostname, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Config, configSchema } from './config.ts';
import { MONITOR_OPTIONS, readOutsideOptions } from './monitor/options.ts';
import { DATABASE_OPTIONS, readDatabaseOption } from './postgres/database-option.ts';

export type HostOptions = { config: Config; port: number; open: boolean };

/** What was wrong with the command line or the environment, in a sentence. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

const environmentSchema = z.object({
  MONITORING_INTERVAL_CRITICAL: z.coerce.number().int().min(1_000).max(600_000).optional(),
  MONITORING_INTERVAL_MEDIUM: z.coerce.number().int().min(1_000).max(3_600_000).optional(),
});

/**
 * Reads the command line and the environment of a host. A password is removed from the environment.
 * @throws OptionsError with a sentence that says what was wrong and what is allowed.
 */
export const readHostOptions = (
  argv: readonly string[],
  environment: Record<string, string | undefined>,
  version: string,
): HostOptions => {
  const values = parseOptions(argv);
  const port = z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .safeParse(values.port ?? '0');
  if (!port.success) throw new OptionsError(`--port must be a number from 0 to 65535, not "${values.port}".`);
  const connection = readDatabase(values, environment);
  const seed = z.coerce.number().int().optional().safeParse(values.seed);
  if (!seed.success) throw new OptionsError(`--seed must be a whole number, not "${values.seed}".`);
  return {
    port: port.data,
    open: values['no-open'] !== true,
    config: configSchema.parse({
      dataDir: resolve(values['data-dir'] ?? defaultDataDir(environment)),
      laptop: laptopName(values.laptop ?? hostname()),
      version,
      ...(connection === undefined ? {} : { connection }),
      ...(seed.data === undefined ? {} : { seed: seed.data }),
      ...readIntervals(environment),
      ...readOutside(values, environment),
    }),
  };
};

const parseOptions = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        ...DATABASE_OPTIONS,
        ...MONITOR_OPTIONS,
        seed: { type: 'string' },
        laptop: { type: 'string' },
        'no-open': { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const words = error instanceof Error ? error.message.split('. ', 1)[0] : String(error);
    throw new OptionsError(
      `${words}. Known options: --no-open --port N --data-dir DIR --database URL --password-file FILE --seed N --laptop NAME --monitor-port N --monitor-address IP`,
    );
  }
};

const readDatabase = (...given: Parameters<typeof readDatabaseOption>) => {
  try {
    return readDatabaseOption(...given);
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
};

const readOutside = (...given: Parameters<typeof readOutsideOptions>) => {
  try {
    return readOutsideOptions(...given);
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
};

const readIntervals = (environment: Readonly<Record<string, string | undefined>>): Pick<Config, 'intervals'> => {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    throw new OptionsError(`${name} is "${environment[name]}": ${issue?.message}. It is a number of milliseconds.`);
  }
  const { MONITORING_INTERVAL_CRITICAL: criticalMs, MONITORING_INTERVAL_MEDIUM: mediumMs } = parsed.data;
  if (criticalMs === undefined && mediumMs === undefined) return {};
  return { intervals: { criticalMs: criticalMs ?? 30_000, mediumMs: mediumMs ?? 120_000 } };
};

/** The machine's name without what a DBA's tools or a person would stumble over. */
export const laptopName = (host: string): string =>
  (host.split('.', 1)[0] ?? '')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .slice(0, 40) || 'laptop';

/** The platform's folder for application data. Root's home is closed to the system user that runs the training server. */
const defaultDataDir = (environment: Readonly<Record<string, string | undefined>>): string => {
  const home = homedir();
  switch (platform()) {
    case 'win32':
      return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Regie');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Regie');
    default:
      if (process.getuid?.() === 0) return '/var/lib/regie';
      return join(environment.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'regie');
  }
};
