import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What `postmaster.pid` says about the server that runs, or ran, on a data directory. */
export type Postmaster = { readonly pid: number; readonly port: number | undefined };

/** @returns undefined where there is no such file, or one that is not complete. */
export const readPostmaster = (clusterDir: string): Postmaster | undefined => {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: port > 0 && port <= 65_535 ? port : undefined };
};

/** Whether a process has this id. One of another user counts. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/**
 * Whether the process with this id is a Postgres on this data directory, and not another one that got the id of a dead
 * server. A postmaster's working directory is its data directory; where that cannot be read, its command line is.
 * @returns 'unknown' where the system does not tell.
 */
export const isPostgresOn = async (pid: number, clusterDir: string): Promise<boolean | 'unknown'> => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch {
    // No /proc, or somebody else's process.
  }
  try {
    if (process.platform === 'win32') {
      const { stdout } = await run('tasklist', ['/fi', `PID eq ${pid}`, '/fo', 'csv', '/nh'], { windowsHide: true });
      return stdout.toLowerCase().startsWith('"postgres.exe"') ? 'unknown' : false;
    }
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.includes('postgres') && stdout.includes(clusterDir);
  } catch {
    return 'unknown';
  }
};

const run = promisify(execFile);
