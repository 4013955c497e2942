import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { freePort } from '../training/free-port.ts';
import { examine } from './doctor.ts';
import { createListener } from './listener.ts';
import { migrate } from './migrations.ts';
import { examineToPrepare } from './prepare.ts';

/** The real thing or nothing: where PgBouncer is not installed these tests are reported as skipped. */
const installed = spawnSync('pgbouncer', ['--version']).status === 0;

describe.runIf(installed)('a pooler before the database', () => {
  let database: TestDatabase;
  let folder: string;
  let pooler: ChildProcess | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'regie-pooler-'));
    chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    pooler?.kill('SIGINT');
    if (pooler !== undefined && pooler.exitCode === null) await once(pooler, 'exit');
    pooler = undefined;
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (mode: 'transaction' | 'session', more = ''): Promise<ConnectionSettings> => {
    const { host, port: target, database: name, user, password } = database.adminSettings;
    const port = await freePort();
    writeFileSync(
      join(folder, 'pooler.ini'),
      `[databases]\n${name} = host=${host} port=${target} user=${user} password=${password}\n[pgbouncer]\n` +
        `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = ${mode}\n${more}\n`,
    );
    const asRoot = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
    pooler = spawn('pgbouncer', [...asRoot, join(folder, 'pooler.ini')], { stdio: 'ignore' });
    await eventually(
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => {
            socket.destroy();
            resolve();
          });
          socket.on('error', reject);
        }),
    );
    return { ...database.adminSettings, port };
  };
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const found = async (settings: ConnectionSettings) => (await examine(settings, { clock })).map(({ code }) => code);

  it('is found in transaction mode', async () => {
    expect(await found(await start('transaction'))).toContain('pooler_transaction');
  });

  it('is found in transaction mode when it takes turns among its servers', async () => {
    expect(await found(await start('transaction', 'server_round_robin = 1'))).toContain('pooler_transaction');
  });

  it('is in the way of preparing a festival in transaction mode', async () => {
    const { findings, plan } = await examineToPrepare(await start('transaction'), { clock });
    expect(findings).toContainEqual(expect.objectContaining({ code: 'pooler_transaction', level: 'error' }));
    expect(plan).toBeNull();
  });

  it('is told from one in session mode, which works', async () => {
    const codes = await found(await start('session'));
    expect(codes).toContain('pooler_session');
    expect(codes).not.toContain('pooler_transaction');
  });

  it('is not seen where there is none', async () => {
    const codes = await found(database.adminSettings);
    expect(codes.filter((code) => code.startsWith('pooler'))).toEqual([]);
  });

  it('keeps the migrations away in transaction mode', async () => {
    const settings = await start('transaction');
    await expect(migrate({ settings })).rejects.toMatchObject({ code: 'pooler_transaction' });
  });

  it('does not let the listener believe that it listens', async () => {
    const settings = await start('transaction', 'server_reset_query_always = 1');
    const states: string[] = [];
    const listener = createListener({
      settings,
      applicationName: 'regie/pooler-test',
      channel: 'regie_changes',
      onNotify: () => undefined,
      onStatus: ({ state }) => states.push(state),
      timings: { heartbeatEveryMs: 50, heartbeatTimeoutMs: 300, reconnect: { firstMs: 50, longestMs: 50 } },
    });
    await eventually(() => expect(states).toContain('lost'));
    await listener.close();
  });
});
