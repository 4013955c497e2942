import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { SystemUser } from './system-user.ts';

/** The programs of Postgres, run for one cluster. */
export type PostgresPrograms = {
  /** The major version, such as `18`. */
  version(): Promise<string>;
  /** @returns what it wrote when it failed, else undefined. */
  initdb(args: readonly string[]): Promise<string | undefined>;
  /** Starts the server and waits until it is ready. @returns what was written when it failed, else undefined. */
  start(): Promise<string | undefined>;
  /** @returns whether no server runs any more. */
  stop(mode: 'fast' | 'immediate'): Promise<boolean>;
};

const START_SECONDS = 60;
const STOP_SECONDS = 30;
const LOG_BYTES = 10_000_000;

export const createPostgresPrograms = (options: {
  binaries: PostgresBinaries;
  user: SystemUser | undefined;
  dataDir: string;
  clusterDir: string;
}): PostgresPrograms => {
  const { binaries, user, dataDir, clusterDir } = options;
  const wordsFile = join(dataDir, 'postgres-control.log');

  /**
   * Runs a program to its end. Its words go to a file and not to a pipe: a server that it starts may inherit them, and
   * would hold a pipe open (Windows) or die of a closed one.
   */
  const run = (program: string, args: readonly string[]): Promise<{ code: number; words: string }> =>
    new Promise((resolve, reject) => {
      const words = openSync(wordsFile, 'w', 0o600);
      const child = spawn(program, args, {
        cwd: dataDir,
        env: environment(),
        stdio: ['ignore', words, words],
        windowsHide: true,
        ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
      });
      closeSync(words);
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        resolve({ code: code ?? 1, words: readFileSync(wordsFile, 'utf8') + (signal === null ? '' : ` (${signal})`) });
      });
    });

  return {
    version: async () => {
      const { words } = await run(binaries.initdb, ['--version']);
      return /\b(\d{1,4})(?:\.\d|beta|rc|devel)/.exec(words)?.[1] ?? 'unknown';
    },
    initdb: async (args) => {
      const { code, words } = await run(binaries.initdb, args);
      return code === 0 ? undefined : words;
    },
    start: async () => {
      // pg_ctl detaches the server: a Ctrl-C meant for us does not stop it under our feet. On Windows it also sheds an
      // administrator's rights, with which Postgres refuses to run.
      const serverLog = join(clusterDir, 'server.log');
      const from = trim(serverLog);
      const { code, words } = await run(binaries.pgCtl, [
        ...['start', '-w', '-s', '-t', String(START_SECONDS)],
        ...['-D', clusterDir, '-l', serverLog],
      ]);
      return code === 0 ? undefined : `${words}\n${textFrom(serverLog, from)}`;
    },
    stop: async (mode) => {
      const stopped = await run(binaries.pgCtl, [
        'stop',
        '-w',
        '-s',
        '-m',
        mode,
        '-t',
        String(STOP_SECONDS),
        '-D',
        clusterDir,
      ]);
      if (stopped.code === 0) return true;
      // 3: no server is running (pg_ctl's documentation).
      return (await run(binaries.pgCtl, ['status', '-D', clusterDir])).code === 3;
    },
  };
};

/** English words without surprises from the surroundings: no PGPORT, PGDATA or password reaches the server. */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|REGIE_|LC_|LANG)/.test(name))),
  LC_ALL: 'C',
});

/** Keeps one older log beside the current one. @returns the current one's length in bytes. */
const trim = (file: string): number => {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size < LOG_BYTES) return size;
  renameSync(file, `${file}.1`);
  return 0;
};

const textFrom = (file: string, from: number): string => {
  try {
    return readFileSync(file).subarray(from).toString('utf8');
  } catch {
    return '';
  }
};
