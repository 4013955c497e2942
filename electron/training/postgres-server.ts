import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { Log } from '../lib/log.ts';
import { openSession } from '../postgres/session.ts';
import { sql } from '../postgres/sql.ts';
import { createCluster, whyUnusable, writeServerSettings } from './cluster.ts';
import { freePort } from './free-port.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { createPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts';
import { isAlive, isPostgresOn, type Postmaster, readPostmaster } from './postmaster.ts';
import { requirePassage, systemUser } from './system-user.ts';
import { newPasswords, readTrainingFile, type TrainingFile, writeTrainingFile } from './training-file.ts';
import { TrainingServerError } from './training-server-error.ts';

/** The training festival's own Postgres, reachable from this machine only. */
export type PostgresServer = {
  /** The superuser `postgres` on the database `postgres`. */
  readonly settings: ConnectionSettings;
  readonly passwords: TrainingFile['passwords'];
  /** Starts the server again on its port when it is gone. */
  ensureRunning(): Promise<void>;
  /** Ends the server, also one that an earlier process had started. Safe to call twice. */
  stop(): Promise<void>;
};

const ADMINISTRATOR = 'postgres';
/** How long a server that we found running may take to finish its start, its recovery or its stop. */
const FOUND_SERVER_MS = 30_000;
const STEP_MS = 100;
const STARTS = 4;

/**
 * Starts Postgres in `<dataDir>/postgres`; makes it first where it is not there. A server that outlived a crash of ours
 * is used on. Whoever calls this holds the lock of the data directory (buffer/data-dir-lock.ts).
 * @throws TrainingServerError with a sentence that says what to do.
 */
export const openPostgresServer = async (options: { dataDir: string; log: Log }): Promise<PostgresServer> => {
  const { log } = options;
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const clusterDir = join(dataDir, 'postgres');
  const binaries = await findPostgresBinaries();
  const user = await systemUser(log);
  if (user !== undefined) {
    requirePassage(dataDir, user);
    requirePassage(binaries.folder, user);
  }
  const programs = createPostgresPrograms({ binaries, user, dataDir, clusterDir });

  const existing = readTrainingFile(dataDir);
  const file: TrainingFile = existing ?? { port: await freePort(), passwords: newPasswords() };
  const settingsAt = (port: number): ConnectionSettings => ({
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user: ADMINISTRATOR,
    password: file.passwords.administrator,
    tls: 'off',
  });

  /** Stops whatever server runs on the cluster. */
  const end = async (): Promise<void> => {
    const found = readPostmaster(clusterDir);
    if (found === undefined || !isAlive(found.pid)) return;
    if (!(await programs.stop('fast'))) {
      log.warn('the training server did not stop in time and is stopped immediately');
      await programs.stop('immediate');
    }
  };

  /** The port of a server that an earlier process of ours had started, if it still answers. */
  const takeOver = async (): Promise<number | undefined> => {
    const found = readPostmaster(clusterDir);
    // Postgres removes the pid file of a dead server.
    if (found === undefined || !isAlive(found.pid)) return undefined;
    const ours = await isPostgresOn(found.pid, clusterDir);
    if (ours === false) {
      log.info('the pid file of the training server names another process and is removed', { pid: found.pid });
      rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
      return undefined;
    }
    const port = await answeringPort(found, clusterDir, settingsAt);
    if (port !== undefined) return port;
    if (!isAlive(found.pid)) return undefined;
    if (ours === 'unknown') {
      throw new TrainingServerError('training_server_stuck', {
        pid: found.pid,
        file: join(clusterDir, 'postmaster.pid'),
      });
    }
    log.warn('the training server of an earlier run does not answer and is stopped', { pid: found.pid });
    await end();
    return undefined;
  };

  const start = (preferred: number, fixed: boolean) => startServer({ programs, clusterDir, log }, preferred, fixed);

  rmSync(`${clusterDir}.new`, { recursive: true, force: true });
  if (existsSync(clusterDir)) {
    const problem =
      existing === undefined ? 'its passwords are lost' : whyUnusable(clusterDir, await programs.version());
    if (problem !== undefined) {
      const aside = await moveAside(clusterDir, end);
      log.warn('the training festival was moved aside and is created again', { problem, aside });
    }
  }
  if (existing === undefined) writeTrainingFile(dataDir, file);
  if (!existsSync(clusterDir)) {
    await createCluster({ programs, clusterDir, user, password: file.passwords.administrator });
    log.info('the training server was made');
  }

  let port = await takeOver();
  if (port === undefined) port = await start(file.port, false);
  else log.info('the training server of an earlier run is used on', { port });
  if (port !== file.port) writeTrainingFile(dataDir, { ...file, port });
  const settings = settingsAt(port);

  let stopping: Promise<void> | undefined;
  return {
    settings,
    passwords: file.passwords,
    ensureRunning: async () => {
      if (stopping !== undefined) return;
      const running = await takeOver();
      if (running === undefined && stopping === undefined) {
        await start(settings.port, true);
        log.warn('the training server was gone and was started again');
      }
    },
    stop: () => {
      stopping ??= end();
      return stopping;
    },
  };
};

