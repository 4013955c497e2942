import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { cents } from '../../shared/domain/money.ts';
import { applyCommand } from '../operations/registry.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { fingerprint } from '../testing/fingerprint.ts';
import { authorOf, createOperators, signed } from '../testing/operators.ts';
import { startTlsServer, type TlsServer } from '../testing/tls-server.ts';
import { driverOptions } from './connection-settings.ts';
import { MigrationRefused, migrate } from './migrations.ts';
import { openFestivalDatabase } from './pool.ts';
import { namesOf, readBuildSchema } from './schema-state.ts';

const festivalTables = readFileSync(join(import.meta.dirname, '../training/festival-tables.sql'), 'utf8');
const earlierMonitoring = readFileSync(join(import.meta.dirname, '../testing/earlier-monitoring.sql'), 'utf8');

/** Everything that a database without Regie gets, in order. */
const everything = namesOf(readBuildSchema());

let database: TestDatabase;
const given = async (template: 'empty' | 'bare' | 'festival') => {
  database = await createTestDatabase(template);
  return database;
};
afterEach(() => database.close());

/** As when every function file has changed. */
const applyAgain = async (settings: ConnectionSettings): Promise<readonly string[]> => {
  const build = readBuildSchema();
  const functionFiles = build.functionFiles.map((file) => ({ ...file, sha256: 'edited' }));
  return (await migrate({ settings, build: { ...build, functionFiles } })).applied;
};

