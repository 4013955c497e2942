import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBuffer } from './buffer.ts';
import { DataDirInUse, lockDataDir } from './data-dir-lock.ts';
import { createPreferenceStore } from './preferences.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-buffer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the local database', () => {
  it('is in WAL mode with synchronous=FULL on every open', () => {
    for (const _ of [1, 2]) {
      const buffer = openBuffer(join(folder, 'buffer.sqlite'), 'mirror');
      expect(buffer.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(buffer.pragma('synchronous', { simple: true })).toBe(2);
      expect(buffer.pragma('foreign_keys', { simple: true })).toBe(1);
      buffer.close();
    }
  });

  it('keeps preferences between starts and ignores one that no longer fits', () => {
    const file = join(folder, 'buffer.sqlite');
    const first = openBuffer(file, 'mirror');
    createPreferenceStore(first).write('operator', 'Léa');
    first.close();
    const second = openBuffer(file, 'mirror');
    const store = createPreferenceStore(second);
    expect(store.read('operator', z.string())).toBe('Léa');
    expect(store.read('operator', z.number())).toBeUndefined();
    expect(store.read('never written', z.string())).toBeUndefined();
    second.close();
  });

  it('refuses a file that is no database', () => {
    const file = join(folder, 'buffer.sqlite');
    writeFileSync(file, 'not a database, but long enough to be read as a header of one'.repeat(20));
    expect(() => openBuffer(file, 'mirror')).toThrow(/not a database/);
  });

  it('refuses a file of a newer Regie', () => {
    const file = join(folder, 'buffer.sqlite');
    const buffer = openBuffer(file, 'mirror');
    buffer.pragma('user_version = 999');
    buffer.close();
    expect(() => openBuffer(file, 'mirror')).toThrow(/newer Regie/);
  });
});

describe('a file of a Regie that kept operators’ secrets under their PINs', () => {
  it('has them no more after the first start: not even where they were on the disk', () => {
    const file = join(folder, 'mirror.sqlite');
    const migrations = join(import.meta.dirname, '../../migrations/sqlite/mirror');
    const before = new Database(file);
    before.pragma('journal_mode = WAL');
    for (const name of readdirSync(migrations).sort().slice(0, 5)) {
      before.exec(readFileSync(join(migrations, name), 'utf8'));
    }
    before.pragma('user_version = 5');
    const wrapped = 'a secret under a PIN '.repeat(400);
    before
      .prepare('insert into kept_answers (question, answer) values (?, ?)')
      .run('operators', JSON.stringify(wrapped));
    before.prepare('insert into kept_answers (question, answer) values (?, ?)').run('settings', '{}');
    before.close();
    expect(readFileSync(file).includes('a secret under a PIN')).toBe(true);
    openBuffer(file, 'mirror').close();
    const left = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    expect(left.some((bytes) => bytes.includes('a secret under a PIN'))).toBe(false);
    const after = openBuffer(file, 'mirror');
    expect(after.prepare('select question from kept_answers').pluck().all()).toEqual(['settings']);
    after.close();
  });
});

describe('the lock on the data directory', () => {
  it('is held by one process at a time and released', () => {
    const unlock = lockDataDir(folder);
    expect(() => lockDataDir(folder)).toThrow(DataDirInUse);
    unlock();
    lockDataDir(folder)();
  });

  it('is free again after its holder was killed with -9', async () => {
    const script = `
      const { lockDataDir } = await import(${JSON.stringify(join(import.meta.dirname, 'data-dir-lock.ts'))});
      lockDataDir(${JSON.stringify(folder)});
      await new Promise((resolve) => setTimeout(resolve, 50));
      gc();
      console.log('locked');
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(holder.stdout, 'data');
      expect(() => lockDataDir(folder)).toThrow(DataDirInUse);
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
    lockDataDir(folder)();
  });
});