/** @returns where the cluster is now */
const moveAside = async (clusterDir: string, end: () => Promise<void>): Promise<string> => {
  const found = readPostmaster(clusterDir);
  if (found !== undefined && (await isPostgresOn(found.pid, clusterDir)) === true) await end();
  const aside = `${clusterDir}.${new Date(statSync(clusterDir).mtimeMs).toISOString().replace(/\W/g, '')}`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(clusterDir, aside);
  return aside;
};

/** Starts the cluster's server. @returns its port: another than the preferred one only where that is not fixed. */
const startServer = async (
  { programs, clusterDir, log }: { programs: PostgresPrograms; clusterDir: string; log: Log },
  preferred: number,
  fixed: boolean,
): Promise<number> => {
  for (let attempt = 1; ; attempt += 1) {
    const port = fixed ? preferred : await freePort(preferred);
    writeServerSettings(clusterDir, port);
    const failure = await programs.start();
    if (failure === undefined) {
      if (port !== preferred) log.info('the training server has another port', { port });
      return port;
    }
    // Another program took the port in between, or backends of a killed server are still letting go of its memory.
    const passing = /address already in use|could not bind|shared memory block|Only one usage of each socket/i;
    if (attempt === STARTS || !passing.test(failure)) {
      throw new TrainingServerError('training_server_not_started', { message: lastWords(failure), folder: clusterDir });
    }
    await pause(STEP_MS * 5);
  }
};

const directoryRow = z.object({ data_directory: z.string() });

/** The port on which the found server lets us in and names our folder; undefined when it does not in time. */
const answeringPort = async (
  found: Postmaster,
  clusterDir: string,
  settingsAt: (port: number) => ConnectionSettings,
): Promise<number | undefined> => {
  const deadline = performance.now() + FOUND_SERVER_MS;
  while (isAlive(found.pid) && performance.now() < deadline) {
    const { port } = readPostmaster(clusterDir) ?? found;
    if (port !== undefined) {
      const answer = await directoryAt(settingsAt(port));
      if (answer.state === 'answered') return samePath(answer.directory, clusterDir) ? port : undefined;
      if (answer.state === 'refused') return undefined;
    }
    await pause(STEP_MS);
  }
  return undefined;
};

type DirectoryAnswer = { state: 'answered'; directory: string } | { state: 'refused' } | { state: 'not_yet' };

const directoryAt = async (settings: ConnectionSettings): Promise<DirectoryAnswer> => {
  try {
    const session = await openSession({ settings, applicationName: 'regie/training', connectTimeoutMs: 3_000 });
    try {
      const { data_directory } = await session.row(directoryRow, sql`/* regie:training */ show data_directory`);
      return { state: 'answered', directory: data_directory };
    } finally {
      session.destroy();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // Class 28: this password is not its password. Anything else may pass: starting up, shutting down, recovering.
    return { state: code.startsWith('28') ? 'refused' : 'not_yet' };
  }
};

const samePath = (one: string, other: string): boolean => {
  try {
    return realpathSync.native(one) === realpathSync.native(other);
  } catch {
    return false;
  }
};

/** The lines of the server's output that give the reason. */
const lastWords = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|HINT|could not|cannot/.test(line));
  return (telling.length > 0 ? telling : lines).slice(-3).join(' · ').slice(0, 600) || 'none';
};
