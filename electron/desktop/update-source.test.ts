import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import library from 'electron-updater';
import type { AppAdapter } from 'electron-updater/out/AppAdapter.js';
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPackedUpdates } from '../manners/update-list.ts';
import { failureOf, type OpeningHours, type Work } from '../manners/updates.ts';
import { eventually } from '../testing/eventually.ts';
import { startUpdateServer, type UpdateServer } from '../testing/update-server.ts';
import { createUpdateSource } from './update-source.ts';
import { createUpdates } from './updates.ts';

/*
 * The real updater of an AppImage over a real server. Of Electron it gets what it asks for by itself: an adapter of the
 * program, and requests, here over Node. What follows a download (the program ends, and starts anew) is in desktop.test.ts.
 */
class OverNode extends ElectronHttpExecutor {
  override createRequest(...[options, callback]: Parameters<ElectronHttpExecutor['createRequest']>) {
    const made = request({ ...options, agent: false });
    made.on('response', callback);
    return made as never;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'regie-updates-'));
const program = join(folder, 'regie-1.0.0-linux-x86_64.AppImage');
const pending = join(folder, 'cache', 'regie-updater', 'pending');
const before = process.env.APPIMAGE;
let server: UpdateServer;

beforeAll(async () => {
  server = await startUpdateServer();
  writeFileSync(program, 'the old one');
  writeFileSync(join(folder, 'app-update.yml'), 'provider: generic\nupdaterCacheDirName: regie-updater\n');
});
afterEach(() => {
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  server.asked.length = 0;
  if (before === undefined) delete process.env.APPIMAGE;
  else process.env.APPIMAGE = before;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const NAME = 'regie-1.2.0-linux-x86_64.AppImage';
const release = (version = '1.2.0') => ({ version, files: { [NAME]: Buffer.alloc(200_000, 'new') } });

const source = (version = '1.0.0', stallMs?: number) => {
  process.env.APPIMAGE = program;
  const adapter: AppAdapter = {
    ...{ version, name: 'regie', isPackaged: true, userDataPath: folder, baseCachePath: join(folder, 'cache') },
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    whenReady: async () => undefined,
    relaunch: () => expect.unreachable(),
    quit: () => expect.unreachable(),
    onQuit: () => undefined,
  };
  const updater = new library.AppImageUpdater(undefined, adapter);
  Reflect.set(updater, 'httpExecutor', new OverNode());
  const { key } = readPackedUpdates(server.packed);
  if (key === undefined) throw new Error('there is no key');
  return createUpdateSource(key, async () => ({ library, updater }), stallMs);
};
/** What a person is told of whatever is thrown. */
const failure = async (doing: Promise<unknown>): Promise<string> => {
  const error: unknown = await doing.then(
    () => expect.unreachable('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw error;
  return failureOf(`${'code' in error ? String(error.code) : ''} ${error.message}`);
};

describe.runIf(process.platform === 'linux')('the updates of a server', () => {
  it('are found, downloaded and verified, and nobody learns which laptop asked', async () => {
    server.offer(release());
    const updates = source();
    expect(await updates.look(server.address)).toBe('1.2.0');
    const seen: number[] = [];
    expect(await updates.download((percent) => seen.push(percent))).toBe(true);
    expect(seen.at(-1)).toBe(100);
    expect(readFileSync(join(pending, NAME))).toEqual(release().files[NAME]);
    expect(server.asked.map(({ path }) => path.replace(/-arm64|\?.*/, ''))).toEqual([
      ...['/releases/latest-linux.yml', '/releases/latest-linux.yml.sig', `/releases/${NAME}`],
    ]);
    expect(JSON.stringify(server.asked)).not.toContain('staging');
    expect(readFileSync(program, 'utf8')).toBe('the old one');
  });

  it('are none where the list is of this version, or of an older one', async () => {
    server.offer(release());
    expect(await source('1.2.0').look(server.address)).toBeNull();
    expect(await source('1.10.0').look(server.address)).toBeNull();
  });

  it('are refused where the packed key has not signed this very list', async () => {
    const spoilt = [
      { stranger: true },
      { list: (text: string) => text.replace('1.2.0', '1.3.0') },
      // Of another system, whose package would be none for this one.
      { name: 'latest-mac.yml' },
    ];
    for (const spoil of spoilt) {
      server.offer(release(), spoil);
      expect(await failure(source().look(server.address))).toBe('signature');
    }
    expect(server.asked.filter(({ path }) => path.endsWith('AppImage'))).toEqual([]);
  });

  it('lie beside their list and nowhere else, and have versions that can be compared', async () => {
    for (const url of ['../other/x.AppImage', 'https://example.org/x.AppImage', '/x.AppImage', 'a/../../x']) {
      server.offer(release(), { url: () => url });
      expect(await failure(source().look(server.address))).toBe('list');
    }
    server.offer(release('1.2.0-beta'));
    expect(await failure(source().look(server.address))).toBe('list');
  });

  it('are refused where what comes is not what the list names, and nothing of it is left', async () => {
    server.offer(release(), { files: (contents) => Buffer.concat([contents.subarray(1), Buffer.from('!')]) });
    const updates = source();
    await updates.look(server.address);
    expect(await failure(updates.download(() => undefined))).toBe('checksum');
    expect(existsSync(pending) ? readdirSync(pending).filter((name) => name.endsWith('AppImage')) : []).toEqual([]);
  });

  it('are not installed where somebody has changed them on the disk meanwhile', async () => {
    server.offer(release());
    const updates = source();
    await updates.look(server.address);
    await updates.download(() => undefined);
    writeFileSync(join(pending, NAME), 'another one');
    expect(await failure(updates.install({ restart: true }))).toBe('checksum');
    expect(readFileSync(program, 'utf8')).toBe('the old one');
  });

  it('stop when they are told to, and go on later', async () => {
    server.offer(release(), { hold: true });
    const updates = source();
    await updates.look(server.address);
    const seen: number[] = [];
    const download = updates.download((percent) => seen.push(percent));
    await eventually(() => expect(server.asked.at(-1)?.path).toContain('AppImage'));
    updates.stop();
    expect(await download).toBe(false);
    server.offer(release());
    expect(await updates.download(() => undefined)).toBe(true);
  });

  it('are given up where the server has stopped sending', async () => {
    server.offer(release(), { hold: true });
    const updates = source('1.0.0', 300);
    await updates.look(server.address);
    expect(await failure(updates.download(() => undefined))).toBe('unreachable');
  });

  it('are not found where there is no list, no server, or no program that can be replaced', async () => {
    server.offer(release());
    expect(await failure(source().look(`${server.address}/elsewhere/`))).toBe('list');
    expect(await failure(source().look('http://127.0.0.1:9/'))).toBe('unreachable');
    const updates = source();
    delete process.env.APPIMAGE;
    await expect(updates.look(server.address)).rejects.toThrow('unsupported');
  });
});

describe.runIf(process.platform === 'linux')('the updates of a console', () => {
  const CLOSED: OpeningHours = { known: true, openUntil: null, opensAt: null, soon: false };
  const OPEN: OpeningHours = { known: true, openUntil: '2026-07-04T02:00:00.000Z', opensAt: null, soon: true };
  const file = join(folder, 'updates.json');
  let work: Work;
  let ends: number;
  afterEach(() => {
    vi.useRealTimers();
    rmSync(file, { force: true });
  });

  /** Of a console in which somebody has switched them on. */
  const aConsole = (options: { builtIn?: string | null; agrees?: () => boolean } = {}) => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    work = { hours: CLOSED, waiting: 0, runs: 0 };
    ends = 0;
    const { builtIn = null, agrees = () => true } = options;
    const updates = createUpdates({ source: source(), builtIn, file, restarts: true });
    updates.start(
      { hours: async () => work.hours, work: async () => work, mayEnd: async () => agrees() },
      () => (ends += 1),
    );
    const becomes = (state: string) => eventually(async () => expect((await updates.view()).state.state).toBe(state));
    return { updates, becomes };
  };

  it('come by themselves while it is closed, and are left behind by who quits it then', async () => {
    server.offer(release());
    const { updates, becomes } = aConsole();
    expect(server.asked).toEqual([]);
    updates.choose({ on: true, address: server.address });
    await becomes('found');
    vi.advanceTimersByTime(60_000);
    await becomes('ready');
    expect(await updates.view()).toMatchObject({ click: null, refusal: null });
    expect(await updates.atQuit(true)).toBeTypeOf('function');
    // A system that shuts down has no time.
    expect(await updates.atQuit(false)).toBeUndefined();
    for (const against of [{ hours: OPEN }, { hours: { ...CLOSED, soon: true } }, { waiting: 1 }, { runs: 1 }]) {
      work = { hours: CLOSED, waiting: 0, runs: 0, ...against };
      expect(await updates.atQuit(true)).toBeUndefined();
    }
    // What one has chosen holds for the next start as well.
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await aConsole().updates.view()).toMatchObject({ choice: { on: true, address: server.address } });
  });

  it('are not fetched in opening hours, whoever asks, and an opening stops what is on its way', async () => {
    server.offer(release(), { hold: true });
    const { updates, becomes } = aConsole({ builtIn: server.address });
    updates.choose({ on: true, address: '' });
    await becomes('found');
    work = { ...work, hours: OPEN };
    await updates.download();
    expect(server.asked.filter(({ path }) => path.endsWith('AppImage'))).toEqual([]);
    work = { ...work, hours: CLOSED };
    vi.advanceTimersByTime(60_000);
    await becomes('downloading');
    await eventually(() => expect(server.asked.at(-1)?.path).toContain('AppImage'));
    work = { ...work, hours: OPEN };
    vi.advanceTimersByTime(60_000);
    await becomes('found');
    vi.advanceTimersByTime(60_000);
    expect(await updates.view()).toMatchObject({ state: { state: 'found' }, openUntil: '2026-07-04T02:00:00.000Z' });
  });

  it('end the console once nothing stands against it and whoever sits there agrees', async () => {
    server.offer(release());
    let agreed = false;
    const { updates, becomes } = aConsole({ agrees: () => agreed });
    updates.choose({ on: true, address: server.address });
    await becomes('found');
    await updates.download();
    work = { ...work, waiting: 2 };
    await updates.install();
    expect(await updates.view()).toMatchObject({ refusal: { why: 'waiting', count: 2 } });
    work = { ...work, waiting: 0 };
    await updates.install();
    expect(ends).toBe(0);
    agreed = true;
    await updates.install();
    expect(ends).toBe(1);
    expect(await updates.atQuit(true)).toBeTypeOf('function');
  });

  it('that are switched off are forgotten, and nobody is asked again', async () => {
    server.offer(release(), { hold: true });
    const { updates, becomes } = aConsole();
    updates.choose({ on: true, address: server.address });
    await becomes('found');
    const download = updates.download();
    await becomes('downloading');
    updates.choose({ on: false, address: server.address });
    await download;
    await becomes('unknown');
    server.asked.length = 0;
    await updates.look();
    vi.advanceTimersByTime(60_000);
    expect(await updates.atQuit(true)).toBeUndefined();
    expect(server.asked).toEqual([]);
  });
});
