import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirUnsafe, openDataDir } from './data-dir.ts';

/* Another user of the machine wants to read what a console keeps, or to have it write elsewhere. */
const root = process.getuid?.() === 0;
const NOBODY = 65_534;
let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-data-'));
  dataDir = join(folder, 'regie');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('the data directory', () => {
  it('is closed when it is made, and so is what a host and its children write', () => {
    openDataDir(join(folder, 'deep', 'regie'));
    // As root, the training server's user passes through; nobody lists or reads.
    expect(modeOf(join(folder, 'deep', 'regie'))).toBe(root ? 0o711 : 0o700);
    const script = `
      import { keepFilesPrivate, openDataDir } from ${JSON.stringify(join(import.meta.dirname, 'data-dir.ts'))};
      import { mkdirSync, writeFileSync } from 'node:fs';
      keepFilesPrivate();
      openDataDir(${JSON.stringify(dataDir)});
      mkdirSync(${JSON.stringify(join(dataDir, 'logs'))});
      writeFileSync(${JSON.stringify(join(dataDir, 'logs', 'regie.jsonl'))}, '');`;
    const ran = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
    expect(ran.stderr.toString()).toBe('');
    expect(modeOf(join(dataDir, 'logs'))).toBe(0o700);
    expect(modeOf(join(dataDir, 'logs', 'regie.jsonl'))).toBe(0o600);
  });

  it('of an earlier version is closed with everything in it', () => {
    mkdirSync(join(dataDir, 'festivals', 'backups'), { recursive: true });
    const files = ['laptop.sqlite', 'festivals/a.outbox.sqlite', 'festivals/backups/b.sqlite'].map((name) =>
      join(dataDir, name),
    );
    for (const file of files) {
      writeFileSync(file, 'kept');
      chmodSync(file, 0o666);
    }
    chmodSync(join(dataDir, 'festivals'), 0o777);
    chmodSync(dataDir, 0o777);
    expect(openDataDir(dataDir)).toEqual([]);
    expect(files.map(modeOf)).toEqual([0o600, 0o600, 0o600]);
    expect(modeOf(join(dataDir, 'festivals'))).toBe(0o700);
    expect(modeOf(dataDir) & 0o066).toBe(0);
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['kept', 'kept', 'kept']);
  });

  it('with a link in it is refused, and nothing is written to where that leads', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious', { mode: 0o644 });
    for (const name of ['outbox.sqlite', 'logs', 'secrets.json', 'festivals']) {
      mkdirSync(dataDir, { recursive: true });
      symlinkSync(victim, join(dataDir, name));
      expect(() => openDataDir(dataDir)).toThrow(DataDirUnsafe);
      expect(() => openDataDir(dataDir)).toThrow(`${name} is a link`);
      rmSync(dataDir, { recursive: true });
    }
    expect(modeOf(victim)).toBe(0o644);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  it('below a folder into which everybody may write is refused, unless nobody can replace another’s files there', () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    expect(() => openDataDir(join(shared, 'regie'))).toThrow(`Everybody on this machine may write into ${shared}`);
    chmodSync(shared, 0o1777);
    expect(openDataDir(join(shared, 'regie'))).toEqual([]);
  });

  it.skipIf(!root)('of another user, or with a file that another user has put there, is refused', () => {
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY, NOBODY);
    expect(() => openDataDir(dataDir)).toThrow(`${dataDir} belongs to another user`);
    chownSync(dataDir, 0, 0);
    const file = join(dataDir, 'laptop.sqlite');
    writeFileSync(file, 'prepared');
    chownSync(file, NOBODY, NOBODY);
    expect(() => openDataDir(dataDir)).toThrow(`${file} belongs to another user`);
  });

  it.skipIf(!root)('behind a link that another user has made is refused', () => {
    mkdirSync(dataDir);
    const link = join(folder, 'link');
    symlinkSync(dataDir, link);
    expect(openDataDir(link)).toEqual([]);
    spawnSync('chown', ['-h', String(NOBODY), link]);
    expect(() => openDataDir(link)).toThrow(`${link} is a link that another user`);
  });

  it.skipIf(!root)('that cannot be closed is opened all the same, and what is open is named', () => {
    mkdirSync(dataDir);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0755', 'none', dataDir]);
    if (mounted.status !== 0) return;
    try {
      writeFileSync(join(dataDir, 'laptop.sqlite'), '', { mode: 0o644 });
      expect(spawnSync('mount', ['-o', 'remount,ro', dataDir]).status).toBe(0);
      expect(openDataDir(dataDir)).toEqual([dataDir, join(dataDir, 'laptop.sqlite')]);
    } finally {
      spawnSync('umount', [dataDir]);
    }
  });
});
