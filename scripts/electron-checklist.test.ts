import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/* docs/electron-checklist.md says of each point where it is met: there it is. */
const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const unquoted = (cell: string): string => cell.trim().replace(/^`|`$/g, '');
const points = read('docs/electron-checklist.md')
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) => {
    const [number = '', point = '', , file = '', code = ''] = line.slice(2, -2).split(' | ');
    return { number: Number(number), point, file: unquoted(file), code: unquoted(code) };
  });

/** What nothing of the console may name: these points are met by what is not there. */
const NEVER: Readonly<Record<number, RegExp>> = {
  6: /\bwebSecurity\b/,
  8: /\ballowRunningInsecureContent\b/,
  9: /\bexperimentalFeatures\b/,
  10: /\benableBlinkFeatures\b/,
  15: /\bopenExternal\b/,
};
const sources = ['electron', 'renderer', 'shared']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => /\.(tsx?|html)$/.test(file));

describe('Electron’s security checklist', () => {
  it('has its 20 points, in their order', () => {
    expect(points.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it.each(points.filter(({ file }) => file !== '–'))('$number, $point, is met in $file', ({ file, code }) => {
    expect(code).not.toBe('');
    expect(read(file)).toContain(code);
  });

  it.each(Object.entries(NEVER))('%s is met by naming it nowhere', (number, name) => {
    expect(points.some((point) => point.number === Number(number))).toBe(true);
    expect(sources.filter((file) => name.test(read(file)))).toEqual([]);
  });

  it('leaves no point without a file or such a test', () => {
    const bare = points.filter(({ file, number }) => file === '–' && NEVER[number] === undefined);
    expect(bare).toEqual([]);
  });

  it('has one window, whose preferences nothing else widens', () => {
    const windows = sources.filter((file) =>
      /new BrowserWindow\(|new BrowserView\(|new WebContentsView\(/.test(read(file)),
    );
    expect(windows).toEqual([join('electron', 'desktop', 'window.ts')]);
    const preload = read('electron/desktop/preload.ts');
    expect([...preload.matchAll(/exposeInMainWorld/g)]).toHaveLength(1);
    expect(preload).not.toMatch(/exposeInMainWorld\([^)]*ipcRenderer\s*\)/);
  });
});
