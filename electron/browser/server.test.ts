import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { answered } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import type { Client } from '../core.ts';
import { CONTENT_SECURITY_POLICY } from '../lib/content-security-policy.ts';
import { PortInUse } from '../lib/listen.ts';
import { type BrowserHost, NOT_LET_IN, startBrowserHost } from './server.ts';

/** A core that answers with what it was asked and by which screen, and counts who listens. */
const createEcho = () => {
  const listeners = new Set<(event: RegieEvent) => void>();
  let screens = 0;
  const connect = (): Client => {
    screens += 1;
    const screen = screens;
    return {
      call: async (name, input) => answered({ name, input, screen }),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => undefined,
    };
  };
  return {
    core: { connect },
    listeners,
    publish: (event: RegieEvent) => listeners.forEach((listener) => void listener(event)),
  };
};

let folder: string;
let echo: ReturnType<typeof createEcho>;
let host: BrowserHost;
let port: number;
const launch = (wanted = 0) =>
  startBrowserHost({ core: echo.core, rendererDir: join(folder, 'renderer'), port: wanted });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regie-host-'));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'renderer', 'index.html'), '<title>Regie</title>');
  writeFileSync(join(folder, 'renderer', 'assets', 'index.js'), 'export {};');
  writeFileSync(join(folder, 'renderer', 'assets', 'first-4V8Wyq6a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not for browsers');
  echo = createEcho();
  host = await launch();
  port = Number(new URL(host.address).port);
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks as a client that sets any header it likes, which fetch would not. */
const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, async (response) =>
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
    )
      .on('error', reject)
      .end();
  });
const tokenOf = (address: string): string => new URL(address).hash.replace('#token=', '');

/** A tab, as it comes with the address of the launch, or with what it offers instead. */
const openSocket = async ({
  offer = `token.${tokenOf(host.address)}`,
  headers = {},
  path = '/socket',
}: {
  offer?: string;
  headers?: Record<string, string>;
  path?: string;
} = {}) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['regie', offer], {
    headers: { origin: `http://127.0.0.1:${port}`, ...headers },
  });
  const inbox: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  socket.on('message', (data) => {
    const message: unknown = JSON.parse(String(data));
    const next = waiting.shift();
    if (next) next(message);
    else inbox.push(message);
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const opened = await new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', (error) => resolve(error.message));
  });
  const next = (): Promise<unknown> =>
    inbox.length > 0
      ? Promise.resolve(inbox.shift())
      : new Promise<unknown>((resolve) => {
          waiting.push(resolve);
        });
  return { socket, opened, closed, next };
};
/** One that is let in. */
const enter = async (offer?: string) => {
  const tab = await openSocket(offer === undefined ? {} : { offer });
  const { session } = z.object({ session: z.string() }).parse(await tab.next());
  return { ...tab, session };
};

