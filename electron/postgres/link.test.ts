import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { LinkStatus } from '../../shared/contract/status.ts';
import { backoffMs, RECONNECT } from '../lib/backoff.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { createLink, type Link } from './link.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
/** Often, and with all the time that a busy machine may take for an answer. */
const timings = {
  ...{ probeEveryMs: 100, probeTimeoutMs: 120_000, slowMs: 120_000 },
  reconnect: { firstMs: 25, longestMs: 100 },
};
/** Where no answer comes. Until then a busy machine may be taken for a silent network, and come back. */
const IMPATIENT = { probeTimeoutMs: 1_500 };

describe('the link to the festival', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let link: Link | undefined;
  let seen: LinkStatus[];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    proxy = await createTcpProxy(database.consoleSettings);
    seen = [];
  });
  afterEach(async () => {
    await link?.close();
    link = undefined;
    await proxy.close();
  });

  const start = (
    options: {
      settings?: Partial<ConnectionSettings>;
      clock?: typeof clock;
      reconnectMs?: number;
      timings?: Partial<typeof timings>;
    } = {},
  ): Link => {
    const { reconnectMs } = options;
    link = createLink({
      settings: { ...proxy.through(database.consoleSettings), ...options.settings },
      applicationName: 'regie/link-test',
      clock: options.clock ?? clock,
      random: () => 0.5,
      onStatus: (status) => seen.push(status),
      timings: {
        ...{ ...timings, ...options.timings },
        ...(reconnectMs === undefined ? {} : { reconnect: { firstMs: reconnectMs, longestMs: reconnectMs } }),
      },
    });
    return link;
  };
  const state = () => link?.status().state;
  const until = (wanted: LinkStatus['state']) => eventually(() => expect(state()).toBe(wanted), { interval: 5 });
  /** The states it went through, each once. */
  const path = () => seen.map((one) => one.state).filter((one, index, all) => one !== all[index - 1]);

  it('is connecting, then online with a round trip', async () => {
    expect(start().status()).toMatchObject({ state: 'connecting', knownUpTo: null, roundTripMs: null });
    await until('online');
    expect(link?.status()).toMatchObject({ reason: null, roundTripMs: expect.any(Number) });
  });

  it('keeps the instant since when it is in its state, and moves the instant of the last answer', async () => {
    start();
    await until('online');
    const first = link?.status();
    await eventually(() => expect(link?.status().knownUpTo).not.toBe(first?.knownUpTo));
    expect(link?.status().since).toBe(first?.since);
  });

  it('notices a half-open connection by a probe without an answer', async () => {
    start({ timings: IMPATIENT });
    await until('online');
    proxy.blackhole();
    await eventually(() => expect(seen.at(-1)).toMatchObject({ reason: 'answer_timeout' }), { interval: 5 });
    await until('offline');
    expect(path().slice(-3)).toEqual(['online', 'degraded', 'offline']);
    expect(link?.status().reason).toBe('connect_timeout');
  });

  it('destroys the socket of a silent connection', async () => {
    start({ timings: IMPATIENT });
    await until('online');
    proxy.blackhole();
    await until('offline');
    // Only the attempt that is being made now may be open.
    expect(proxy.open()).toBeLessThanOrEqual(1);
  });

  it('comes back by itself when the network does', async () => {
    start();
    await until('online');
    proxy.cut();
    await until('offline');
    expect(link?.status().reason).toMatch(/connection_lost|port_refused/);
    proxy.forward();
    await until('online');
    expect(link?.status().reason).toBeNull();
  });

  it('notices a cut at once, not with the next probe', async () => {
    start({ timings: { probeEveryMs: 600_000 } });
    await until('online');
    proxy.cut();
    await until('offline');
  });

  it('is degraded while answers are slow, and says so before the answer is there', async () => {
    start({ timings: { slowMs: 300 } });
    await until('online');
    proxy.delay(450);
    await until('degraded');
    expect(link?.status().reason).toBe('link_slow');
    await eventually(() => expect(link?.status().roundTripMs).toBeGreaterThan(400));
    expect(state()).toBe('degraded');
    proxy.forward();
    await until('online');
  });

  it('survives a backend that is killed', async () => {
    start();
    await until('online');
    await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'regie/link-test'`,
    );
    await eventually(() => expect(path()).toEqual(['online', 'degraded', 'online']));
  });

  it('says why it never came up', async () => {
    start({ settings: { password: 'wrong' } });
    await until('offline');
    expect(link?.status()).toMatchObject({ reason: 'password_wrong', knownUpTo: null });
    expect(path()).toEqual(['offline']);
  });

  it('tries at once when asked, however long it would have waited', async () => {
    proxy.cut();
    start({ reconnectMs: 600_000 });
    await until('offline');
    proxy.forward();
    link?.retryNow();
    await until('online');
  });

  it('measures how far the laptop clock is off', async () => {
    start({ clock: { now: () => Date.now() - 3_600_000, monotonic: clock.monotonic } });
    await until('online');
    expect(link?.clockOffsetMs()).toBeGreaterThan(3_599_000);
    expect(link?.clockOffsetMs()).toBeLessThan(3_601_000);
  });

  it('closes while it waits for a silent network, and says nothing afterwards', async () => {
    start({ timings: IMPATIENT });
    await until('online');
    proxy.blackhole();
    await until('offline');
    const limit = AbortSignal.timeout(20_000);
    await link?.close();
    expect(limit.aborted).toBe(false);
    const said = seen.length;
    proxy.forward();
    await database.admin.query('select pg_sleep(0.2)');
    expect(seen).toHaveLength(said);
  });
});

describe('the pause between two attempts', () => {
  it('grows from half a second to fifteen and never leaves these bounds', () => {
    for (const random of [() => 0, () => 0.5, () => 0.999]) {
      const pauses = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, random, RECONNECT));
      for (const pause of pauses) {
        expect(pause).toBeGreaterThanOrEqual(500);
        expect(pause).toBeLessThanOrEqual(15_000);
      }
      expect(pauses.at(-1)).toBeGreaterThan(7_000);
    }
  });
});
