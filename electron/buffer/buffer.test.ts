import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      console.log('locked');
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(() => lockDataDir(folder)).toThrow(DataDirInUse);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockDataDir(folder)();
  });
});
