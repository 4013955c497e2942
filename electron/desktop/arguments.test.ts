import { describe, expect, it } from 'vitest';
import { debuggerSwitch, ownArguments } from './arguments.ts';

describe('the desktop’s command line', () => {
  it('has the application’s folder first in development, and not when packaged', () => {
    expect(ownArguments(['electron', '/regie', '--data-dir', '/data'], false)).toEqual(['--data-dir', '/data']);
    expect(ownArguments(['/opt/Regie/regie', '--data-dir', '/data'], true)).toEqual(['--data-dir', '/data']);
  });

  it('is shared with Chromium’s switches, wherever they stand', () => {
    const argv = ['electron', '--no-sandbox', '--inspect=0', '/regie', '--data-dir', '/data', '--ozone-platform=x11'];
    expect(ownArguments(argv, false)).toEqual(['--data-dir', '/data']);
  });

  it('has a word more after an update on Windows, by which the installer starts it', () => {
    expect(ownArguments(['regie', '--updated'], true)).toEqual([]);
    expect(ownArguments(['regie', '--updatedx'], true)).toEqual(['--updatedx']);
  });

  it('opens a packaged console to no debugger', () => {
    for (const attack of ['inspect', 'inspect-brk', 'remote-debugging-port', 'js-flags', 'load-extension']) {
      expect(debuggerSwitch((name) => name === attack)).toBe(attack);
    }
    expect(debuggerSwitch((name) => ['no-sandbox', 'lang', 'data-dir'].includes(name))).toBeUndefined();
  });

  it('keeps our options and what is misspelt, so that it is refused in words', () => {
    const ours = ['--no-open', '--port', '8080', '--database', 'postgres://x', '--seed', '7', '--prot'];
    expect(ownArguments(['regie', ...ours], true)).toEqual(ours);
  });
});