describe('the address of a launch', () => {
  it('is on this machine only, and its token is nothing that a browser sends to anybody', async () => {
    const { hostname, hash, search } = new URL(host.address);
    expect([hostname, search]).toEqual(['127.0.0.1', '']);
    expect(hash).toMatch(/^#token=[\w-]{43}$/);
    expect((await get('/')).headers['set-cookie']).toBeUndefined();
  });

  it('opens one browser, once; there is another for the next', async () => {
    const first = tokenOf(host.address);
    const tab = await enter();
    expect(tab.session).toMatch(/^[\w-]{43}$/);
    expect(tab.session).not.toBe(first);
    expect(await (await openSocket({ offer: `token.${first}` })).closed).toBe(NOT_LET_IN);
    expect(tokenOf(host.address)).not.toBe(first);
    const other = await enter();
    expect(other.session).not.toBe(tab.session);
    tab.socket.close();
    other.socket.close();
  });

  it('lets a tab that is loaded again go on where it was, and another one begin anew', async () => {
    const tab = await enter();
    const { session } = tab;
    tab.socket.close();
    await tab.closed;
    const again = await enter(`session.${session}`);
    const other = await enter();
    const screens = [];
    for (const one of [again, other]) {
      one.socket.send(JSON.stringify({ id: 1, call: 'session.get', input: {} }));
      screens.push(await one.next());
      one.socket.close();
    }
    expect(screens).toMatchObject([{ answer: { value: { screen: 1 } } }, { answer: { value: { screen: 2 } } }]);
  });

  it('on a port that somebody uses is refused in a sentence', async () => {
    await expect(launch(port)).rejects.toThrow(PortInUse);
    await expect(launch(port)).rejects.toThrow(`Port ${port} is in use. Choose another one`);
  });
});

describe('a file', () => {
  it('is served with its type, the policy, and nothing kept', async () => {
    const page = await get('/');
    expect(page).toMatchObject({
      status: 200,
      body: '<title>Regie</title>',
      headers: {
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
    });
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect((await get('/assets/index.js')).headers['content-type']).toMatch(/^text\/javascript/);
  });

  it('is there for a running console’s pages, whatever an update makes of the folder', async () => {
    rmSync(join(folder, 'renderer', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'renderer', 'index.html'), '<title>newer</title>');
    expect(await get('/assets/first-4V8Wyq6a.js')).toMatchObject({ status: 200, body: 'export {};' });
    expect((await get('/')).body).toBe('<title>Regie</title>');
  });

  it('that is named by its contents is kept by the browser', async () => {
    expect((await get('/assets/first-4V8Wyq6a.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await get('/assets/index.js')).headers['cache-control']).toBe('no-store');
  });

  it('is not served under a name that somebody else controls', async () => {
    for (const name of ['evil.example', `evil.example:${port}`, `127.0.0.1:${port + 1}`, '127.0.0.1']) {
      expect((await get('/', { host: name })).status).toBe(403);
    }
    expect((await get('/', { host: `localhost:${port}` })).status).toBe(200);
  });

  it('outside of the renderer’s folder is not there', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '//etc/passwd',
      '/..%5csecret.txt',
      '/%',
    ]) {
      const answer = await get(path);
      expect(answer.status, path).not.toBe(200);
      expect(answer.body, path).not.toContain('not for browsers');
    }
  });
});

describe('a tab', () => {
  it('gets the answer to each of its calls', async () => {
    const tab = await enter();
    tab.socket.send(JSON.stringify({ id: 1, call: 'session.get', input: {} }));
    expect(await tab.next()).toEqual({
      id: 1,
      answer: { ok: true, value: { name: 'session.get', input: {}, screen: 1 } },
    });
    tab.socket.close();
  });

  it('gets events, as every other tab does, and is forgotten when it closes', async () => {
    const [one, two] = [await enter(), await enter()];
    echo.publish({ event: 'reload' });
    expect(await one.next()).toEqual({ event: { event: 'reload' } });
    expect(await two.next()).toEqual({ event: { event: 'reload' } });
    one.socket.close();
    await one.closed;
    await expect.poll(() => echo.listeners.size).toBe(1);
    echo.publish({ event: 'reload' });
    expect(await two.next()).toEqual({ event: { event: 'reload' } });
    two.socket.close();
  });

  it('is refused from another page, under another name and on another path', async () => {
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: 'null' },
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    ]) {
      expect((await openSocket({ headers })).opened, JSON.stringify(headers)).toContain('403');
    }
    expect((await openSocket({ path: '/socket/../other' })).opened).toContain('403');
    expect(echo.listeners.size).toBe(0);
  });

  it('is told that it needs an address where it has none', async () => {
    for (const offer of [
      'token.guess',
      'session.guess',
      'session.',
      'x',
      'token.',
      `session.${tokenOf(host.address)}`,
    ]) {
      const tab = await openSocket({ offer });
      tab.socket.send(JSON.stringify({ id: 1, call: 'session.get', input: {} }));
      expect(await tab.closed, offer).toBe(NOT_LET_IN);
    }
    expect(echo.listeners.size).toBe(0);
  });

  it('that sends something else than a call is closed, and no other', async () => {
    const good = await enter();
    for (const message of [
      'not json',
      'null',
      '[]',
      '{"id":"x","call":"a","input":{}}',
      '{"id":1,"call":"a","input":{},"more":1}',
      Buffer.from('{}'),
    ]) {
      const bad = await enter();
      bad.socket.send(message);
      expect(await bad.closed, String(message)).toBe(1007);
    }
    const large = await enter();
    large.socket.send(JSON.stringify({ id: 1, call: 'a', input: 'x'.repeat(16_100_000) }));
    expect(await large.closed).toBe(1009);
    good.socket.send(JSON.stringify({ id: 2, call: 'status.get', input: {} }));
    expect(await good.next()).toMatchObject({ id: 2 });
    good.socket.close();
  });

  it('that reads nothing is closed before what waits for it fills the memory', async () => {
    const tab = await enter();
    tab.socket.pause();
    const input = 'x'.repeat(900_000);
    for (let id = 1; id <= 60; id += 1) tab.socket.send(JSON.stringify({ id, call: 'a', input }));
    tab.socket.resume();
    // It reads again in the end and is told why.
    const filler: RegieEvent = {
      event: 'alerts',
      changed: [],
      removed: Array.from({ length: 1_000_000 }, (_, id) => rowId(id + 1)),
    };
    tab.socket.pause();
    for (let count = 0; count < 20; count += 1) echo.publish(filler);
    tab.socket.resume();
    expect(await tab.closed).toBe(1013);
  });
});

describe('the host', () => {
  it('survives a client that hangs up on a refusal', async () => {
    for (let count = 0; count < 20; count += 1) {
      const socket = connect(port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write('GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.resetAndDestroy();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect((await get('/')).status).toBe(200);
  });

  it('closes with tabs open, and frees its port', async () => {
    const tab = await enter();
    await host.close();
    expect(await tab.closed).toBe(1006);
    expect(echo.listeners.size).toBe(0);
    host = await launch(port);
    expect((await get('/')).status).toBe(200);
  });
});
