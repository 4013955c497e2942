import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PostgresPrograms } from './postgres-programs.ts';
import type { SystemUser } from './system-user.ts';
import { TrainingServerError } from './training-server-error.ts';

/**
 * Makes the cluster beside its place and moves it there when it is complete, so that one that was interrupted never
 * looks like one.
 * @throws TrainingServerError with initdb's words.
 */
export const createCluster = async (options: {
  programs: PostgresPrograms;
  clusterDir: string;
  user: SystemUser | undefined;
  password: string;
}): Promise<void> => {
  const { programs, clusterDir, user, password } = options;
  const made = `${clusterDir}.new`;
  const passwordFile = `${clusterDir}.password`;
  mkdirSync(made, { mode: 0o700 });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) {
    chownSync(made, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    const failure = await programs.initdb([
      `--pgdata=${made}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      ...['--auth-host=scram-sha-256', '--auth-local=scram-sha-256'],
      // The same on every system, whatever locales it has.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ]);
    if (failure !== undefined) {
      throw new TrainingServerError('training_server_not_created', {
        folder: clusterDir,
        message: failure.trim().slice(-600),
      });
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  appendFileSync(join(made, 'postgresql.conf'), `\ninclude_if_exists '${SETTINGS_FILE}'\n`);
  renameSync(made, clusterDir);
};

/** @returns undefined for a cluster that this version can run, else why not. */
export const whyUnusable = (clusterDir: string, version: string): string | undefined => {
  const versionFile = join(clusterDir, 'PG_VERSION');
  if (!existsSync(join(clusterDir, 'global', 'pg_control')) || !existsSync(versionFile)) return 'it is not complete';
  const made = readFileSync(versionFile, 'utf8').trim();
  return made === version ? undefined : `it was made by Postgres ${made} and this is ${version}`;
};

const SETTINGS_FILE = 'regie.conf';

/**
 * Writes what the server is started with. A file and not a command line: no shell of any system has to agree about
 * quotes. Memory is small: it shares a laptop with everything else.
 */
export const writeServerSettings = (clusterDir: string, port: number): void => {
  const file = join(clusterDir, SETTINGS_FILE);
  writeFileSync(
    file,
    [
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      // A socket's path may have 107 bytes at most, which a data directory easily exceeds: none is made.
      "unix_socket_directories = ''",
      'max_connections = 100',
      "shared_preload_libraries = 'pg_stat_statements'",
      "shared_buffers = '64MB'",
      "max_wal_size = '256MB'",
      "min_wal_size = '32MB'",
      'wal_level = minimal',
      // The time from a commit to its alert can then be measured exactly.
      'track_commit_timestamp = on',
      'max_wal_senders = 0',
      "timezone = 'UTC'",
      "log_timezone = 'UTC'",
      '',
    ].join('\n'),
  );
  // The server may run as another user, whose folder nobody else enters.
  chmodSync(file, 0o644);
};
