import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/** Another user of this machine could read or change what would be kept there. Says what, and what to do. */
export class DataDirUnsafe extends Error {
  override readonly name = 'DataDirUnsafe';
}

/** Entries that others can still read although they were to be closed: a file system without rights, for instance. */
export type OpenEntries = readonly string[];

/**
 * Every file that this process and its children make is its user's alone. A host calls it before anything else; it is no
 * part of the core, because it holds for the whole process.
 */
export const keepFilesPrivate = (): void => {
  process.umask(0o077);
};

/**
 * Makes the data directory where it is missing, and closes it and everything in it to other users.
 * @returns what could not be closed, for people to be told
 * @throws DataDirUnsafe where somebody else could put other files in its place, or has put some there already
 */
export const openDataDir = (dataDir: string): OpenEntries => {
  const made = mkdirSync(dataDir, { recursive: true });
  // Windows gives a folder of a user's own to that user alone.
  if (process.getuid === undefined) return [];
  const owners = ownersOf(process.getuid());
  const folder = realpathSync(dataDir);
  // As root the training server runs as another user, who passes through and reads nothing.
  const own = process.getuid() === 0 ? 0o711 : 0o700;
  if (made !== undefined) for (const one of foldersBetween(realpathSync(made), folder)) chmodSync(one, own);
  requireSafeLink(dataDir, owners);
  requireSafeParents(folder, owners);
  return [...closeEntry(folder, statSync(folder), own), ...closeAll(folder, owners)];
};

const CLUSTER = /^postgres(\.|-\d|$)/;
const PROFILE = 'electron';
/** Read and never written: whoever looks after the runbooks of several laptops may keep them elsewhere. */
const READ_ONLY = 'runbooks';

/** Us and root, and with sudo whoever called it. */
const ownersOf = (uid: number): ReadonlySet<number> =>
  new Set([uid, 0, ...(uid === 0 && process.env.SUDO_UID !== undefined ? [Number(process.env.SUDO_UID)] : [])]);

const foldersBetween = (from: string, to: string): string[] => {
  const folders = [to];
  for (let folder = to; folder !== from && folder !== dirname(folder); ) {
    folder = dirname(folder);
    folders.unshift(folder);
  }
  return folders;
};

/** A link to the data directory decides where it is: it must be ours as well. */
const requireSafeLink = (dataDir: string, owners: ReadonlySet<number>): void => {
  const path = resolve(dataDir);
  const stats = lstatSync(path);
  if (stats.isSymbolicLink() && !owners.has(stats.uid)) {
    throw new DataDirUnsafe(
      `${path} is a link that another user of this machine made. Remove it, or choose --data-dir.`,
    );
  }
};

const requireSafeParents = (folder: string, owners: ReadonlySet<number>): void => {
  for (let at = folder; ; at = dirname(at)) {
    const stats = statSync(at);
    if (!owners.has(stats.uid)) {
      throw new DataDirUnsafe(
        `${at} belongs to another user of this machine, who could replace what Regie keeps in it. Choose a folder of your own with --data-dir.`,
      );
    }
    // In a folder like /tmp everybody may write, and replace nothing that is not theirs.
    const sticky = (stats.mode & 0o1000) !== 0;
    if (at !== folder && (stats.mode & 0o002) !== 0 && !sticky) {
      throw new DataDirUnsafe(
        `Everybody on this machine may write into ${at}, and replace what Regie keeps below it. Close it (chmod o-w ${at}), or choose --data-dir.`,
      );
    }
    if (at === dirname(at)) return;
  }
};

const closeAll = (folder: string, owners: ReadonlySet<number>, inside = ''): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const stats = lstatIfThere(path);
    if (stats === undefined) return [];
    const top = inside === '' ? entry.name : inside;
    if (stats.isSymbolicLink()) {
      if (top === READ_ONLY) return [];
      throw new DataDirUnsafe(
        `${path} is a link, and Regie would write to where it leads. Remove it, or choose --data-dir.`,
      );
    }
    // Postgres closes its cluster, which as root is another user's, as is a password that a crash has left.
    if (inside === '' && CLUSTER.test(entry.name)) return [];
    // Chromium keeps links in its profile.
    if (inside === '' && entry.name === PROFILE) return closeOwn(path, stats, owners, 0o700);
    const open = closeOwn(path, stats, owners, stats.isDirectory() ? 0o700 : 0o600);
    return stats.isDirectory() ? [...open, ...closeAll(path, owners, top)] : open;
  });

const closeOwn = (path: string, stats: Stats, owners: ReadonlySet<number>, mode: number): string[] => {
  if (!owners.has(stats.uid)) {
    throw new DataDirUnsafe(
      `${path} belongs to another user of this machine, who may have put it there. Move it away, or choose --data-dir.`,
    );
  }
  return closeEntry(path, stats, mode);
};

const closeEntry = (path: string, { mode: now }: Stats, mode: number): string[] => {
  if ((now & 0o077 & ~mode) === 0) return [];
  try {
    chmodSync(path, mode);
    if ((statSync(path).mode & 0o077 & ~mode) === 0) return [];
  } catch {
    // A file system without rights, or one that is read only: people are told.
  }
  return [path.split(sep).join('/')];
};

/** Somebody may have removed it since the folder was read: SQLite's own files come and go. */
const lstatIfThere = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
