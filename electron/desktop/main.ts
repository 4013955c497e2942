import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
} from 'electron';
import { z } from 'zod';
import { failed } from '../../shared/contract/errors.ts';
import { appRoot } from '../app-root.ts';
import { type Core, startCore } from '../core.ts';
import { readHostOptions } from '../host-options.ts';
import { serveRenderer } from './protocol.ts';
import { createSecrets } from './secrets.ts';
import { isOurs, lockDown, ORIGIN } from './security.ts';
import { isOnScreen, readWindowState, writeWindowState } from './window-state.ts';

const CLOSE_LIMIT_MS = 10_000;
const SMALLEST = { width: 1_280, height: 720 };

const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8'))).version;

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

const fail = (error: unknown): never => {
  dialog.showErrorBox('Regie', error instanceof Error ? error.message : String(error));
  app.exit(1);
  throw error;
};

const openWindow = (stateFile: string): BrowserWindow => {
  const remembered = readWindowState(stateFile);
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const usable = remembered !== undefined && isOnScreen(remembered, screens) ? remembered : undefined;
  const window = new BrowserWindow({
    ...SMALLEST,
    ...(usable === undefined ? {} : { x: usable.x, y: usable.y, width: usable.width, height: usable.height }),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Regie',
    backgroundColor: '#0d1117',
    webPreferences: {
      preload: join(appRoot(), 'out', 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  });
  if (usable?.maximized) window.maximize();
  window.on('close', () =>
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  void window.loadURL(`${ORIGIN}/`);
  return window;
};

/** Calls are answered for our own page in our own window alone. */
const serveCalls = (core: Core, window: BrowserWindow): void =>
  ipcMain.handle('regie:call', (event, name: unknown, input: unknown) => {
    const frame = event.senderFrame;
    if (frame === null || frame !== window.webContents.mainFrame || !isOurs(frame.url)) return failed('unknown_call');
    return core.call(String(name), input);
  });

const notifyCritical = (window: BrowserWindow, incidentId: number): void => {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: 'Regie', body: 'CRITICAL', urgency: 'critical' });
  notification.on('click', () => {
    window.show();
    window.focus();
    void window.webContents.executeJavaScript(`location.hash = '#/board/${Number(incidentId)}'`);
  });
  notification.show();
};

const run = async (): Promise<void> => {
  const options = readHostOptions(process.argv.slice(app.isPackaged ? 1 : 2), process.env, version);
  // Electron's lock is kept in this folder: another data directory is another console.
  app.setPath('userData', join(options.config.dataDir, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    console.error(`Regie is already open with ${options.config.dataDir}; its window comes to the front.`);
    app.exit(0);
    return;
  }
  await app.whenReady();
  lockDown(app, session.defaultSession);
  Menu.setApplicationMenu(
    process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
  );
  serveRenderer(protocol, join(appRoot(), 'out', 'renderer'));

  const secrets = createSecrets(safeStorage, join(options.config.dataDir, 'secrets.json'));
  const core = await startCore(options.config, secrets === undefined ? {} : { secrets });
  const window = openWindow(join(options.config.dataDir, 'window.json'));
  serveCalls(core, window);
  core.subscribe((event) => {
    if (window.isDestroyed()) return;
    window.webContents.send('regie:event', event);
    if (event.event === 'raised' && event.severity === 'CRITICAL') notifyCritical(window, event.incidentId);
  });
  // A laptop that falls asleep detects nothing.
  powerSaveBlocker.start('prevent-app-suspension');

  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  let closing = false;
  app.on('before-quit', (event) => {
    if (closing) return;
    closing = true;
    event.preventDefault();
    const limit = setTimeout(() => app.exit(1), CLOSE_LIMIT_MS);
    void core.close().finally(() => {
      clearTimeout(limit);
      app.exit(0);
    });
  });
};

run().catch(fail);
