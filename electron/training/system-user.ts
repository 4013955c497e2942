import { execFile } from 'node:child_process';
import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../lib/log.ts';
import { TrainingServerError } from './training-server-error.ts';

/** The operating system's user as whom Postgres runs. */
export type SystemUser = { readonly uid: number; readonly gid: number };

const run = promisify(execFile);
const NAME = 'postgres';

/**
 * Postgres refuses to run as root: then it runs as the system user `postgres`, which is made where it is missing.
 * @returns undefined where Postgres can run as we do.
 * @throws TrainingServerError when there is no such user and none can be made.
 */
export const systemUser = async (log: Log): Promise<SystemUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return await lookUp();
  } catch {
    log.info('making the system user for the training festival', { user: NAME });
  }
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME]);
    return await lookUp();
  } catch (error) {
    throw new TrainingServerError('training_server_no_user', { user: NAME }, { cause: error });
  }
};

const lookUp = async (): Promise<SystemUser> => {
  const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
};

/**
 * Checks that the user may enter every folder down to `path`, because initdb would only report
 * "could not access directory".
 * @throws TrainingServerError naming the first folder that is closed, and what to do.
 */
export const requirePassage = (path: string, user: SystemUser): void => {
  const folders: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  const closed = folders.find((folder) => !mayPass(statSync(folder), user));
  if (closed !== undefined) {
    throw new TrainingServerError('training_server_folder_closed', { user: NAME, folder: closed });
  }
};

const mayPass = (stats: Stats, user: SystemUser): boolean => {
  if (stats.uid === user.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === user.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
};