describe('migrations', () => {
  it.each(['empty', 'bare'] as const)('are applied once on a database that is %s', async (template) => {
    const { adminSettings: settings, admin } = await given(template);
    expect(await migrate({ settings })).toEqual({ applied: everything, notGranted: [] });
    const after = await fingerprint(admin);
    expect(await migrate({ settings })).toEqual({ applied: [], notGranted: [] });
    expect(await fingerprint(admin)).toEqual(after);
  });

  it('leave the tables of the festival as they are', async () => {
    const { adminSettings: settings, admin } = await given('bare');
    const shape = async () =>
      (await fingerprint(admin, ['public'])).filter(
        (line) =>
          /table_cards|app_transaction_log|nfc_scan_log|bar_order|recharges|idempotency/.test(line) &&
          /^(column|constraint|index|trigger|view)/.test(line),
      );
    const before = await shape();
    expect(before.length).toBeGreaterThan(50);
    await migrate({ settings });
    // A right on a column is written beside it: corrections may update these two.
    const withoutRights = (await shape()).map((line) => line.replace('{regie_owner=w/postgres}', ''));
    expect(withoutRights).toEqual(before);
  });

  it('write nothing in a dry run, before or after', async () => {
    const { adminSettings: settings, admin } = await given('bare');
    const before = await fingerprint(admin);
    expect((await migrate({ settings, dryRun: true })).applied).toEqual(everything);
    expect(await fingerprint(admin)).toEqual(before);
    await migrate({ settings });
    expect((await migrate({ settings, dryRun: true })).applied).toEqual([]);
  });

  it('are all or nothing', async () => {
    const { adminSettings: settings, admin } = await given('empty');
    // The last function file fails over this.
    await admin.query('create table public.monitoring_system_health (mine text)');
    await admin.query(`comment on table public.monitoring_system_health is 'Regie has not made this'`);
    const before = await fingerprint(admin);
    await expect(migrate({ settings })).rejects.toThrow();
    expect(await fingerprint(admin)).toEqual(before);
    const { rows } = await admin.query(`select to_regnamespace('console') as console`);
    expect(rows).toEqual([{ console: null }]);
  });

  it('leave nothing of a run that died in the middle', async () => {
    const { adminSettings: settings, admin, maintenance } = await given('empty');
    const before = await fingerprint(admin);
    // Its transaction waits for this one after half of the work.
    await admin.query('begin');
    await admin.query('create materialized view public.system_health_trend as select 1 as hour');
    const migrating = migrate({ settings });
    const died = expect(migrating).rejects.toThrow();
    await eventually(async () => {
      const { rowCount } = await maintenance.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = $1 and application_name = 'regie/migrate' and wait_event_type = 'Lock'`,
        [settings.database],
      );
      expect(rowCount).toBe(1);
    });
    await died;
    await admin.query('rollback');
    expect(await fingerprint(admin)).toEqual(before);
    expect((await migrate({ settings })).applied).toEqual(everything);
  });

  it('run twice at once are applied by one of the two', async () => {
    const { adminSettings: settings } = await given('bare');
    const reports = await Promise.all([migrate({ settings }), migrate({ settings })]);
    expect(reports.map(({ applied }) => applied.length).sort()).toEqual([0, everything.length]);
  });

  it('give up with a clear reason when another migration does not end', async () => {
    const { adminSettings: settings, admin } = await given('bare');
    await admin.query('select pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
    const said: string[] = [];
    const migrating = migrate({ settings, waitMs: 100, log: (line) => said.push(line) });
    await expect(migrating).rejects.toMatchObject({ code: 'migration_running' });
    expect(said).toHaveLength(1);
  });

  it('let the console in when the festival makes its tables afterwards and migrate runs again', async () => {
    const { adminSettings: settings, admin, festival } = await given('empty');
    await migrate({ settings });
    await admin.query(festivalTables);
    const cards = () => festival.read((tx) => tx.run({ text: 'select from table_cards', values: [] }));
    await expect(cards()).rejects.toMatchObject({ code: '42501' });
    await migrate({ settings });
    expect(await cards()).toBe(0);
  });

  it('are refused to a login that may not make them', async () => {
    const { consoleSettings: settings } = await given('bare');
    await expect(migrate({ settings })).rejects.toThrow(MigrationRefused);
    await expect(migrate({ settings })).rejects.toMatchObject({ code: 'migrate_not_allowed' });
  });
});

describe('migrations on an earlier monitoring system', () => {
  const rowsOf = async (table: string) => (await database.admin.query(`select to_jsonb(t) from ${table} t`)).rows;

  it('keep its tables, triggers, functions, views and every row', async () => {
    const { adminSettings: settings, admin } = await given('bare');
    await admin.query(earlierMonitoring);
    const theirs = (await fingerprint(admin, ['public'])).map((line) => line.replace(/^([rSvm] \S+ \S+) .*/, '$1'));
    const tables = ['monitoring_events', 'system_health_snapshots', 'alert_history'];
    const before = await Promise.all(tables.map(rowsOf));
    await migrate({ settings });
    // Rights are added (they stand at the end of the lines that begin with a kind), and our own triggers.
    const now = (await fingerprint(admin, ['public'])).map((line) => line.replace(/^([rSvm] \S+ \S+) .*/, '$1'));
    const plain = (lines: string[]) =>
      lines
        .filter((line) => !line.startsWith('schema') && !/console\.(note_change|check_record)/.test(line))
        .map((line) =>
          line
            .replace(/\{[^}]*=[^}]*\}/g, '')
            .replace(/\s+/g, ' ')
            .trimEnd(),
        );
    expect(plain(now)).toEqual(plain(theirs));
    expect(await Promise.all(tables.map(rowsOf))).toEqual(before);
    expect((await migrate({ settings })).applied).toEqual([]);
  });

  it('keep the time of a change on its table where nothing of its own does', async () => {
    const { adminSettings: settings, admin } = await given('bare');
    await admin.query(earlierMonitoring);
    await admin.query('drop trigger monitoring_events_updated_at on monitoring_events');
    await migrate({ settings });
    await admin.query(`update monitoring_events set updated_at = 'epoch', status = 'RESOLVED'`);
    const { rows } = await admin.query(
      `select bool_and(updated_at > now() - interval '1 minute') as now from monitoring_events`,
    );
    expect(rows).toEqual([{ now: true }]);
  });

  it('leave one alert for each critical event, made by the trigger that was there', async () => {
    const { adminSettings: settings, admin, festival } = await given('bare');
    await admin.query(earlierMonitoring);
    await migrate({ settings });
    await festival.write((tx) =>
      tx.run({
        text: `insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
          values ('balance_discrepancy', 'CRITICAL', 'balance_mismatch_detection', '{}')`,
        values: [],
      }),
    );
    const { rows } = await admin.query(
      'select monitoring_event_id, alert_message from alert_history order by alert_id',
    );
    expect(rows.map(({ alert_message }) => alert_message)).toEqual([
      'earlier system: balance_deduction_on_failure',
      'earlier system: balance_mismatch_detection',
    ]);
  });

  it('let its own functions write on, and note the change for the laptops', async () => {
    const { adminSettings: settings, admin } = await given('bare');
    await admin.query(earlierMonitoring);
    await migrate({ settings });
    await admin.query(`select create_monitoring_event('race_condition', 'LOW', 'concurrent_transaction_detection')`);
    const { rowCount } = await admin.query('select from console.changes');
    expect(rowCount).toBe(1);
    expect((await admin.query('select cleanup_monitoring_data(30) as answer')).rows[0]?.answer).toMatchObject({
      by: 'earlier',
    });
  });
});

describe('migrations by an administrator who is no superuser', () => {
  const name = `administrator_${process.pid}`;
  let settings: ConnectionSettings;
  const connectAs = async (who: ConnectionSettings) => {
    const client = new pg.Client(driverOptions(who));
    await client.connect();
    return client;
  };

  beforeEach(async () => {
    const { admin, adminSettings } = await given('empty');
    await admin.query(`create role ${name} login createrole password 'administrator'`);
    await admin.query(`alter database ${adminSettings.database} owner to ${name}`);
    settings = { ...adminSettings, user: name, password: 'administrator' };
  });
  // Runs before the database goes.
  afterEach(async () => {
    const { admin } = database;
    await admin.query(`alter database ${settings.database} owner to postgres`);
    await admin.query(`reassign owned by ${name} to postgres`);
    await admin.query(`drop owned by ${name} cascade`);
    await admin.query(`drop role ${name}`);
  });

  it('work where the roles are there and were given to him to hand on', async () => {
    await database.admin.query(`grant regie_owner to ${name} with admin option`);
    const mine = await connectAs(settings);
    await mine.query(festivalTables);
    await mine.end();
    expect(await migrate({ settings })).toEqual({ applied: everything, notGranted: [] });
    expect((await migrate({ settings })).applied).toEqual([]);
    expect(await applyAgain(settings)).toEqual(everything.filter((one) => one.startsWith('functions/')));
    const { rows } = await database.admin.query(
      `select pg_get_userbyid(proowner)::text as owner from pg_proc where proname = 'apply_correction'`,
    );
    expect(rows).toEqual([{ owner: 'regie_owner' }]);
  });

  it('name the tables whose owner has to let the console in', async () => {
    await database.admin.query(`grant regie_owner to ${name} with admin option`);
    await database.admin.query(festivalTables);
    await database.admin.query(
      `alter table table_cards owner to ${name}; grant select on all tables in schema public to ${name};
       alter table app_transaction_log owner to ${name}; alter table nfc_scan_log owner to ${name}`,
    );
    const { notGranted } = await migrate({ settings });
    expect(notGranted).toEqual(['bar_order_items', 'bar_orders', 'idempotency_keys', 'recharges']);
  });
});

describe('migrations on a server that has never seen Regie', () => {
  let server: TlsServer;
  beforeAll(async () => {
    server = await startTlsServer();
  });
  afterAll(() => server.close());

  it('make the roles as an administrator who may create roles and is no superuser', async () => {
    database = await createTestDatabase('empty');
    const root = new pg.Client(driverOptions({ ...server.settings, tls: 'encrypt' }));
    await root.connect();
    await root.query(`create role supervisor login createrole password 'supervisor'`);
    await root.query('create database festival owner supervisor');
    await root.end();
    const settings = {
      ...server.settings,
      tls: 'encrypt',
      user: 'supervisor',
      password: 'supervisor',
      database: 'festival',
    } as const;
    const supervisor = new pg.Client(driverOptions(settings));
    await supervisor.connect();
    await supervisor.query(festivalTables);
    expect(await migrate({ settings })).toEqual({ applied: everything, notGranted: [] });
    expect(await applyAgain(settings)).toEqual(everything.filter((one) => one.startsWith('functions/')));
    await supervisor.query(`create role booth login password 'booth' in role regie_console`);
    await supervisor.query(`insert into table_cards (id, amount) values ('card', 0)`);
    await createOperators(supervisor, ['Ana']);
    await supervisor.end();

    const booth = openFestivalDatabase({
      settings: { ...settings, user: 'booth', password: 'booth' },
      applicationName: 'regie/test',
      size: 1,
    });
    const input = {
      operationId: randomUUID(),
      eventId: null,
      cardId: 'card',
      kind: 'goodwill' as const,
      cardDeltaCents: cents(500),
      ledgerDeltaCents: cents(500),
      seenActualCents: cents(0),
      seenExpectedCents: cents(0),
      originalTransaction: null,
      reason: 'a drink',
      approver: null,
    };
    const author = authorOf('Ana', { laptop: 'booth' });
    expect(await applyCommand(booth, signed({ name: 'correction.apply', input, author }))).toMatchObject({
      outcome: 'applied',
    });
    await booth.close();
  });
});
