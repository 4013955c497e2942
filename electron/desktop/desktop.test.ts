import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ensureBrowser } from '../../scripts/browser.mjs';
import { desktopSchema } from '../../shared/contract/desktop.ts';
import { systemStatusSchema } from '../../shared/contract/status.ts';
import { leads } from '../manners/closing.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type DesktopProcess, startDesktop } from '../testing/electron/desktop-process.ts';
import { eventually } from '../testing/eventually.ts';
import { enrolLaptop, operatorIdOf, PIN } from '../testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { startUpdateServer, type UpdateServer } from '../testing/update-server.ts';
import { freePort } from '../training/free-port.ts';

/*
 * electron/desktop/ as it is, from its start to its end, on a double of Electron's API (electron/testing/electron/): its
 * window is a page of a real browser, its festival a real Postgres. The scenes follow each other in one console.
 */
const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'regie-desktop-'));
const dataDir = join(folder, 'data');

let database: TestDatabase;
let proxy: TcpProxy;
let browser: Browser;
let launch: Parameters<typeof startDesktop>[0];
let desktop: DesktopProcess;
/** Sees the pages of the programs; one for all, for a crash counts by seconds and to connect takes a busy machine many. */
let observer: Browser;
let page: Page;
/** Of an installed program, once there is one. */
let updates: UpdateServer | undefined;
/** When the page was there: a crash before CRASH_AGAIN_MS of electron/desktop/window.ts have passed counts as another one. */
let loadedAt: number;
const CRASH_AGAIN_MS = 10_000;

