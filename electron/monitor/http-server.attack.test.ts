import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered } from '../../shared/contract/errors.ts';
import { eventually } from '../testing/eventually.ts';
import { aReading } from '../testing/monitor-reading.ts';
import { type MonitorServer, startMonitorServer } from './http-server.ts';

/* Somebody who reaches the port wants to know, to move or to stop something. */

const TOKEN = 'a-token-of-some-length-42';
const HEALTH = '/functions/v1/monitoring/health';
const CYCLE = '/functions/v1/monitoring/cycle';
let server: MonitorServer;
let port: number;
let cycles = 0;
const clock = { monotonic: () => performance.now() };
const instant = () => new Date().toISOString();
/** How long an attacker takes over their headers; the first test begins with it and the last one ends with it. */
let slow: Promise<string>;

beforeAll(async () => {
  server = await startMonitorServer({
    ...{ port: 0, address: '127.0.0.1', token: TOKEN, clock, instant },
    read: () => aReading(),
    runCycle: async () => {
      cycles += 1;
      return answered({ durationMs: 12, findings: 0 });
    },
  });
  port = Number(new URL(server.address).port);
  const socket = connect(port, '127.0.0.1');
  slow = text(socket);
  socket.write('GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ');
});
afterAll(() => server.close());

/** Sends lines as they are, and reads until the server ends the connection. */
const send = async (lines: readonly string[], body = ''): Promise<{ status: number; head: string; body: string }> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.end(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  const answer = await text(socket);
  const [head = '', rest = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: rest };
};
const own = (path: string, method = 'GET') => [
  `${method} ${path} HTTP/1.1`,
  `Host: 127.0.0.1:${port}`,
  `Authorization: Bearer ${TOKEN}`,
];
/** One address may try so often without the token, and a second later once more. */
const unknown = async (lines: readonly string[]) =>
  eventually(
    async () => {
      const answer = await send(lines);
      expect(answer.status).not.toBe(429);
      return answer;
    },
    { interval: 250 },
  );

describe('without the token', () => {
  it.each([
    ['none', []],
    ['another', ['Authorization: Bearer another-token-of-some-length']],
    ['one that only begins so', [`Authorization: Bearer ${TOKEN}x`]],
    ['a login', [`Authorization: Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`]],
    ['a wrong bearer beside the right key', ['Authorization: Bearer no', `apikey: ${TOKEN}`]],
    ['a cookie', [`Cookie: token=${TOKEN}`]],
  ])('%s: 401, without a word', async (_, headers) => {
    for (const path of [HEALTH, '/nowhere']) {
      const answer = await unknown([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers]);
      expect(answer).toMatchObject({ status: 401, body: '' });
      expect(answer.head).not.toContain(TOKEN);
    }
  });

  it('a token in the address opens nothing, and with the right header is refused as well', async () => {
    for (const name of ['token', 'apikey', 'access_token']) {
      const path = `${HEALTH}?${name}=${TOKEN}`;
      expect((await unknown([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`])).status).toBe(401);
      expect((await send(own(path))).status).toBe(400);
    }
  });

  it('nobody asks for a cycle', async () => {
    expect((await unknown([`POST ${CYCLE} HTTP/1.1`, `Host: 127.0.0.1:${port}`])).status).toBe(401);
    expect(cycles).toBe(0);
  });

  it('trying on and on is answered with 429, and keeps nobody out who has the token', async () => {
    const tries = Array.from({ length: 60 }, () => send([`GET / HTTP/1.1`, `Host: 127.0.0.1:${port}`]));
    const refused = (await Promise.all(tries)).filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.head).toMatch(/retry-after: [1-9]/i);
    expect((await send(own('/livez'))).status).toBe(200);
  });
});

describe('a web page', () => {
  it('reaches it by no name of its own, and not with its own origin', async () => {
    for (const host of ['regie.evil.example', `evil.example:${port}`, '127.0.0.1.evil.example']) {
      const lines = [`GET ${HEALTH} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${TOKEN}`];
      expect((await send(lines)).status).toBe(403);
    }
    for (const host of [`localhost:${port}`, `[::1]:${port}`, '192.168.7.7']) {
      expect((await send(['GET /livez HTTP/1.1', `Host: ${host}`, `apikey: ${TOKEN}`])).status).toBe(200);
    }
    expect((await send([...own('/livez'), 'Origin: http://127.0.0.1'])).status).toBe(403);
    const preflight = await send([...own(CYCLE, 'OPTIONS'), 'Origin: http://evil.example']);
    expect(preflight.status).toBe(403);
    expect(preflight.head).not.toMatch(/access-control/i);
  });
});

describe('with the token', () => {
  it('there are these paths and no others', async () => {
    for (const path of [
      '/',
      '/../../etc/passwd',
      '/functions/v1/monitoring/../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/functions/v1/monitoring/health/',
      '//livez',
      '/livez%00',
      '/__proto__',
    ]) {
      expect([path, (await send(own(path))).status]).toEqual([path, 404]);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await send(own(HEALTH, method))).status).toBe(404);
    }
    expect((await send(own(CYCLE))).status).toBe(404);
  });

  it('a cycle is run once in ten seconds, however often it is asked for', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(own(CYCLE, 'POST'))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(7);
    expect(refused[0]?.head).toMatch(/retry-after: ([1-9]|10)\r/i);
    expect(cycles).toBe(1);
  });

  it('ten megabytes are refused before they are read', async () => {
    const long = [...own(CYCLE, 'POST'), `Content-Length: ${10_000_000}`];
    expect((await send(long, 'x'.repeat(10_000))).status).toBe(413);
    const chunked = [...own(CYCLE, 'POST'), 'Transfer-Encoding: chunked'];
    expect((await send(chunked, `10000\r\n${'x'.repeat(10_000)}`)).status).toBe(413);
    const head = [...own('/livez'), `X-Long: ${'x'.repeat(20_000)}`];
    expect((await send(head)).status).toBe(431);
    expect(cycles).toBe(1);
  });

  it('ten thousand requests at once: some are answered, the others told when to come back, and it goes on', async () => {
    const socket = connect(port, '127.0.0.1');
    const request = `${own('/metrics').join('\r\n')}\r\n\r\n`;
    socket.write(request.repeat(9_999));
    socket.end(`${own('/metrics').join('\r\n')}\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toHaveLength(10_000);
    expect(new Set(statuses)).toEqual(new Set(['200', '429']));
    expect(statuses.filter((status) => status === '200').length).toBeLessThan(1_000);
    await eventually(async () => expect((await send(own('/livez'))).status).toBe(200), { interval: 250 });
  });
});

describe('whoever takes their time', () => {
  it('is sent away when the headers have not come', async () => {
    expect(await slow).toMatch(/^HTTP\/1\.1 408/);
  });
});
