import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../lib/log.ts';
import { openPostgresServer, type PostgresServer } from './postgres-server.ts';
import { isAlive, readPostmaster } from './postmaster.ts';

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the training server', () => {
  /** One that was made and stopped: initdb takes a second of a processor. */
  let made: string;
  beforeAll(async () => {
    made = mkdtempSync(join(tmpdir(), 'regie-training-'));
    chmodSync(made, 0o755);
    await (await openPostgresServer({ dataDir: made, log: quiet })).stop();
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  /** As after an earlier start. */
  const startedBefore = (): void => void execFileSync('cp', ['-a', `${made}/.`, dataDir]);

  let dataDir: string;
  let words: string[];
  let log: Log;
  const servers: PostgresServer[] = [];
  const children: ChildProcess[] = [];

  const open = async (): Promise<PostgresServer> => {
    const server = await openPostgresServer({ dataDir, log });
    servers.push(server);
    return server;
  };
  const clusterDir = () => join(dataDir, 'postgres');
  const pid = (): number => readPostmaster(clusterDir())?.pid ?? 0;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'regie-training-'));
    chmodSync(dataDir, 0o755);
    words = [];
    const note = (message: string) => void words.push(message);
    log = { info: note, warn: note, error: note };
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const server of servers.splice(0)) await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('keeps what was written, its passwords and its port from one start to the next', async () => {
    const first = await open();
    await ask(first, 'create table notes as select 42 as answer');
    await first.stop();
    expect(readPostmaster(clusterDir())).toBeUndefined();

    const second = await open();
    expect(second.settings).toEqual(first.settings);
    expect(await ask(second, 'select answer from notes')).toEqual([{ answer: 42 }]);
    expect(statSync(join(dataDir, 'training.json')).mode & 0o777).toBe(0o600);
  });

  it('listens on this machine only and needs its password', async () => {
    startedBefore();
    const server = await open();
    expect(await ask(server, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await ask(server, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    const wrong = { ...server, settings: { ...server.settings, password: 'wrong' } };
    await expect(ask(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('takes over the server of a process that was killed, and stops it as its own', async () => {
    const owner = await openInAnotherProcess(dataDir, children);
    const before = pid();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(isAlive(before)).toBe(true);

    const server = await open();
    expect(pid()).toBe(before);
    expect(await ask(server, 'select answer from notes')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(readPostmaster(clusterDir())).toBeUndefined();
    await expect(ask(server, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('starts again when process and server were killed', async () => {
    startedBefore();
    const owner = await openInAnotherProcess(dataDir, children);
    const before = pid();
    owner.kill('SIGKILL');
    process.kill(before, 'SIGKILL');
    await once(owner, 'exit');

    const server = await open();
    expect(pid()).not.toBe(before);
    expect(await ask(server, 'select answer from notes')).toEqual([{ answer: 42 }]);
  });

  it('is not misled by a pid file that names a living stranger', async () => {
    startedBefore();
    const first = await open();
    await first.stop();
    // As after a power cut: the id belongs to another program now.
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    children.push(stranger);
    const lines = [stranger.pid, clusterDir(), 1, first.settings.port, '', '127.0.0.1', '', 'ready', ''];
    writeFileSync(join(clusterDir(), 'postmaster.pid'), lines.join('\n'));

    const server = await open();
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });

  it('uses another port when its own is in use, and remembers it', async () => {
    startedBefore();
    const first = await open();
    await first.stop();
    const occupant = await occupy(first.settings.port);
    const server = await open();
    expect(server.settings.port).not.toBe(first.settings.port);
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    occupant.close();
    expect((await open()).settings.port).toBe(server.settings.port);
  });

  it('recreates a cluster when the first attempt was interrupted', async () => {
    const owner = await openInAnotherProcess(dataDir, children);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await (await open()).stop();
    rmSync(join(clusterDir(), 'global'), { recursive: true });

    const server = await open();
    await expect(ask(server, 'select answer from notes')).rejects.toMatchObject({ code: '42P01' });
    expect(readdirSync(dataDir).filter((name) => /^postgres\.\d+T/.test(name))).toHaveLength(1);
    expect(words.join()).toContain('moved aside');
  });

  it('recreates a cluster when its passwords are lost', async () => {
    startedBefore();
    await (await open()).stop();
    rmSync(join(dataDir, 'training.json'));
    const server = await open();
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('comes back when it was killed while we run', async () => {
    startedBefore();
    const server = await open();
    const before = pid();
    process.kill(before, 'SIGKILL');
    await server.ensureRunning();
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.ensureRunning();
    expect(pid()).not.toBe(before);
  });

  it.runIf(process.getuid?.() === 0)('names the folder that its system user cannot enter, and what to do', async () => {
    chmodSync(dataDir, 0o700);
    await expect(open()).rejects.toThrow(
      `may not enter ${dataDir}. Start Regie as an ordinary user, choose another folder with --data-dir, or open it: chmod o+x ${dataDir}`,
    );
    expect(existsSync(clusterDir())).toBe(false);
  });

  it('keeps passwords out of everything but its file', async () => {
    const server = await open();
    const written = words.join() + readFileSync(join(dataDir, 'postgres-control.log'), 'utf8');
    expect(written).not.toContain(server.passwords.administrator);
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres-control.log', 'training.json']);
  });
});

const ask = async (server: PostgresServer, text: string): Promise<unknown[]> => {
  const { host, port, database, user, password } = server.settings;
  const client = new pg.Client({ host, port, database, user, password, ssl: false });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

/** A process that opens the server, writes something, and waits to be killed. */
const openInAnotherProcess = async (dataDir: string, children: ChildProcess[]): Promise<ChildProcess> => {
  const module = pathToFileURL(join(import.meta.dirname, 'postgres-server.ts')).href;
  const program = `
    import pg from 'pg';
    import { openPostgresServer } from ${JSON.stringify(module)};
    const quiet = () => {};
    const { settings } = await openPostgresServer({ dataDir: process.argv[1], log: { info: quiet, warn: quiet, error: console.error } });
    const client = new pg.Client({ ...settings, ssl: false });
    await client.connect();
    await client.query('create table notes as select 42 as answer');
    console.log('ready');
    setInterval(quiet, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(String(line).trim()).toBe('ready');
  return child;
};

const occupy = async (port: number): Promise<Server> => {
  const occupant = createServer();
  occupant.listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  return occupant;
};
