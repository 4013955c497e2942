import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from 'electron';
import type { DesktopPort } from '../api/parts.ts';
import { autostartEntry } from '../manners/autostart.ts';

type Autostart = Omit<DesktopPort, 'updates'>;
type AppOfUs = Pick<App, 'isPackaged' | 'getPath' | 'getLoginItemSettings' | 'setLoginItemSettings'>;

/**
 * Whether the system starts this program when its user logs in. Undefined while it is not installed: what would be
 * started is a folder of somebody who works on it.
 * @param args with which it was started, and is to be again
 */
export const createAutostart = (app: AppOfUs, args: readonly string[]): Autostart | undefined => {
  if (!app.isPackaged) return undefined;
  if (process.platform === 'linux') return onLinux(app, args);
  const options = process.platform === 'win32' ? { path: process.execPath, args: args.map(quoted) } : {};
  return {
    startsAtLogin: () => app.getLoginItemSettings(options).openAtLogin,
    setStartsAtLogin: (on) => app.setLoginItemSettings({ ...options, openAtLogin: on }),
  };
};

/** Windows keeps a command line, not its words. */
const quoted = (word: string): string => (/[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word);

/** Electron knows no way there: the desktop environments read a file. */
const onLinux = (app: AppOfUs, args: readonly string[]): Autostart => {
  const file = join(app.getPath('appData'), 'autostart', 'regie.desktop');
  // Of an AppImage the program itself lies in a folder that is gone after it.
  const entry = (): string => autostartEntry([process.env.APPIMAGE ?? process.execPath, ...args]);
  // The version is in the name of an AppImage's file, and an update has changed it.
  const program = /^Exec="([^"\\]+)"/m.exec(existsSync(file) ? readFileSync(file, 'utf8') : '')?.[1];
  if (program !== undefined && !existsSync(program)) writeFileSync(file, entry());
  return {
    startsAtLogin: () => existsSync(file),
    setStartsAtLogin: (on) => {
      if (!on) {
        rmSync(file, { force: true });
        return;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, entry());
    },
  };
};
