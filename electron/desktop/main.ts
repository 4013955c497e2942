import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu, powerSaveBlocker, protocol, safeStorage, session } from 'electron';
import { z } from 'zod';
import { keepFilesPrivate, openDataDir } from '../buffer/data-dir.ts';
import { type Core, startCore } from '../core.ts';
import { type HostOptions, OptionsError, readHostOptions } from '../host-options.ts';
import { appRoot } from '../lib/app-root.ts';
import { debuggerSwitch, ownArguments } from './arguments.ts';
import { serveWindow } from './ipc.ts';
import { bringToFront, notifyOfCritical } from './notifications.ts';
import { serveRenderer } from './protocol.ts';
import { createSecrets } from './secrets.ts';
import { lockDown } from './security.ts';
import { type ConsoleWindow, openWindow } from './window.ts';

/** A shutdown that takes longer is cut short: nothing that an operator did waits in memory. */
const CLOSE_LIMIT_MS = 10_000;

const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8'))).version;

/** Whoever starts it from a terminal reads the sentence there; everybody else in a box. */
const fail = (error: unknown): void => {
  const words = error instanceof Error ? error.message : String(error);
  console.error(words);
  if (error instanceof OptionsError) {
    app.exit(2);
    return;
  }
  dialog.showErrorBox('Regie', words);
  app.exit(1);
};

/** A console that people work with is nobody's to look into: its memory has what signs their actions. */
const refuseDebugger = (): void => {
  const found = app.isPackaged ? debuggerSwitch((name) => app.commandLine.hasSwitch(name)) : undefined;
  if (found !== undefined) throw new OptionsError(`Regie does not start with --${found}.`);
};

const run = async (): Promise<void> => {
  refuseDebugger();
  const { config } = readHostOptions(ownArguments(process.argv, app.isPackaged), process.env, version);
  openDataDir(config.dataDir);
  // Electron's lock lies in this folder: another data directory is another console.
  const userData = join(config.dataDir, 'electron');
  mkdirSync(userData, { recursive: true });
  app.setPath('userData', userData);
  if (!app.requestSingleInstanceLock()) {
    console.error(`Regie is already open with ${config.dataDir}; its window comes to the front.`);
    app.exit(0);
    return;
  }
  // Windows shows notifications only of applications that it knows by this name.
  app.setAppUserModelId('org.regie.console');
  await app.whenReady();
  lockDown(app, session.defaultSession);
  Menu.setApplicationMenu(
    process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
  );
  serveRenderer(protocol, join(appRoot(), 'out', 'renderer'));
  await openConsole(config);
};

const openConsole = async (config: HostOptions['config']): Promise<void> => {
  const secrets = createSecrets(safeStorage, join(config.dataDir, 'secrets.json'));
  const starting = startCore(config, secrets === undefined ? {} : { secrets });
  let opened: ConsoleWindow | undefined;
  closeOnQuit(starting, () => opened);
  app.on('second-instance', () => {
    if (opened && !opened.window.isDestroyed()) bringToFront(opened.window);
  });
  app.on('window-all-closed', () => app.quit());

  const core = await starting;
  for (const sentence of core.announcement) console.log(sentence);
  opened = openWindow({
    stateFile: join(config.dataDir, 'window.json'),
    preload: join(appRoot(), 'out', 'preload', 'preload.cjs'),
  });
  serveWindow(core, opened.window);
  notifyOfCritical(core, opened.window);
  // A laptop that falls asleep detects nothing.
  powerSaveBlocker.start('prevent-app-suspension');
};

/** Stops engine and training server before the process ends, also when it is asked to quit while it still starts. */
const closeOnQuit = (starting: Promise<Core>, opened: () => ConsoleWindow | undefined): void => {
  let closing = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    const shown = opened();
    shown?.remember();
    if (shown && !shown.window.isDestroyed()) shown.window.hide();
    setTimeout(() => app.exit(1), CLOSE_LIMIT_MS);
    void starting
      .then((core) => core.close())
      .then(
        () => app.exit(0),
        (error: unknown) => {
          console.error(error instanceof Error ? error.message : String(error));
          app.exit(1);
        },
      );
  });
};

keepFilesPrivate();
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
run().catch(fail);
