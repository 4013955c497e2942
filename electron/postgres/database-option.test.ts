import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OptionsError, readHostOptions } from '../host-options.ts';
import { readDatabaseOption, readPasswordFile } from './database-option.ts';

const URL_WITHOUT = 'postgres://regie@db.festival.example/festival';
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-password-'));
  file = join(folder, 'password');
  writeFileSync(file, 'from the file\nand a remark\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the festival of a command line', () => {
  it('has its password from a file, PGPASSWORD or REGIE_DATABASE, and else none', () => {
    const read = (...given: Parameters<typeof readDatabaseOption>) => readDatabaseOption(...given)?.password;
    expect(read({ database: URL_WITHOUT }, {})).toBe('');
    expect(read({ database: URL_WITHOUT }, { PGPASSWORD: 'from the environment' })).toBe('from the environment');
    expect(read({ database: URL_WITHOUT, 'password-file': file }, { PGPASSWORD: 'x' })).toBe('from the file');
    expect(read({}, { REGIE_DATABASE: 'postgres://regie:whole@h/f' })).toBe('whole');
    expect(readDatabaseOption({}, {})).toBeUndefined();
  });

  it('leaves no password in the environment, where child processes would get it', () => {
    const environment = { PGPASSWORD: 'hunter2', REGIE_DATABASE: 'postgres://a:hunter2@b/c', PATH: '/bin' };
    readDatabaseOption({}, environment);
    expect(environment).toEqual({ PATH: '/bin' });
  });

  it.each([
    'postgres://regie:hunter2@h/f',
    'postgres://:hunter2@h/f',
    'postgresql://regie:hunter2@h/f?sslmode=disable',
    'postgres://regie:hunter2@h:99999/f',
    'postgres://regie@h/f?password=hunter2',
  ])('with a password in it, as %s, is refused in a sentence that does not repeat it', (url) => {
    for (const options of [['--database', url], [`--database=${url}`]]) {
      const refused = () => readHostOptions(options, {}, '0.0.0');
      expect(refused).toThrow(OptionsError);
      expect(refused).toThrow('can be read by every user of this machine');
      expect(refused).not.toThrow(/hunter2/);
    }
  });
});

describe.skipIf(process.platform === 'win32')('a password file', () => {
  it('that others can read, or through a link, is refused', () => {
    const link = join(folder, 'link');
    symlinkSync(file, link);
    for (const mode of [0o644, 0o640, 0o606, 0o602]) {
      chmodSync(file, mode);
      expect(() => readPasswordFile(file)).toThrow('Others can read');
      expect(() => readPasswordFile(link)).toThrow('Others can read');
    }
  });

  it('that is none is refused', () => {
    expect(() => readPasswordFile(folder)).toThrow('is no file');
    expect(() => readPasswordFile(join(folder, 'nothing'))).toThrow('cannot be read');
    writeFileSync(file, '\n');
    expect(() => readPasswordFile(file)).toThrow('no password in its first line');
  });
});
