// A folder for temporary files that is in memory, for tests that make and remove thousands of databases' files.
import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const PREFIX = 'regie-tests-';
/** The tests hold up to a gigabyte there at a time. */
const ROOM = 3e9;
/** Beside the tests' own programs. */
const FREE_MEMORY = 4e9;

const hasRoom = () => {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    // Of Node 22 and newer, and less than the machine's in a container that is limited.
    const free = process.availableMemory?.() ?? freemem();
    return bavail * bsize > ROOM && free > FREE_MEMORY;
  } catch {
    return false;
  }
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** What runs that were killed have left behind would keep its memory until the next start of the machine. */
const removeOld = () => {
  for (const name of readdirSync(MEMORY).filter((one) => one.startsWith(PREFIX))) {
    if (!isAlive(Number(name.slice(PREFIX.length).split('-')[0]))) rmSync(join(MEMORY, name), { recursive: true });
  }
};

/**
 * Makes the folder; it is removed when this process ends.
 * @returns undefined where there is no such folder or no room: then files go where they always go.
 */
export const memoryFolder = () => {
  if (process.platform !== 'linux' || !hasRoom()) return undefined;
  removeOld();
  const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
  return folder;
};
