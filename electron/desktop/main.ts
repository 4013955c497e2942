import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, powerSaveBlocker, protocol, safeStorage, session } from 'electron';
import { z } from 'zod';
import { MUTE_MINUTES } from '../../shared/contract/session.ts';
import type { Language } from '../../shared/domain/language.ts';
import { desktopTexts } from '../../shared/i18n/desktop.ts';
import { fill } from '../../shared/i18n/fill.ts';
import { keepFilesPrivate, openDataDir } from '../buffer/data-dir.ts';
import { type Core, startCore } from '../core.ts';
import { type HostOptions, OptionsError, readHostOptions } from '../host-options.ts';
import { appRoot } from '../lib/app-root.ts';
import type { ClosingChoice } from '../manners/closing.ts';
import { LINK_SCHEME } from '../manners/deep-link.ts';
import type { MenuAction } from '../manners/menu.ts';
import { type PackedUpdates, readPackedUpdates } from '../manners/update-list.ts';
import { debuggerSwitch, ownArguments } from './arguments.ts';
import { createAutostart } from './autostart.ts';
import { askAfterCrash, createClosing } from './closing.ts';
import { type ConsoleFacts, readConsole } from './console-facts.ts';
import { serveWindow } from './ipc.ts';
import { createLinks, type Links } from './links.ts';
import { showMenu } from './menu.ts';
import { notify } from './notifications.ts';
import { savePdf } from './print.ts';
import { serveRenderer } from './protocol.ts';
import { createSecrets } from './secrets.ts';
import { lockDown } from './security.ts';
import { showTray } from './tray.ts';
import { factsForUpdates } from './update-facts.ts';
import { createUpdateSource, loadUpdater } from './update-source.ts';
import { createUpdates, type DesktopUpdates } from './updates.ts';
import { bringToFront, type ConsoleWindow, openWindow } from './window.ts';

/** A shutdown that takes longer is cut short: nothing that an operator did waits in memory. */
const CLOSE_LIMIT_MS = 10_000;
/** Of the system's updater on macOS, which says nothing while it works. */
const INSTALL_LIMIT_MS = 5 * 60_000;

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
  const args = ownArguments(process.argv, app.isPackaged);
  const { config } = readHostOptions(args, process.env, version);
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
  const links = createLinks(app, process.argv);
  // Where it is installed, links of ours open it.
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  await app.whenReady();
  lockDown(app, session.defaultSession);
  serveRenderer(protocol, join(appRoot(), 'out', 'renderer'));
  await openConsole(config, args, links);
};

const openConsole = async (config: HostOptions['config'], args: readonly string[], links: Links): Promise<void> => {
  const secrets = createSecrets(safeStorage, join(config.dataDir, 'secrets.json'));
  const autostart = createAutostart(app, args);
  const { key, address } = packedUpdates();
  const updates = createUpdates({
    source: key === undefined ? undefined : createUpdateSource(key, loadUpdater),
    ...{ builtIn: address, file: join(config.dataDir, 'updates.json'), restarts: args.length === 0 },
  });
  const starting = startCore(config, {
    ...(secrets === undefined ? {} : { secrets }),
    // What is not installed is neither started by the system nor replaced by an update.
    ...(autostart === undefined ? {} : { desktop: { ...autostart, updates } }),
  });
  let opened: ConsoleWindow | undefined;
  let language: Language = 'en';
  const leaving = closeOnQuit(starting, { opened: () => opened, updates, language: () => language });
  app.on('window-all-closed', () => app.quit());

  const core = await starting;
  for (const sentence of core.announcement) console.log(sentence);
  const facts = await readConsole(core);
  const shown = openWindow({
    stateFile: join(config.dataDir, 'window.json'),
    preload: join(appRoot(), 'out', 'preload', 'preload.cjs'),
    onCrashedAgain: (reload) =>
      askAfterCrash(shown.window, facts.session().preferences.language, reload, leaving.byPerson),
  });
  opened = shown;
  serveWindow(core, shown.window);
  facts.follow(() => {
    ({ language } = facts.session().preferences);
  });
  const { ask } = furnish(core, facts, shown, leaving.byPerson);
  if (autostart !== undefined) updates.start(factsForUpdates(core, facts, ask), leaving.byPerson);
  links.onAsked((address) => {
    if (!shown.window.isDestroyed()) shown.show(address);
  });
  // A laptop that falls asleep detects nothing.
  powerSaveBlocker.start('prevent-app-suspension');
};

