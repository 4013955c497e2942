import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import type { RegieEvent } from '../shared/contract/events.ts';
import { INITIAL_SETTINGS } from '../shared/domain/festival-settings.ts';
import { type Core, startCore } from './core.ts';
import { festivalKey } from './site/local-files.ts';
import { insertEvent } from './testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';

let database: TestDatabase;
let dataDir: string;
let core: Core | undefined;
let events: RegieEvent[];

beforeEach(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'regie-opening-'));
  chmodSync(dataDir, 0o755);
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
});
afterEach(async () => {
  await core?.close();
  core = undefined;
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = async (connection?: ConnectionSettings): Promise<void> => {
  core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', ...(connection ? { connection } : {}) });
  events = [];
  core.subscribe((event) => events.push(event));
};
const restart = async (connection?: ConnectionSettings): Promise<void> => {
  await core?.close();
  await start(connection);
};
const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core?.call(name, input);
  if (!answer?.ok) throw new Error(`${name}: ${JSON.stringify(answer?.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
const status = () => ask('status.get', {});
const within = { interval: 100 };
const online = () => eventually(async () => expect((await status()).link).toMatchObject({ state: 'online' }), within);
const signIn = () => eventually(() => ask('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN }), within);
const board = async () => (await ask('board.get', { closed: true })).alerts.map(({ incidentId }) => incidentId);

/** A server that speaks TLS is not needed: the file is read before anything is tried. */
const withCa = (caFile: string): ConnectionSettings => ({ ...database.consoleSettings, tls: 'verify', caFile });
const NO_SUCH_HOST = { host: 'db.regie.invalid', port: 5432, database: 'festival', user: 'regie', password: 'secret' };

describe('a saved connection whose certificate file is missing', () => {
  it('does not keep the console from starting: it shows what it has and the reason, and connects when the file is back', async () => {
    await start(database.consoleSettings);
    const eventId = await insertEvent(database);
    await eventually(async () => expect(await board()).toContain(eventId), within);

    const caFile = join(dataDir, 'ca.pem');
    await restart(withCa(caFile));
    await eventually(
      async () => expect((await status()).link).toMatchObject({ state: 'offline', reason: 'ca_file_unreadable' }),
      within,
    );
    expect(await board()).toContain(eventId);
    expect(await ask('connection.get', {})).toMatchObject({ settings: { caFile } });

    // The server of the tests speaks no TLS: that it is asked at all shows that the file was read.
    writeFileSync(caFile, '');
    await ask('link.retry', {});
    await eventually(async () => expect((await status()).link.reason).toBe('tls_not_offered'), within);
  });
});

describe('a switch to a festival that cannot be opened', () => {
  it('is answered with the reason, and the one before stays open and works', async () => {
    await start(database.consoleSettings);
    await online();
    await signIn();
    const before = await ask('connection.get', {});
    const unreadable = { ...NO_SUCH_HOST, tls: 'verify' as const, caFile: join(dataDir, 'gone.pem') };
    expect(await core?.call('connection.use', { settings: unreadable })).toEqual({
      ok: false,
      error: { code: 'festival_ca_unreadable', params: { file: unreadable.caFile } },
    });
    // The same database, so the same local files.
    expect(await core?.call('connection.use', { settings: withCa(unreadable.caFile) })).toMatchObject({
      error: { code: 'festival_ca_unreadable' },
    });
    // A folder where the training server's passwords would be.
    mkdirSync(join(dataDir, 'training.json'));
    expect(await core?.call('connection.use', { settings: null })).toMatchObject({
      error: { code: expect.stringMatching(/^festival_training_/), params: { why: expect.any(String) } },
    });

    expect(await ask('connection.get', {})).toEqual(before);
    expect((await ask('session.get', {})).operator).toBe('Léa');
    expect((await status()).failure).toBeNull();
    await online();
    const eventId = await insertEvent(database);
    await eventually(async () => expect(await board()).toContain(eventId), within);
    expect(events.filter(({ event }) => event === 'session')).toHaveLength(1);
  });

  it('is not saved: the next start uses the one before', async () => {
    await start(database.consoleSettings);
    await signIn();
    // A host that does not answer is the link's matter: work goes on without it.
    expect(await core?.call('connection.use', { settings: { ...NO_SUCH_HOST, tls: 'off' } })).toMatchObject({
      ok: true,
    });
    const unreadable = { ...database.consoleSettings, tls: 'verify' as const, caFile: join(dataDir, 'gone.pem') };
    expect(await core?.call('connection.use', { settings: unreadable })).toMatchObject({ ok: false });
    await restart();
    expect(await ask('connection.get', {})).toMatchObject({ settings: { host: NO_SUCH_HOST.host } });
    expect((await ask('session.get', {})).festival).toEqual({
      training: false,
      address: 'db.regie.invalid/festival',
      name: 'db.regie.invalid/festival',
      settings: INITIAL_SETTINGS,
    });
  });
});

describe('a start at which nothing can be opened', () => {
  it('shows the settings’ way out instead of ending: another festival can be used from there', async () => {
    mkdirSync(join(dataDir, 'training.json'));
    await start();
    expect(await status()).toMatchObject({
      failure: { code: expect.stringMatching(/^festival_training_/) },
      link: { state: 'offline' },
    });
    expect(await board()).toEqual([]);
    expect(await ask('operators.get', {})).toBeNull();
    expect(await core?.call('connection.use', { settings: database.consoleSettings })).toMatchObject({ ok: true });
    await online();
    expect((await status()).failure).toBeNull();
  });

  it('tries again on request', async () => {
    const { consoleSettings } = database;
    mkdirSync(join(dataDir, 'festivals', `${festivalKey(consoleSettings)}.outbox.sqlite`), { recursive: true });
    await start(consoleSettings);
    expect((await status()).failure).toMatchObject({
      code: 'festival_files_unusable',
      params: { why: expect.any(String) },
    });
    expect(await core?.call('engine.runCycle', {})).toMatchObject({ ok: false });
    rmSync(join(dataDir, 'festivals'), { recursive: true });
    await ask('link.retry', {});
    await online();
    expect((await status()).failure).toBeNull();
    await signIn();
  });
});

describe('a saved connection without its password', () => {
  const wanted = async () => (await status()).link.reason;

  it('asks whoever starts the console for it, and changes nothing else', async () => {
    await start({ ...database.consoleSettings, password: '' });
    await eventually(async () => expect(await wanted()).toBe('password_missing'), within);
    expect(await ask('operators.get', {})).toBeNull();
    expect(await core?.call('connection.enterPassword', { password: 'x', host: 'elsewhere' })).toMatchObject({
      error: { code: 'bad_input' },
    });
    expect(await core?.call('connection.enterPassword', { password: 'not this one' })).toMatchObject({
      error: { code: 'password_refused' },
    });
    expect(await wanted()).toBe('password_missing');
    expect(await core?.call('connection.enterPassword', { password: database.consoleSettings.password })).toEqual({
      ok: true,
      value: {},
    });
    await online();
    await signIn();
    const eventId = await insertEvent(database);
    await eventually(async () => expect(await board()).toContain(eventId), within);
    // Nobody needs it any more.
    expect(await core?.call('connection.enterPassword', { password: 'another' })).toMatchObject({
      error: { code: 'password_not_asked' },
    });
  });

  it('never shows, logs or stores it', async () => {
    const login = `regie_typed_${process.pid}`;
    const password = 'typed-in-by-hand';
    await database.admin.query(`create role ${login} login password '${password}' in role regie_console`);
    try {
      await start({ ...database.consoleSettings, user: login, password: 'an old one' });
      await eventually(async () => expect(await wanted()).toBe('password_wrong'), within);
      await ask('connection.enterPassword', { password });
      await online();
      expect(JSON.stringify([await ask('connection.get', {}), await status(), events])).not.toContain(password);
      await core?.close();
      expect(filesIn(dataDir).filter((file) => readFileSync(file).includes(password))).toEqual([]);
    } finally {
      await core?.close();
      await database.admin.query(`drop role ${login}`);
    }
  });
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
