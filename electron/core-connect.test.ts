import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { type DoctorCode, doctorTexts } from '../shared/i18n/doctor.ts';
import { type Core, startCore } from './core.ts';
import { selfSignedCertificate } from './testing/certificate.ts';
import { connectAs } from './testing/connect.ts';
import { coreProgram } from './testing/core-program.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { PIN } from './testing/operators.ts';
import { freePort } from './training/free-port.ts';

/* Connecting a festival from the screen alone: what the screens call, against real databases. */

const LOGIN = `regie_connect_${process.pid}`;
const within = { interval: 50 };

let dataDir: string;
let core: Core | undefined;
/** A festival that never answers: nobody can be signed in to it, and anybody may leave it. */
let nowhere: ConnectionSettings;
const databases: TestDatabase[] = [];

beforeAll(async () => {
  nowhere = {
    ...{ host: '127.0.0.1', port: await freePort(), database: 'none', user: 'nobody', password: 'x', tls: 'off' },
  };
});
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'regie-connect-'));
});
afterEach(async () => {
  await core?.close();
  core = undefined;
  const [some] = databases;
  // Roles are the server's: what a test has made is gone with it.
  for (const { admin } of databases) {
    await admin.query(`do $$ begin
      if exists (select from pg_roles where rolname = '${LOGIN}') then drop owned by ${LOGIN}; end if;
    end $$`);
  }
  await some?.maintenance.query(`drop role if exists ${LOGIN}`);
  for (const database of databases.splice(0)) await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const festival = async (template: 'bare' | 'empty' | 'festival', made = ''): Promise<TestDatabase> => {
  const database = await createTestDatabase(template);
  databases.push(database);
  if (made !== '') await database.admin.query(made);
  return database;
};
const start = async (connection: ConnectionSettings | undefined = nowhere): Promise<void> => {
  core = await startCore({ dataDir, laptop: 'Régie 1', version: '0.0.0', connection });
};
const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core?.call(name, input);
  if (!answer?.ok) throw new Error(`${name}: ${JSON.stringify(answer?.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};

type Findings = CallOutput<'setup.examine'>['findings'];
/** Every error has its sentence in both languages, filled in whole. */
const errorsOf = (findings: Findings): string[] => {
  for (const { code, params } of findings) {
    for (const texts of Object.values(doctorTexts)) {
      for (const [, name = ''] of texts[code as DoctorCode].matchAll(/\{\{(\w+)\}\}/g)) {
        expect(params, code).toHaveProperty(name);
      }
    }
  }
  return findings.filter(({ level }) => level === 'error').map(({ code }) => code);
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

/** The monitoring tables of an earlier system, and row security on all that has rows, whoever owns them. */
const SECURED = `
  ${readFileSync(join(import.meta.dirname, 'testing/earlier-monitoring.sql'), 'utf8')}
  insert into table_cards (id, amount) values ('04SECURED', 12.5);
  do $$ declare v text; begin
    foreach v in array array['table_cards', 'app_transaction_log', 'nfc_scan_log', 'monitoring_events', 'alert_history'] loop
      execute format('alter table public.%I enable row level security', v);
      execute format('alter table public.%I force row level security', v);
    end loop;
  end $$`;

describe('connecting a festival', () => {
  it('makes of its bare tables a festival that somebody works on, and keeps nothing of the administrator', async () => {
    const { adminSettings, admin } = await festival('bare');
    await start();
    expect(await ask('setup.get', {})).toEqual({ draft: null, loginName: 'regie_regie_1', keychain: false });
    const secret = 'administrators-own-secret';
    const administrator = `regie_admin_${process.pid}`;
    await admin.query(`create role ${administrator} superuser login password '${secret}'`);
    try {
      const settings = { ...adminSettings, user: administrator, password: secret };
      const examined = await ask('setup.examine', { settings });
      expect(errorsOf(examined.findings)).toEqual([]);
      expect(examined.plan).toEqual({ schema: 'make', policies: [] });
      // Where it stopped is known, without the login.
      expect((await ask('setup.get', {})).draft).toEqual({
        ...{ host: '127.0.0.1', port: settings.port, database: settings.database, tls: 'off', login: null },
      });
      const prepared = await ask('setup.prepare', { settings, login: LOGIN });
      expect(errorsOf(prepared.findings)).toEqual([]);
      expect(prepared).toMatchObject({ used: true, password: expect.stringMatching(/^([a-z0-9]{5}-){4}[a-z0-9]{5}$/) });
      expect(await ask('connection.get', {})).toMatchObject({ training: false, settings: { user: LOGIN } });
      await eventually(async () => expect(await ask('operators.get', {})).toMatchObject({ operators: [] }), within);
      expect((await ask('session.begin', { name: 'Zoé', pin: PIN })).operator).toBe('Zoé');
      expect((await ask('setup.get', {})).draft).toBeNull();
      // The server has a verifier, and this laptop neither password.
      const { rows } = await admin.query(`select rolpassword, rolsuper from pg_authid where rolname = $1`, [LOGIN]);
      expect(rows).toEqual([{ rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$/), rolsuper: false }]);
      await core?.close();
      for (const file of filesIn(dataDir)) {
        const text = readFileSync(file, 'latin1');
        expect(text.includes(secret), file).toBe(false);
        expect(text.includes(administrator), file).toBe(false);
        expect(text.includes(prepared.password ?? ''), file).toBe(false);
      }
    } finally {
      await core?.close();
      await admin.query(`reassign owned by ${administrator} to postgres; drop owned by ${administrator}`);
      await admin.query(`drop role ${administrator}`);
    }
  });

  it('opens row security, forced or not, beside the monitoring tables of an earlier system, which stay', async () => {
    const { adminSettings, admin } = await festival('bare', SECURED);
    await start();
    const { plan } = await ask('setup.examine', { settings: adminSettings });
    const secured = ['alert_history', 'app_transaction_log', 'monitoring_events', 'nfc_scan_log', 'table_cards'];
    expect(plan).toEqual({ schema: 'make', policies: secured });
    const { findings, used, password } = await ask('setup.prepare', { settings: adminSettings, login: LOGIN });
    expect(errorsOf(findings)).toEqual([]);
    expect(used).toBe(true);
    expect(findings.map(({ code }) => code)).toContain('row_security_open');
    const console = await connectAs({ ...adminSettings, user: LOGIN, password: password ?? '' });
    expect((await console.query('select id, amount::text from table_cards')).rows).toEqual([
      { id: '04SECURED', amount: '12.50' },
    ]);
    expect((await console.query('select count(*)::int as events from monitoring_events')).rows).toEqual([
      { events: 2 },
    ]);
    await console.end();
    expect((await admin.query(`select count(*)::int as n from pg_policy where polname = 'regie'`)).rows).toEqual([
      { n: secured.length },
    ]);
    // Nothing is left to open.
    expect((await ask('setup.examine', { settings: adminSettings })).plan).toEqual({ schema: 'none', policies: [] });
  });

  it('that is in use already says so, and gives this laptop a login of its own', async () => {
    const { adminSettings } = await festival('festival');
    await start();
    const { findings, plan } = await ask('setup.examine', { settings: adminSettings });
    expect(findings).toContainEqual({
      ...{ code: 'festival_in_use', level: 'info' },
      params: { operators: 5, laptops: expect.any(String) },
    });
    expect(plan).toEqual({ schema: 'none', policies: [] });
    expect(await ask('setup.prepare', { settings: adminSettings, login: LOGIN })).toMatchObject({ used: true });
    // Somebody else's login is not taken over.
    await core?.close();
    rmSync(dataDir, { recursive: true, force: true });
    await start();
    const again = await ask('setup.prepare', { settings: adminSettings, login: LOGIN });
    expect([again.used, errorsOf(again.findings)]).toEqual([false, ['login_taken']]);
  });

  it('goes on after a kill while the login was being made', async () => {
    const { adminSettings, admin, maintenance } = await festival('festival');
    const child: ChildProcess = fork(await coreProgram(), [
      JSON.stringify({ settings: nowhere, laptop: 'booth-1', dataDir }),
    ]);
    await once(child, 'message');
    await admin.query('begin; lock table pg_authid in share mode');
    child.send({ id: 1, call: 'setup.prepare', input: { settings: adminSettings, login: LOGIN } });
    await eventually(
      async () => {
        const { rows } = await maintenance.query(
          `select query from pg_stat_activity where wait_event_type = 'Lock' and datname = $1 and query like '%v_login%'`,
          [adminSettings.database],
        );
        expect(rows).toHaveLength(1);
      },
      { interval: 20 },
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await admin.query('rollback');
    // What was asked for is made all the same, and nobody knows its password.
    await eventually(async () => {
      const { rows } = await maintenance.query('select from pg_roles where rolname = $1', [LOGIN]);
      expect(rows).toHaveLength(1);
    }, within);
    await start();
    expect((await ask('setup.get', {})).draft).toMatchObject({ database: adminSettings.database, login: LOGIN });
    expect(await ask('setup.prepare', { settings: adminSettings, login: LOGIN })).toMatchObject({ used: true });
  });
});

describe('a database that cannot be prepared', () => {
  it.each<[string, 'bare' | 'empty' | 'festival', string, Partial<ConnectionSettings>, string]>([
    ['a wrong password', 'bare', '', { password: 'wrong' }, 'password_wrong'],
    ['an unknown database', 'bare', '', { database: 'no_such_database' }, 'database_unknown'],
    ['an unknown host', 'bare', '', { host: 'no-such-host.invalid' }, 'host_unknown'],
    ['TLS that the server does not offer', 'bare', '', { tls: 'verify' }, 'tls_not_offered'],
    ['no table of a festival', 'empty', '', {}, 'festival_tables_missing'],
    ['a column too few', 'bare', 'alter table table_cards drop column amount', {}, 'festival_columns_missing'],
    [
      'a newer Regie there',
      'festival',
      'update console.function_files set version = version + 1',
      {},
      'database_newer',
    ],
  ])('is refused in words: %s', async (_, template, made, wrong, code) => {
    const { adminSettings } = await festival(template, made);
    await start();
    const settings = { ...adminSettings, ...wrong };
    const { findings, plan } = await ask('setup.examine', { settings });
    expect([errorsOf(findings), plan]).toEqual([[code], null]);
    // Whoever asks all the same is refused, and the festival in use stays.
    const prepared = await ask('setup.prepare', { settings, login: LOGIN });
    expect([errorsOf(prepared.findings), prepared.used]).toEqual([[code], false]);
    expect(await ask('connection.get', {})).toMatchObject({ settings: { user: 'nobody' } });
  });

  it('is refused in words: a login that may make neither roles nor tables', async () => {
    const { adminSettings } = await festival('bare', `create role ${LOGIN} login password 'x'`);
    await start();
    const { findings, plan } = await ask('setup.examine', {
      settings: { ...adminSettings, user: LOGIN, password: 'x' },
    });
    expect([errorsOf(findings), plan]).toEqual([
      ['administrator_makes_no_roles', 'administrator_makes_no_schema'],
      null,
    ]);
    expect(findings.map(({ code }) => code)).toContain('administrator_owns_not');
  });

  it.each(['regie_console', 'pg_monitor', 'Regie', 'a b', ''])('no login is called “%s”', async (login) => {
    await start();
    const answer = await core?.call('setup.prepare', { settings: nowhere, login });
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_input' } });
  });
});

describe('a root certificate', () => {
  const { cert, key } = selfSignedCertificate([127, 0, 0, 1]);
  const keep = (content: string | Buffer) =>
    core?.call('setup.keepCertificate', { content: Buffer.from(content).toString('base64') });

  it('is copied to where this laptop keeps it, once, whatever it is written in', async () => {
    await start();
    const der = Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const answers = [await keep(cert), await keep(`a comment\n${cert}`), await keep(der)];
    const folder = join(dataDir, 'certificates');
    const file = join(folder, readdirSync(folder)[0] ?? '');
    for (const answer of answers) {
      const expires = new Date(Date.now() + 3_600_000).toISOString().slice(0, 10);
      expect(answer).toEqual({ ok: true, value: { file, subject: 'regie test server', expires } });
    }
    expect(readdirSync(folder)).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['a key', key, 'certificate_is_key'],
    ['a key beside its certificate', `${cert}${key}`, 'certificate_is_key'],
    ['anything else', 'hello', 'certificate_unreadable'],
    ['half of one', cert.slice(0, 200), 'certificate_unreadable'],
    ['nothing', '', 'certificate_unreadable'],
  ])('is refused where it is %s, and nothing is written', async (_, content, code) => {
    await start();
    expect(await keep(content)).toMatchObject({ ok: false, error: { code } });
    expect(readdirSync(dataDir)).not.toContain('certificates');
  });
});
