import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionSettings, DoctorFinding } from '../../shared/contract/connection.ts';
import { type DoctorCode, doctorTexts } from '../../shared/i18n/doctor.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTcpProxy } from '../testing/tcp-proxy.ts';
import { startTlsServer, type TlsServer } from '../testing/tls-server.ts';
import { freePort } from '../training/free-port.ts';
import { driverOptions } from './connection-settings.ts';
import { examine } from './doctor.ts';
import { readFacts } from './doctor-facts.ts';
import { diagnose as diagnoseFacts } from './doctor-rules.ts';
import { migrate } from './migrations.ts';
import { examineToPrepare } from './prepare.ts';
import { readBuildSchema } from './schema-state.ts';
import { openSession } from './session.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Examines, and requires a whole sentence in both languages for everything found. */
const diagnose = async (
  settings: ConnectionSettings,
  options: Partial<Parameters<typeof examine>[1]> = {},
): Promise<DoctorFinding[]> => {
  const findings = await examine(settings, { clock, ...options });
  for (const { code, params } of findings) {
    for (const texts of Object.values(doctorTexts)) {
      const sentence: string | undefined = texts[code as DoctorCode];
      expect(sentence, code).toBeDefined();
      for (const [, name = ''] of sentence?.matchAll(/\{\{(\w+)\}\}/g) ?? []) expect(params, code).toHaveProperty(name);
    }
  }
  return findings;
};
const codes = (findings: readonly DoctorFinding[], ...levels: readonly DoctorFinding['level'][]) =>
  findings.filter(({ level }) => levels.includes(level)).map(({ code }) => code);
const trouble = (findings: readonly DoctorFinding[]) => codes(findings, 'error', 'warning');

describe('the doctor on a way that does not lead to the database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it.each<[string, Partial<ConnectionSettings>, DoctorCode]>([
    ['a wrong password', { password: 'wrong' }, 'password_wrong'],
    ['an unknown user', { user: 'nobody_known' }, 'password_wrong'],
    ['an unknown database', { database: 'no_such_database' }, 'database_unknown'],
    ['an unknown host', { host: 'no-such-host.invalid' }, 'host_unknown'],
    ['TLS asked of a server without it', { tls: 'verify' }, 'tls_not_offered'],
    [
      'a missing root certificate',
      { tls: 'verify', caFile: join(tmpdir(), 'no-such-certificate.pem') },
      'ca_file_unreadable',
    ],
  ])('names %s', async (_, wrong, code) => {
    const findings = await diagnose({ ...database.consoleSettings, ...wrong });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code, level: 'error' });
    expect(JSON.stringify(findings)).not.toContain('"password"');
  });

  it('names a port on which nothing listens', async () => {
    const findings = await diagnose({ ...database.consoleSettings, port: await freePort() });
    expect(codes(findings, 'error')).toEqual(['port_refused']);
  });

  it('gives up on a host that swallows bytes', async () => {
    const proxy = await createTcpProxy(database.consoleSettings);
    proxy.blackhole();
    const findings = await diagnose(proxy.through(database.consoleSettings), { connectTimeoutMs: 200 });
    expect(codes(findings, 'error')).toEqual(['connect_timeout']);
    await proxy.close();
  });

  it('names a login that may not log in to this database', async () => {
    await database.admin.query(`revoke connect on database ${database.adminSettings.database} from public`);
    const findings = await diagnose(database.consoleSettings);
    await database.admin.query(`grant connect on database ${database.adminSettings.database} to public`);
    expect(codes(findings, 'error')).toEqual(['right_missing']);
  });
});