beforeAll(async () => {
  if (!existsSync(join(root, 'out', 'renderer', 'index.html'))) {
    throw new Error('The window shows what is built: node scripts/test.mjs build');
  }
  const port = await freePort();
  [database, browser] = await Promise.all([
    createTestDatabase(),
    chromium.launch({
      executablePath: ensureBrowser(),
      args: [`--remote-debugging-port=${port}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    }),
  ]);
  const { host, port: server } = database.consoleSettings;
  proxy = await createTcpProxy({ host, port: server });
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  const { user, password, database: name } = database.consoleSettings;
  launch = {
    ...{ dataDir, home: folder, browser: `http://127.0.0.1:${port}` },
    database: `postgres://${user}:${password}@127.0.0.1:${proxy.port}/${name}?sslmode=disable`,
  };
  observer = await chromium.connectOverCDP(launch.browser);
  desktop = startDesktop(launch);
  await desktop.see('call', named('loaded'));
  loadedAt = performance.now();
  page = await shownPage();
});
afterAll(async () => {
  desktop?.kill();
  await browser?.close();
  await proxy?.close();
  await updates?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page behind the window that has just been loaded, through the same browser. */
const shownPage = (): Promise<Page> =>
  eventually(() => {
    const found = observer
      .contexts()
      .flatMap((context) => context.pages())
      .filter((one) => one !== page && one.url().startsWith('https://regie.invalid'))
      .at(-1);
    if (found === undefined) throw new Error('the window shows no page');
    return found;
  });
const answerSchema = z.object({ ok: z.boolean(), value: z.unknown().optional(), error: z.unknown().optional() });
/** Calls the core as the page does. */
const call = async (name: string, input: unknown = {}) =>
  answerSchema.parse(
    await page.evaluate(
      ([one, given]) =>
        (Reflect.get(window, 'regie') as { call(...args: unknown[]): Promise<unknown> }).call(one, given),
      [name, input] as const,
    ),
  );
const hash = (): Promise<string> => page.evaluate(() => location.hash);
const mark = (): number => desktop.seen.length;
const named = (name: string) => (seen: { name: string }) => seen.name === name;

describe('the desktop', () => {
  it('locks itself down before it is ready, and opens its window when the core is there', async () => {
    const calls = desktop.calls();
    const order = [
      ...['app.enableSandbox', 'protocol.registerSchemesAsPrivileged', 'app.setPath', 'app.requestSingleInstanceLock'],
      ...['app.whenReady', 'permission', 'protocol.handle', 'BrowserWindow', 'ipcMain.handle', 'Tray', 'loaded'],
    ];
    expect(order.map((name) => calls.indexOf(name)).filter((at) => at < 0)).toEqual([]);
    expect(order.toSorted((a, b) => calls.indexOf(a) - calls.indexOf(b))).toEqual(order);
    const { args } = await desktop.see('call', named('BrowserWindow'));
    expect(args[0]).toMatchObject({
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    });
    // It is not installed here: it takes no links of the system.
    expect(calls).not.toContain('app.setAsDefaultProtocolClient');
    expect(await page.title()).toBe('Regie');
  });

  it('denies permissions, other pages, other windows, and every sender but its own page', async () => {
    for (const name of ['permission', 'permission check', 'device permission']) {
      expect((await desktop.see('call', named(name))).args).toEqual([false]);
    }
    // In a turn of their own: what asks for them would wait for what never comes.
    await page.evaluate(() => void setTimeout(() => location.assign('https://example.org/')));
    expect((await desktop.see('call', named('will-navigate'))).args).toEqual(['https://example.org/', true]);
    expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull();
    expect((await desktop.see('call', named('window.open'))).args).toEqual(['https://example.org/', 'deny']);
    expect(page.url()).toMatch(/^https:\/\/regie\.invalid\//);

    // A frame of the page itself has the same bridge, and is not its main frame.
    const foreign = await eventually(() =>
      page.evaluate(async () => {
        document.querySelector('iframe')?.remove();
        const frame = document.body.appendChild(document.createElement('iframe'));
        const invoke = frame.contentWindow && Reflect.get(frame.contentWindow, '__invoke');
        if (typeof invoke !== 'function') throw new Error('the frame has no bridge yet');
        return Promise.race([
          invoke('regie:call', ['session.get', {}]) as Promise<unknown>,
          new Promise((_resolve, reject) => setTimeout(() => reject(new Error('no answer')), 2_000)),
        ]);
      }),
    );
    expect(foreign).toMatchObject({ ok: false, error: { code: 'unknown_call' } });
    await page.evaluate(() => document.querySelector('iframe')?.remove());
    expect(await call('session.get')).toMatchObject({ ok: true });
  });

  it('comes to the front when it is started again, at the alert of a link', async () => {
    const from = mark();
    const eventId = await insertEvent(database, { severity: 'LOW' });
    const again = startDesktop({ ...launch, args: [`regie://alert/${eventId}`] });
    expect(await again.exited).toBe(0);
    expect(again.printed()).toContain('is already open');
    expect(again.calls()).not.toContain('app.whenReady');
    await desktop.see('call', named('window.focus'), from);
    await eventually(async () => expect(await hash()).toBe(`#/board/${eventId}`));
    desktop.do({ deed: 'open-url', url: 'regie://settings/connection' });
    desktop.do({ deed: 'open-url', url: 'regie://approvals' });
    await eventually(async () => expect(await hash()).toBe('#/approvals'));
  });

  it('notifies of a critical alert, which can be opened or acknowledged from there', async () => {
    desktop.do({ deed: 'focus', focused: false });
    const from = mark();
    const eventId = await insertEvent(database, { severity: 'CRITICAL', cardId: '04AA' });
    const { id, options } = await desktop.see(
      'notification',
      ({ options: shown }) => String(shown.body).startsWith('04AA'),
      from,
    );
    expect(options).toMatchObject({ silent: false, timeoutType: 'never', actions: [{ text: 'Acknowledge' }] });
    // Nobody is signed in: the window comes, at the alert.
    desktop.do({ deed: 'notification', id, event: 'action' });
    await eventually(async () => expect(await hash()).toBe(`#/board/${eventId}`));

    await eventually(async () => {
      expect(await call('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN })).toMatchObject({ ok: true });
    });
    await call('session.mute', { minutes: 10 });
    desktop.do({ deed: 'focus', focused: false });
    const second = await insertEvent(database, { severity: 'CRITICAL', cardId: '04BB' });
    const shown = await desktop.see('notification', ({ options: one }) => String(one.body).startsWith('04BB'), from);
    expect(shown.options).toMatchObject({ silent: true });
    desktop.do({ deed: 'notification', id: shown.id, event: 'action' });
    await eventually(async () => {
      const { rows } = await database.admin.query(
        'select acknowledged_by from console.alerts where event_id = $1 and acknowledged_at is not null',
        [second],
      );
      expect(rows).toEqual([{ acknowledged_by: 'Léa' }]);
    });
    desktop.do({ deed: 'notification', id: shown.id, event: 'click' });
    await eventually(async () => expect(await hash()).toBe(`#/board/${second}`));
  });

  it('shows its state beside the clock, and mutes from there', async () => {
    await desktop.see(
      'call',
      (seen) => seen.name === 'tray.setToolTip' && /1 critical alert$/.test(String(seen.args[0])),
    );
    await desktop.see('call', (seen) => seen.name === 'tray.setImage' && /alert\.png$/.test(String(seen.args[0])));
    const muted = await desktop.see(
      'menu',
      ({ of, labels }) => of === 'tray' && labels.some((one) => /^Unmute/.test(one)),
    );
    const unmute = muted.labels.find((label) => label.startsWith('Unmute')) ?? '';
    const from = mark();
    desktop.do({ deed: 'choose', of: 'tray', label: unmute });
    await desktop.see('menu', ({ of, labels }) => of === 'tray' && labels.includes('Mute for 10 minutes'), from);
    expect(await call('session.get')).toMatchObject({ value: { mutedUntil: null } });
  });

  it('has its menu in the language of the screen, and opens screens from it', async () => {
    await desktop.see('menu', ({ of, labels }) => of === 'menu' && labels.includes('Go > Alerts'));
    await call('session.setPreferences', { language: 'fr' });
    const { labels } = await desktop.see(
      'menu',
      ({ of, labels: all }) => of === 'menu' && all.includes('Aller > Alertes'),
    );
    expect(labels).toContain('Aller > Main courante');
    desktop.do({ deed: 'choose', of: 'menu', label: 'Main courante' });
    await eventually(async () => expect(await hash()).toBe('#/log'));
    await call('session.setPreferences', { language: 'en' });
  });

  it('saves the page as a PDF where somebody chooses', async () => {
    const from = mark();
    desktop.do({ deed: 'choose', of: 'menu', label: 'Save this page as PDF…' });
    const { id, options } = await desktop.see('dialog', ({ kind }) => kind === 'save', from);
    expect(String(options.defaultPath)).toMatch(/documents[\\/]regie\.pdf$/);
    const filePath = join(folder, 'page.pdf');
    desktop.do({ deed: 'answer', id, answer: { canceled: false, filePath } });
    await eventually(() => expect(readFileSync(filePath, 'latin1')).toMatch(/^%PDF-[\s\S]*%%EOF\s*$/));
  });

  it('asks before it closes on the laptop that leads, and watches on in the tray', async () => {
    await eventually(async () => {
      expect(await call('status.get')).toMatchObject({ value: { engine: { state: 'running' } } });
    });
    const from = mark();
    desktop.do({ deed: 'close' });
    const first = await desktop.see('dialog', () => true, from);
    expect(first.options).toMatchObject({
      message: 'This laptop runs detection for the festival.',
      detail: 'No other laptop has Regie open: if it quits, nobody detects anything until one does.',
      buttons: ['Keep watching in the background', 'Quit', 'Cancel'],
      cancelId: 2,
    });
    desktop.press(first, 'Cancel');
    // The dialog is gone when this has come back: one question at a time.
    await call('session.get');
    const second = mark();
    desktop.do({ deed: 'close' });
    desktop.press(await desktop.see('dialog', () => true, second), 'Keep watching in the background');
    await desktop.see('call', named('window.hide'), second);

    const hidden = mark();
    await insertEvent(database, { severity: 'HIGH', cardId: '04CC' });
    const { options } = await desktop.see(
      'notification',
      ({ options: one }) => String(one.body).startsWith('04CC'),
      hidden,
    );
    expect(options).toMatchObject({ urgency: 'normal', silent: true, actions: [{ text: 'Acknowledge' }] });
    desktop.do({ deed: 'choose', of: 'tray', label: 'Open Regie' });
    await desktop.see('call', named('window.show'), hidden);
  });

  it('loads a page again that has crashed, and asks when it crashes at once again', async () => {
    const crash = async (): Promise<void> => {
      const session = await page.context().newCDPSession(page);
      // A page that has crashed does not answer.
      session.send('Page.crash').catch(() => undefined);
    };
    const from = mark();
    await sleep(CRASH_AGAIN_MS - (performance.now() - loadedAt));
    await crash();
    await desktop.see('call', named('webContents.reload'), from);
    await desktop.see('call', named('loaded'), from);
    page = await shownPage();
    const second = mark();
    await crash();
    const question = await desktop.see('dialog', () => true, second);
    expect(question.options.message).toBe('The screen of Regie has crashed twice in a few seconds.');
    desktop.press(question, 'Load the screen again');
    await desktop.see('call', named('loaded'), second);
    page = await shownPage();
    expect(await call('session.get')).toMatchObject({ ok: true, value: { operator: 'Léa' } });
  });

  it('quits with work in hand, hands over the lease, and sends what waited at the next start', async () => {
    const eventId = await insertEvent(database, { severity: 'LOW', cardId: '04DD' });
    await eventually(async () => {
      expect(JSON.stringify(await call('board.get', { closed: false }))).toContain(`"eventId":"${eventId}"`);
    });
    proxy.cut();
    // A lead ends a little later than the link.
    await eventually(async () => {
      const status = systemStatusSchema.parse((await call('status.get')).value);
      expect([status.link.state, leads(status)]).toEqual(['offline', false]);
    });
    const note = { operationId: '0197a000-0000-7000-8000-000000000001', eventId, text: 'written without the network' };
    expect(await call('alert.note', note)).toMatchObject({ ok: true, value: { outcome: 'waiting' } });
    await eventually(async () => expect(await call('status.get')).toMatchObject({ value: { waiting: 1 } }));
    const from = mark();
    desktop.do({ deed: 'choose', of: 'menu', label: 'Quit Regie' });
    const question = await desktop.see('dialog', () => true, from);
    expect(question.options.message).toBe('1 action has not reached the festival yet.');
    expect(question.options.buttons).toEqual(['Quit', 'Cancel']);
    desktop.press(question, 'Quit');
    expect(await desktop.exited).toBe(0);

    proxy.forward();
    await install();
    desktop = startDesktop(installed);
    await desktop.see('call', named('app.setAsDefaultProtocolClient'));
    await eventually(async () => {
      const { rows } = await database.admin.query(
        `select data->>'text' as text from console.timeline where event_id = $1 and kind = 'note'`,
        [eventId],
      );
      expect(rows).toEqual([{ text: note.text }]);
    });
    await desktop.see('call', named('loaded'));
    page = await shownPage();
    await startsAtLogin();
    await fetchesAnUpdate();
    // It leads, and is asked to end by the system: nobody is asked, and the lease is free at once.
    await eventually(async () => {
      expect(await call('status.get')).toMatchObject({ value: { engine: { state: 'running' } } });
    });
    await endBySystem();
    const { rows } = await database.admin.query(
      'select expires_at <= clock_timestamp() as free from console.engine_lease',
    );
    expect(rows).toEqual([{ free: true }]);
    // A system that shuts down has no time for an update.
    expect(programs()).toEqual([OLD]);
  });

  it.runIf(process.platform === 'linux')('installs an update when somebody asks for it, and nothing else', async () => {
    desktop = startDesktop(installed);
    await desktop.see('call', named('loaded'));
    page = await shownPage();
    await signedIn();
    await eventually(async () => {
      expect(await call('status.get')).toMatchObject({ value: { engine: { state: 'running' }, waiting: 0 } });
      expect(await call('desktop.get')).toMatchObject({ value: { updates: { state: { state: 'found' } } } });
    });
    await page.evaluate(() => {
      location.hash = '#/settings/laptop';
    });
    const panel = page.getByRole('region', { name: 'Updates' });
    await panel.getByRole('button', { name: 'Download now' }).click();
    await panel.getByText('Version 1.2.0 is downloaded and verified.').waitFor();
    expect(await panel.getByText('Nobody has set the opening times').count()).toBe(1);
    // It lay there, and was verified.
    expect(updates?.asked.filter(({ path }) => path.endsWith(NEW))).toHaveLength(1);

    const from = mark();
    const ask = async (): Promise<void> => panel.getByRole('button', { name: 'Install now' }).click();
    await ask();
    desktop.press(await desktop.see('dialog', () => true, from), 'Cancel');
    await call('session.get');
    expect(programs()).toEqual([OLD]);
    const second = mark();
    await ask();
    desktop.press(await desktop.see('dialog', () => true, second), 'Quit');
    expect(await desktop.exited).toBe(0);
    // It was moved there whole, and started once to put itself in its place.
    expect(programs()).toEqual([NEW]);
    expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('true\n');
  });

  const OLD = 'regie-0.1.0.AppImage';
  const NEW = 'regie-1.2.0.AppImage';
  const programs = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.AppImage'));
  let installed: typeof launch;
  /** As an installer does, with the key of a server that has a newer one. */
  const install = async (): Promise<void> => {
    const server = await startUpdateServer();
    updates = server;
    const program = `#!/bin/sh\necho "$APPIMAGE_EXIT_AFTER_INSTALL" >'${join(folder, 'ran')}'\n`;
    server.offer({ version: '1.2.0', files: { [NEW]: Buffer.from(program) } });
    for (const name of ['packaging', 'resources']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'packaging', 'updates.json'), server.packed);
    writeFileSync(join(folder, 'resources', 'app-update.yml'), 'updaterCacheDirName: regie-updater\n');
    writeFileSync(join(folder, OLD), 'the old one');
    installed = {
      ...{ ...launch, packaged: true },
      environment: { APPIMAGE: join(folder, OLD), XDG_CACHE_HOME: join(folder, 'cache') },
    };
  };
  const fetchesAnUpdate = async (): Promise<void> => {
    if (process.platform !== 'linux') return;
    const state = async () => desktopSchema.parse((await call('desktop.get')).value).updates;
    expect(await state()).toMatchObject({ verifiable: true, choice: { on: false }, state: { state: 'unknown' } });
    // Nobody wanted any: nobody is asked.
    expect(updates?.asked).toEqual([]);
    await call('desktop.setUpdates', { on: true, address: updates?.address });
    await eventually(async () => expect(await state()).toMatchObject({ state: { state: 'found', version: '1.2.0' } }));
    await call('desktop.downloadUpdate');
    await eventually(async () => {
      expect(await state()).toMatchObject({
        state: { state: 'ready' },
        click: 'hours',
        refusal: null,
        restarts: false,
      });
    });
  };
  const signedIn = (): Promise<void> =>
    eventually(async () => {
      expect(await call('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN })).toMatchObject({ ok: true });
    });

  /** The setting of an installed program, as the system finds it (Linux: a file). */
  const startsAtLogin = async (): Promise<void> => {
    if (process.platform !== 'linux') return;
    const file = join(folder, 'appData', 'autostart', 'regie.desktop');
    await signedIn();
    expect(await call('desktop.get')).toMatchObject({ ok: true, value: { startsAtLogin: false } });
    expect(await call('desktop.setStartsAtLogin', { on: true })).toMatchObject({ value: { startsAtLogin: true } });
    expect(readFileSync(file, 'utf8')).toContain(`"--data-dir" "${dataDir}"`);
    await call('desktop.setStartsAtLogin', { on: false });
    expect(existsSync(file)).toBe(false);
  };
  const endBySystem = async (): Promise<void> => {
    const from = mark();
    desktop.end();
    expect(await desktop.exited).toBe(0);
    expect(desktop.seen.slice(from).filter(({ seen }) => seen === 'dialog')).toEqual([]);
  };
});
