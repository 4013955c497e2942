import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { freePort } from '../training/free-port.ts';
import { createLink } from './link.ts';
import { openFestivalDatabase } from './pool.ts';
import { createServers } from './servers.ts';
import { openSession } from './session.ts';
import { sql } from './sql.ts';

let database: TestDatabase;
let proxies: TcpProxy[] = [];
let closing: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const one of [...closing, ...proxies]) await one.close();
  [closing, proxies] = [[], []];
  await database.close();
});

/** The same database behind several addresses, as if each were a server. */
const throughSeveral = async (count: number) => {
  proxies = await Promise.all(Array.from({ length: count }, () => createTcpProxy(database.consoleSettings)));
  const hosts = proxies.map((proxy) => proxy.through(database.consoleSettings));
  return { ...database.consoleSettings, host: hosts.map(({ host, port }) => `${host}:${port}`).join(',') };
};
const one = z.object({ one: z.int() });

describe('an address with several servers', () => {
  it('is used at the one that is there, wherever it stands in the list', async () => {
    const { host, port } = database.consoleSettings;
    const settings = { ...database.consoleSettings, host: `127.0.0.1:${await freePort()},${host}:${port}` };
    const session = await openSession({ settings, applicationName: 'test' });
    expect(session.server).toEqual({ host, port });
    session.destroy();
  });

  it('says what the servers say where none can be used', async () => {
    const { host, port } = database.consoleSettings;
    const settings = {
      ...database.consoleSettings,
      host: `127.0.0.1:${await freePort()},${host}:${port}`,
      password: 'x',
    };
    await expect(createServers(settings).find()).rejects.toMatchObject({ code: '28P01' });
  });

  it('is used at the first one that is no replica where none takes writes: its screens say so', async () => {
    const settings = await throughSeveral(2);
    await database.admin.query(`alter role "${settings.user}" in database "${settings.database}"
      set default_transaction_read_only = on`);
    expect(await createServers(settings).find()).toEqual({ host: '127.0.0.1', port: proxies[0]?.port });
  });

  it('moves link and pool to the next one together when the one in use is gone', async () => {
    const settings = await throughSeveral(2);
    const servers = createServers(settings);
    const festival = openFestivalDatabase({ settings, servers, applicationName: 'test', size: 2 });
    closing.push(festival);
    const used: (string | null)[] = [];
    const link = createLink({
      ...{ settings, servers, applicationName: 'test', clock: { now: Date.now, monotonic: () => performance.now() } },
      onStatus: ({ state, server }) => {
        if (state === 'online' && used.at(-1) !== server) used.push(server);
      },
      timings: { probeEveryMs: 50, reconnect: { firstMs: 20, longestMs: 50 } },
    });
    closing.push(link);
    const ask = () => festival.read((tx) => tx.row(one, sql`select 1 as one`));
    await ask();
    await eventually(() => expect(used).toHaveLength(1));
    const isIn = ({ port }: TcpProxy) => used.at(-1)?.endsWith(`:${port}`);
    const first = proxies.find(isIn);
    first?.cut();
    await eventually(() => expect(used).toHaveLength(2));
    await eventually(async () => expect(await ask()).toEqual({ one: 1 }));
    expect(proxies.find(isIn)).not.toBe(first);
  });
});

describe('a server that was recognised', () => {
  it('is the only one on which a pool works, until another one is', async () => {
    const { consoleSettings: settings } = database;
    const servers = createServers(settings);
    const festival = openFestivalDatabase({ settings, servers, applicationName: 'test', size: 2 });
    closing.push(festival);
    const ask = () => festival.read((tx) => tx.row(one, sql`select 1 as one`));
    servers.recognise('another');
    await expect(ask()).rejects.toThrow(/another server answers/);
    const session = await openSession({ settings, applicationName: 'test' });
    servers.recognise(session.reached.incarnation);
    session.destroy();
    expect(await ask()).toEqual({ one: 1 });
  });
});
