import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAddressFile } from './address-file.ts';

/* Another user of this machine wants the address that opens the console. */

const ADDRESS = 'http://127.0.0.1:1/#token=abc';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-address-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the address for the next browser', () => {
  it('is in a file that only its owner reads, also where one was there for everybody', () => {
    const file = join(folder, 'open.html');
    writeFileSync(file, 'old', { mode: 0o666 });
    writeAddressFile(file, ADDRESS);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(ADDRESS);
  });

  it('is not written to where a link leads', () => {
    const file = join(folder, 'open.html');
    const elsewhere = join(folder, 'elsewhere.html');
    symlinkSync(elsewhere, file);
    writeAddressFile(file, ADDRESS);
    expect(existsSync(elsewhere)).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)('cannot be read by somebody else', () => {
    const file = join(folder, 'open.html');
    writeAddressFile(file, ADDRESS);
    execFileSync('chmod', ['755', folder]);
    expect(() => execFileSync('cat', [file], { uid: 65_534, stdio: 'pipe' })).toThrow(/denied/);
  });
});