describe('the doctor on a festival database', () => {
  let database: TestDatabase;
  const role = `doctor_${process.pid}`;
  let settings: ConnectionSettings;

  const asAdmin = (text: string) => database.admin.query(text);
  beforeEach(async () => {
    database = await createTestDatabase();
    await asAdmin(`create role ${role} login password 'doctor' in role regie_console`);
    settings = { ...database.consoleSettings, user: role, password: 'doctor' };
    return async () => {
      await asAdmin(`drop owned by ${role}`);
      await asAdmin(`drop role ${role}`);
      await database.close();
    };
  });

  it('finds everything in place for the least-privileged login', async () => {
    await asAdmin('create index on app_transaction_log (card_id)');
    const findings = await diagnose(settings);
    expect(trouble(findings)).toEqual([]);
    expect(codes(findings, 'ok')).toEqual([
      'clock_agrees',
      'server_version',
      'festival_tables_found',
      'migrations_applied',
      'grants_found',
    ]);
  });

  it('writes nothing', async () => {
    await asAdmin(`alter role ${role} set default_transaction_read_only = on`);
    const before = await asAdmin(`select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables`);
    await diagnose(settings);
    const after = await asAdmin(`select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables`);
    expect(after.rows).toEqual(before.rows);
  });

  it('names a read-only role', async () => {
    await asAdmin(`alter role ${role} set default_transaction_read_only = on`);
    expect(codes(await diagnose(settings), 'error')).toEqual(['read_only']);
    // Nothing can be prepared in it either, and what to do is said.
    const { findings, plan } = await examineToPrepare(settings, { clock });
    expect(codes(findings, 'error')).toContain('read_only');
    expect(plan).toBeNull();
  });

  it('names what the login has set for its own role', async () => {
    await asAdmin(`alter role ${role} set search_path = mine`);
    const findings = await diagnose(settings);
    expect(codes(findings, 'warning')).toContain('role_settings');
    expect(findings.find(({ code }) => code === 'role_settings')?.params).toMatchObject({
      settings: 'search_path=mine',
    });
  });

  it('names the rights that a role with SELECT alone lacks', async () => {
    await asAdmin(`revoke regie_console from ${role}; grant select on all tables in schema public to ${role}`);
    const findings = await diagnose(settings);
    expect(codes(findings, 'error')).toEqual(['migrations_hidden', 'role_not_granted']);
    const { grants } = findings.find(({ code }) => code === 'role_not_granted')?.params ?? {};
    expect(grants).toContain('insert/update on public.monitoring_events');
    expect(grants).toContain('usage on schema console');
    expect(grants).toContain('execute on console.apply_correction');
    expect(grants).not.toContain('select on public.table_cards');
  });

  it('names exactly the one right that is missing', async () => {
    await asAdmin('revoke update on monitoring_events from regie_console');
    const findings = await diagnose(settings);
    expect(findings).toContainEqual({
      code: 'grants_missing',
      level: 'error',
      params: { role, grants: 'update on public.monitoring_events' },
    });
  });

  it('says that corrections cannot work when their owner lacks its rights, and migrating gives them', async () => {
    await asAdmin('revoke all on table_cards, app_transaction_log from regie_owner, regie_console, regie_reader');
    expect(codes(await diagnose(settings), 'error')).toEqual(['grants_missing', 'correction_grants_missing']);
    await migrate({ settings: database.adminSettings });
    expect(codes(await diagnose(settings), 'error')).toEqual([]);
  });

  it('warns of a superuser', async () => {
    const findings = await diagnose(database.adminSettings);
    expect(codes(findings, 'error')).toEqual([]);
    expect(trouble(findings)).toContain('rights_superuser');
  });

  it('warns of rights beyond what is needed, each by name', async () => {
    await asAdmin(`grant update (amount) on table_cards to ${role}; grant delete on console.audit to ${role};
      grant insert on app_transaction_log to ${role}; grant create on schema public to ${role}`);
    const { rights } = (await diagnose(settings)).find(({ code }) => code === 'rights_excessive')?.params ?? {};
    expect(String(rights).split(', ').sort()).toEqual([
      'create on schema public',
      'delete on console.audit',
      'insert on public.app_transaction_log',
      'update on public.table_cards',
    ]);
  });

  it('warns of a login that owns the tables of the festival', async () => {
    await asAdmin(`alter table table_cards owner to ${role}`);
    const findings = await diagnose(settings);
    await asAdmin('alter table table_cards owner to postgres');
    expect(findings).toContainEqual({
      code: 'rights_owner',
      level: 'warning',
      params: { role, tables: 'public.table_cards' },
    });
  });

  it('warns of membership in the role that may touch cards', async () => {
    await asAdmin(`grant regie_owner to ${role}`);
    const { rights } = (await diagnose(settings)).find(({ code }) => code === 'rights_excessive')?.params ?? {};
    expect(rights).toContain('membership in regie_owner');
  });

  it('names a missing column that is needed, and one that is not', async () => {
    await asAdmin(`alter table app_transaction_log drop column new_balance;
      alter table nfc_scan_log drop column processing_duration_ms, drop column metadata;
      drop table bar_order_items, bar_orders`);
    const findings = await diagnose(settings);
    expect(findings).toContainEqual({
      code: 'festival_columns_missing',
      level: 'error',
      params: { columns: 'app_transaction_log.new_balance' },
    });
    expect(findings).toContainEqual({
      code: 'festival_columns_optional',
      level: 'info',
      params: { columns: 'nfc_scan_log.processing_duration_ms, nfc_scan_log.metadata' },
    });
    expect(findings).toContainEqual({
      code: 'festival_tables_optional',
      level: 'info',
      params: { tables: 'bar_orders, bar_order_items' },
    });
  });

  it('names columns of another type, with what is there and what is wanted', async () => {
    await asAdmin('alter table app_transaction_log alter column details type json');
    await asAdmin('alter table app_transaction_log alter column timestamp type timestamp');
    expect(await diagnose(settings)).toContainEqual({
      code: 'column_types_differ',
      level: 'warning',
      params: {
        columns:
          'app_transaction_log.details: json ≠ jsonb, app_transaction_log.timestamp: timestamp without time zone ≠ timestamp with time zone',
      },
    });
  });

  it('names a sequence that is behind its table, with the statement that sets it right', async () => {
    await asAdmin(`insert into monitoring_events (event_id, event_type, severity, detection_algorithm, event_data)
      values (40, 'system_health', 'INFO', 'x', '{}')`);
    expect(await diagnose(settings)).toContainEqual({
      code: 'sequences_behind',
      level: 'error',
      params: { statements: "select setval('public.monitoring_events_event_id_seq', 40)" },
    });
  });

  it('warns of balances that are not exact', async () => {
    await asAdmin('alter table table_cards alter column amount type double precision');
    expect(codes(await diagnose(settings), 'error')).toEqual(['amount_not_exact']);
  });

  it('notices row level security that hides the rows, from the console or from corrections', async () => {
    await asAdmin('alter table table_cards enable row level security');
    expect(codes(await diagnose(settings), 'error')).toEqual(['row_security_hides']);
    await asAdmin('create policy festival on table_cards for select using (true)');
    expect(codes(await diagnose(settings), 'error')).toEqual([]);
    expect(trouble(await diagnose(settings))).toContain('row_security_may_hide');
  });

  it('says how to index the log, and its size', async () => {
    await asAdmin(`insert into app_transaction_log (card_id, transaction_type, status)
      select 'card', 'bar_order', 'completed' from generate_series(1, 50)`);
    await asAdmin('analyze app_transaction_log');
    const findings = await diagnose(settings);
    expect(trouble(findings)).toEqual(['card_index_missing']);
    expect(findings.find(({ code }) => code === 'sizes')?.params).toMatchObject({ transactions: 50, cards: 0 });
  });

  it('notices an earlier monitoring system', async () => {
    await asAdmin(`create function run_monitoring_detection_cycle() returns void language sql as 'select'`);
    expect(await diagnose(settings)).toContainEqual({
      code: 'earlier_monitoring',
      level: 'info',
      params: { functions: 'public.run_monitoring_detection_cycle' },
    });
  });

  it('says how far the clock of the laptop is off, and in which direction', async () => {
    const off = (ms: number) => diagnose(settings, { clock: { ...clock, now: () => Date.now() + ms } });
    expect(await off(-7_200_000)).toContainEqual(
      expect.objectContaining({ code: 'clock_behind', params: expect.objectContaining({ seconds: 7_200 }) }),
    );
    expect(trouble(await off(60_000))).toContain('clock_ahead');
    expect(codes(await off(2_000), 'ok')).toContain('clock_agrees');
  });

  it('names what is missing of the migrations and function files', async () => {
    await asAdmin(`update console.function_files set sha256 = 'edited' where name = 'audit';
      delete from console.function_files where name = 'ledger'`);
    const pending = (migrations: string) => ({ code: 'migrations_pending', level: 'error', params: { migrations } });
    expect(await diagnose(settings)).toContainEqual(pending('functions/audit, functions/ledger'));
    await asAdmin('delete from console.migrations');
    expect(codes(await diagnose(settings), 'error')).toEqual(['migrations_missing']);
  });

  it.each([
    ['a migration that it does not know', `insert into console.migrations (name, run_on) values ('9999_later', now())`],
    ['a function file of a higher version', `update console.function_files set version = 1000 where name = 'audit'`],
    ['a function file that it does not know', `insert into console.function_files values ('later', 1, 'hash', now())`],
  ])('knows the database of a newer console by %s', async (_, newer) => {
    await asAdmin(newer);
    expect(codes(await diagnose(settings), 'error')).toEqual(['database_newer']);
  });

  it('knows a database from before the first release', async () => {
    await asAdmin(`insert into console.migrations (name, run_on) values ('0001_monitoring_tables', now())`);
    expect(codes(await diagnose(settings), 'error')).toEqual(['database_prerelease']);
  });

  it('diagnoses version and recovery of the server', async () => {
    const session = await openSession({ settings, applicationName: 'regie/test' });
    const facts = await readFacts(session);
    session.destroy();
    const diagnosed = (server: Partial<typeof facts.server>) =>
      trouble(diagnoseFacts({ ...facts, server: { ...facts.server, ...server } }, readBuildSchema()));
    expect(diagnosed({ version_num: 140_011 })).toContain('server_too_old');
    expect(diagnosed({ version_num: 150_000 })).toEqual(['card_index_missing']);
    expect(diagnosed({ version_num: 190_000 })).toContain('server_too_new');
    expect(diagnosed({ replica: true, read_only: true })).toEqual(['server_is_replica', 'card_index_missing']);
  });
});