/** Everything around the window: notifications, tray, menu, and the question before it closes. */
const furnish = (
  core: Core,
  facts: ConsoleFacts,
  { window, show, onClose }: ConsoleWindow,
  leave: () => void,
): { ask: () => Promise<ClosingChoice> } => {
  const closing = createClosing(facts, window);
  const quit = (): void => {
    void closing({ tray: false }).then((choice) => {
      if (choice === 'quit') leave();
    });
  };
  onClose(() => {
    void closing({ tray: true }).then((choice) => {
      if (choice === 'quit') leave();
      if (choice === 'hide') window.hide();
    });
  });
  notify({ core, facts, window, show });
  showTray(facts, {
    icons: join(appRoot(), 'packaging', 'tray'),
    open: () => bringToFront(window),
    mute: () => {
      const minutes = facts.session().mutedUntil === null ? MUTE_MINUTES : null;
      void core.call('session.mute', { minutes });
    },
    quit,
  });
  let language: string | undefined;
  facts.follow(() => {
    const next = facts.session().preferences.language;
    if (next === language) return;
    language = next;
    showMenu(next, (action) => perform(action, { window, show, quit }));
  });
  return { ask: () => closing({ tray: false }) };
};

const perform = (
  action: MenuAction,
  { window, show, quit }: Pick<ConsoleWindow, 'show'> & { window: BrowserWindow; quit: () => void },
): void => {
  if ('opens' in action) show(action.opens);
  else if (action.does === 'quit') quit();
  else savePdf(window, 'regie').catch((error: unknown) => console.error('the page was not saved', error));
};

/**
 * Stops engine and training server before the process ends, also when it is asked to quit while it still starts. Then an
 * update is installed, where one is due: nothing of the console is open any more.
 * @returns how a person ends it, and not the system
 */
const closeOnQuit = (
  starting: Promise<Core>,
  options: { opened: () => ConsoleWindow | undefined; updates: DesktopUpdates; language: () => Language },
): { byPerson: () => void } => {
  const { opened, updates, language } = options;
  let byPerson = false;
  let closing = false;
  let closed = false;
  const close = async (limit: NodeJS.Timeout): Promise<void> => {
    const core = await starting;
    const install = await updates.atQuit(byPerson).catch((error: unknown) => console.error('no update now', error));
    await core.close();
    closed = true;
    if (!install) {
      app.exit(0);
      return;
    }
    clearTimeout(limit);
    setTimeout(() => app.exit(1), INSTALL_LIMIT_MS).unref();
    // Its installer ends the program, and would be kept from it by a window that asks.
    opened()?.letClose();
    await install();
  };
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (closing) return;
    closing = true;
    const shown = opened();
    shown?.remember();
    if (shown && !shown.window.isDestroyed()) shown.window.hide();
    const limit = setTimeout(() => app.exit(1), CLOSE_LIMIT_MS);
    close(limit).catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      console.error(words);
      // Whoever asked for an update is told why Regie has only ended.
      if (closed) dialog.showErrorBox('Regie', fill(desktopTexts[language()].updateFailed, { words }));
      app.exit(1);
    });
  });
  return {
    byPerson: () => {
      byPerson = true;
      app.quit();
    },
  };
};

/** What was packed beside the program; nothing where it was built without a key for updates. */
const packedUpdates = (): PackedUpdates => {
  const file = join(app.getAppPath(), 'packaging', 'updates.json');
  try {
    if (existsSync(file)) return readPackedUpdates(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`${file} says nothing of updates`, error);
  }
  return { key: undefined, address: null };
};

keepFilesPrivate();
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
run().catch(fail);