describe('the doctor on a database that is not prepared', () => {
  it('says that the tables of the festival and the migrations are missing', async () => {
    const database = await createTestDatabase('empty');
    const findings = await diagnose(database.adminSettings);
    await database.close();
    expect(codes(findings, 'error')).toEqual(['festival_tables_missing', 'migrations_missing']);
  });

  it('says only that the migrations are missing when the festival is there', async () => {
    const database = await createTestDatabase('bare');
    const findings = await diagnose(database.adminSettings);
    await database.close();
    expect(codes(findings, 'error')).toEqual(['migrations_missing']);
  });
});

describe('the doctor and TLS', () => {
  let server: TlsServer;
  beforeAll(async () => {
    server = await startTlsServer();
  });
  afterAll(() => server.close());

  it('refuses a certificate that nobody knows', async () => {
    expect(codes(await diagnose(server.settings), 'error')).toEqual(['tls_certificate_unknown']);
  });

  it('accepts it when its root is given', async () => {
    const findings = await diagnose({ ...server.settings, caFile: server.caFile });
    expect(codes(findings, 'ok')).toContain('tls_verified');
  });

  it('says that the server asks for a password when none is given', async () => {
    const findings = await diagnose({ ...server.settings, caFile: server.caFile, password: '' });
    expect(codes(findings, 'error')).toEqual(['password_missing']);
  });

  it('refuses it under another host name', async () => {
    const findings = await diagnose({ ...server.settings, host: 'localhost', caFile: server.caFile });
    expect(codes(findings, 'error')).toEqual(['tls_name_mismatch']);
  });

  it('warns when nobody verifies it', async () => {
    expect(trouble(await diagnose({ ...server.settings, tls: 'encrypt' }))).toContain('tls_not_verified');
  });

  it('says that the server requires TLS when it is off', async () => {
    expect(codes(await diagnose({ ...server.settings, tls: 'off' }), 'error')).toEqual(['tls_required']);
  });

  it('connects with the same options as the rest of the console', async () => {
    const client = new pg.Client(driverOptions({ ...server.settings, caFile: server.caFile }));
    await client.connect();
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    await client.end();
    expect(rows).toEqual([{ ssl: true }]);
  });
});

describe('the sentences of the doctor', () => {
  it('exist in French for each one in English, with the same figures', () => {
    const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([hole]) => hole).sort();
    expect(Object.keys(doctorTexts.fr)).toEqual(Object.keys(doctorTexts.en));
    for (const [code, text] of Object.entries(doctorTexts.en)) {
      expect(new Set(holes(doctorTexts.fr[code as DoctorCode])), code).toEqual(new Set(holes(text)));
    }
  });
});
