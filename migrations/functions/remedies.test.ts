import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readHighLoad } from '../../electron/operations/database/high-load.ts';
import { readMaintenanceRuns, runMaintenance } from '../../electron/operations/database/maintenance.ts';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { eventually } from '../../electron/testing/eventually.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { submitAs } from '../../electron/testing/submit.ts';
import type { SessionTarget } from '../../shared/domain/database-panel.ts';
import { offersHighLoad } from '../../shared/domain/high-load.ts';

/* Real sessions that stand in the way, and what may be done to which of them. */

const TILLS = `tills_remedy_${process.pid}`;
const OTHER = `other_remedy_${process.pid}`;
let database: TestDatabase;
let sessions: pg.Client[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query('grant pg_read_all_stats, pg_signal_backend to regie_owner');
  await createOperators(database.admin, ['Tom'], 'technician');
  for (const role of [TILLS, OTHER]) await database.admin.query(`create role ${role} login password 'x'`);
  await database.admin.query(`grant select, update on table_cards to ${TILLS}`);
  await database.admin.query(`create table public.work (id int primary key, n int)`);
  await database.admin.query(`insert into work values (1, 0)`);
  await database.admin.query(`grant select, update on work to ${TILLS}, ${OTHER}`);
});
afterEach(async () => {
  for (const session of sessions) await session.end().catch(() => undefined);
  sessions = [];
});
afterAll(async () => {
  for (const role of [TILLS, OTHER]) {
    await database.admin.query(`drop owned by ${role}`);
    await database.admin.query(`drop role ${role}`);
  }
  await database.close();
});

const open = async (role = OTHER): Promise<pg.Client> => {
  const settings =
    role === 'postgres' ? database.adminSettings : { ...database.adminSettings, user: role, password: 'x' };
  const client = new pg.Client({ ...driverOptions(settings), application_name: 'till-1' });
  client.on('error', () => undefined);
  await client.connect();
  sessions.push(client);
  return client;
};
const pidOf = async (client: pg.Client): Promise<number> =>
  Number((await client.query('select pg_backend_pid() as pid')).rows[0].pid);

/** What the screen shows of a session, once its statement is what `like` says. */
const targetOf = (pid: number, like = '%'): Promise<SessionTarget> =>
  eventually(async () => {
    const { rows } = await database.admin.query(
      `select pid, md5(query) as fingerprint,
         to_char(backend_start at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "backendStart"
       from pg_stat_activity where pid = $1 and query like $2`,
      [pid, like],
    );
    expect(rows).toHaveLength(1);
    return rows[0];
  });
/** Whoever does something now. */
const now = (operator: string) => ({ operator, laptopAt: new Date().toISOString() });
const cancel = (session: SessionTarget, by = 'Léa') =>
  submitAs(database.festival, now(by), 'database.cancel', { session });
const terminate = (session: SessionTarget, by = 'Léa') =>
  submitAs(database.festival, now(by), 'database.terminate', { session });
const refused = (code: string) => ({ outcome: 'rejected', error: { code } });
const alive = async (pid: number): Promise<boolean> =>
  (await database.admin.query('select from pg_stat_activity where pid = $1', [pid])).rows.length === 1;

describe('cancelling a statement', () => {
  it('frees everybody who waits behind it, at any depth, and is recorded with who did it', async () => {
    const [root, second, third] = [await open(), await open(), await open()];
    const pids = await Promise.all([root, second, third].map(pidOf));
    const update = 'update work set n = n + 1 where id = 1';
    await root.query('begin');
    await root.query(update);
    const slow = root.query('select pg_sleep(600)').catch((error: { code: string }) => error.code);
    const waiting: Promise<unknown>[] = [];
    for (const [index, session] of [second, third].entries()) {
      waiting.push(session.query(update).catch((error) => error));
      await eventually(async () => {
        const { rows } = await database.admin.query('select count(*)::int as n from pg_locks where not granted');
        expect(rows).toEqual([{ n: index + 1 }]);
      });
    }
    const target = await targetOf(pids[0] ?? 0, '%pg_sleep%');
    expect(await cancel(target, 'Tom')).toMatchObject({ outcome: 'applied' });
    expect(await slow).toBe('57014');
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ rowCount: 1 });

    const [run] = await readMaintenanceRuns(database.festival);
    expect(run).toMatchObject({
      ...{ kind: 'cancel', operator: 'Tom', laptop: 'booth-1', outcome: 'done', byAdministrator: false },
      target: `${pids[0]} (${OTHER}, till-1)`,
      before: { state: 'active', waiting: 2, statement: 'SELECT' },
      after: { waiting: 0 },
    });
    expect(run?.after?.state).not.toBe('active');
    const { rows } = await database.admin.query(
      `select actor, subject from console.audit where action = 'session_cancelled'`,
    );
    expect(rows).toEqual([{ actor: 'Tom', subject: `session:${pids[0]}` }]);
  });

  it('does nothing to a session that runs nothing, or something else by then', async () => {
    const idle = await open();
    const pid = await pidOf(idle);
    await idle.query('begin');
    await idle.query('select 1');
    expect(await cancel(await targetOf(pid, 'select 1'))).toMatchObject(refused('session_idle'));
    const before = await targetOf(pid);
    await idle.query('select 2');
    expect(await terminate(before)).toMatchObject(refused('session_changed'));
    expect(await alive(pid)).toBe(true);
  });
});

describe('ending a session', () => {
  it('undoes a transaction that was left open', async () => {
    const idle = await open();
    const pid = await pidOf(idle);
    await idle.query('begin');
    await idle.query('update work set n = n + 100 where id = 1');
    expect(await terminate(await targetOf(pid, 'update work%'))).toMatchObject({ outcome: 'applied' });
    expect(await alive(pid)).toBe(false);
    const [run] = await readMaintenanceRuns(database.festival);
    expect(run).toMatchObject({
      kind: 'terminate',
      before: { state: 'idle in transaction' },
      after: { state: 'gone' },
    });
  });

  it('does nothing where the process id is another session’s by now, or nobody’s', async () => {
    const other = await open();
    const pid = await pidOf(other);
    const target = await targetOf(pid);
    const earlier = { ...target, backendStart: '2026-01-01T00:00:00.000000Z' };
    expect(await terminate(earlier)).toMatchObject(refused('session_gone'));
    expect(await alive(pid)).toBe(true);
    await other.end();
    await eventually(async () => expect(await alive(pid)).toBe(false));
    expect(await terminate(target)).toMatchObject(refused('session_gone'));
  });

  it('refuses superusers, replication and the server’s own processes', async () => {
    const superuser = await open('postgres');
    const pid = await pidOf(superuser);
    expect(await terminate(await targetOf(pid))).toMatchObject(refused('session_superuser'));
    expect(await alive(pid)).toBe(true);

    const { rows } = await database.admin.query(`select pid from pg_stat_activity where backend_type = 'checkpointer'`);
    expect(await terminate(await targetOf(Number(rows[0].pid)))).toMatchObject(refused('session_background'));

    await database.admin.query(`alter role ${OTHER} replication`);
    const replica = new pg.Client({
      ...driverOptions({ ...database.adminSettings, user: OTHER, password: 'x' }),
      replication: 'database',
    } as pg.ClientConfig);
    replica.on('error', () => undefined);
    await replica.connect();
    try {
      const { rows: senders } = await database.admin.query(
        `select pid from pg_stat_activity where backend_type = 'walsender' and datname = current_database()`,
      );
      expect(await terminate(await targetOf(Number(senders[0].pid)))).toMatchObject(refused('session_replication'));
    } finally {
      await replica.end();
    }
  });

  it('leaves a vacuum against the end of transaction ids alone', async () => {
    const { admin } = database;
    await admin.query('create table public.aged (n int) with (autovacuum_freeze_max_age = 100000)');
    // Each subtransaction that writes takes an id of its own.
    await admin.query(`do $$ begin
      for n in 1..101000 loop
        begin insert into public.aged values (n); exception when division_by_zero then null; end;
      end loop;
    end $$`);
    const holder = await open('postgres');
    await holder.query('begin');
    // Another vacuum would leave out a table that is locked.
    await holder.query('lock table public.aged in share update exclusive mode');
    await admin.query(`alter system set autovacuum_naptime = '1s'`);
    await admin.query('select pg_reload_conf()');
    try {
      const pid = await eventually(async () => {
        const { rows } = await admin.query(
          `select pid from pg_stat_activity where backend_type = 'autovacuum worker' and query like '%public.aged%'`,
        );
        expect(rows).toHaveLength(1);
        return Number(rows[0].pid);
      });
      expect(await terminate(await targetOf(pid, '%wraparound%'))).toMatchObject(refused('session_wraparound'));
      expect(await cancel(await targetOf(pid, '%wraparound%'))).toMatchObject(refused('session_wraparound'));
      expect(await alive(pid)).toBe(true);
    } finally {
      await admin.query('alter system reset autovacuum_naptime');
      await admin.query('select pg_reload_conf()');
      await holder.query('rollback');
      await admin.query('drop table public.aged');
    }
  });

  it('asks for a supervisor where the session is of the tills', async () => {
    const till = await open(TILLS);
    const pid = await pidOf(till);
    const target = await targetOf(pid);
    expect(await terminate(target, 'Tom')).toMatchObject(refused('session_of_tills'));
    expect(await alive(pid)).toBe(true);
    expect(await terminate(target, 'Léa')).toMatchObject({ outcome: 'applied' });
    expect(await alive(pid)).toBe(false);
  });

  it('and where its login may become one of the tills, as that of a web service does', async () => {
    await database.admin.query(`alter role ${OTHER} noinherit`);
    await database.admin.query(`grant ${TILLS} to ${OTHER}`);
    try {
      const pid = await pidOf(await open(OTHER));
      expect(await terminate(await targetOf(pid), 'Tom')).toMatchObject(refused('session_of_tills'));
      expect(await alive(pid)).toBe(true);
    } finally {
      await database.admin.query(`revoke ${TILLS} from ${OTHER}`);
      await database.admin.query(`alter role ${OTHER} inherit`);
    }
  });

  it('is refused where it has waited for the network too long, and says which right is missing', async () => {
    const session = await open();
    const target = await targetOf(await pidOf(session));
    const late = { operator: 'Léa', laptopAt: new Date(Date.now() - 11 * 60_000).toISOString() };
    expect(await submitAs(database.festival, late, 'database.terminate', { session: target })).toMatchObject(
      refused('remedy_late'),
    );
    // Roles are the server's, and other tests work with this one: taken away within a transaction that is undone.
    await database.admin.query('begin');
    await database.admin.query('revoke pg_signal_backend from regie_owner');
    await database.admin.query('set local role regie_owner');
    const { rows } = await database.admin.query(
      `select console.session_refusal($1, 'database.terminate', 'supervisor') as code`,
      [JSON.stringify(target)],
    );
    await database.admin.query('rollback');
    expect(rows).toEqual([{ code: 'session_right_missing' }]);
  });
});

describe('high load', () => {
  const set = (minutes: number, by = 'Tom') =>
    submitAs(database.festival, now(by), 'database.setHighLoad', { minutes });

  it('holds until its time, for everybody, and says who has set it', async () => {
    expect(await readHighLoad(database.festival)).toMatchObject({ until: null, setBy: null });
    expect(await set(60)).toMatchObject({ outcome: 'applied' });
    const on = await readHighLoad(database.festival);
    expect(on.setBy).toBe('Tom');
    expect(Date.parse(on.until ?? '') - Date.now()).toBeGreaterThan(55 * 60_000);
    await database.admin.query(`update console.high_load set until = now() - interval '1 second'`);
    expect(await readHighLoad(database.festival)).toMatchObject({ until: null, setBy: null });
    await set(60);
    expect(await set(0, 'Léa')).toMatchObject({ outcome: 'applied' });
    expect(await readHighLoad(database.festival)).toMatchObject({ until: null });
  });

  it('compares the last minutes with the median hour of the last days', async () => {
    await database.admin.query(`
      insert into console.traffic_minutes (minute, place, type, total, failed, amount, no_amount)
      select date_trunc('minute', now()) - make_interval(mins => m), 'bar', 'bar_order', 120, 0, 0, 0
      from generate_series(0, 8) m;
      insert into system_health_snapshots (snapshot_timestamp, total_transactions_last_hour, overall_health_status)
      select now() - make_interval(hours => h), 1500, 'HEALTHY' from generate_series(2, 20) h`);
    const load = await readHighLoad(database.festival);
    expect(load).toMatchObject({ perMinute: 120, usualPerMinute: 25 });
    expect(offersHighLoad(load)).toBe(true);
  });
});

describe('maintenance', () => {
  const relation = { kind: 'table' as const, schema: 'public', name: 'work' };
  const maintain = async (kind: 'vacuum' | 'analyze', settings = database.consoleSettings) => {
    const wanted = { kind, relation, value: null };
    const byAdministrator = settings !== database.consoleSettings;
    const runId = crypto.randomUUID();
    const started = await submitAs(database.festival, now('Tom'), 'database.startMaintenance', {
      ...{ operationId: runId, byAdministrator },
      ...wanted,
    });
    expect(started).toMatchObject({ outcome: 'applied' });
    return runMaintenance({ database: database.festival, settings, applicationName: 'regie/test', runId, wanted });
  };

  it('of a table of others takes an administrator’s login, and both tries are recorded', async () => {
    expect(await maintain('vacuum')).toEqual({ ok: false, error: { code: 'maintenance_right_missing', params: {} } });
    expect(await maintain('vacuum', database.adminSettings)).toMatchObject({
      ok: true,
      value: { before: { bytes: expect.any(Number) }, after: { rows: 1, vacuumed: expect.any(String) } },
    });
    const [second, first] = await readMaintenanceRuns(database.festival);
    expect(first).toMatchObject({ kind: 'vacuum', target: 'public.work', outcome: 'failed', operator: 'Tom' });
    expect(second).toMatchObject({ outcome: 'done', byAdministrator: true, after: { rows: 1 } });
  });

  it('of a login that the server refuses is recorded as failed', async () => {
    const wrong = { ...database.adminSettings, password: 'wrong' };
    // Where the server asks for no password, nobody can be refused.
    const answer = await maintain('analyze', { ...wrong, user: 'nobody_at_all' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'administrator_refused' } });
  });

  it('never alters a table of the festival, and nothing that is not there', async () => {
    for (const wanted of [
      { kind: 'fillfactor' as const, relation: { ...relation, name: 'table_cards' }, value: 85 },
      { kind: 'vacuum' as const, relation: { ...relation, name: 'nothing"; drop table work; --' }, value: null },
      { kind: 'reindex' as const, relation, value: null },
      { kind: 'max_connections' as const, relation: null, value: 1 },
    ]) {
      expect(
        await submitAs(database.festival, now('Tom'), 'database.startMaintenance', {
          ...wanted,
          byAdministrator: true,
        }),
      ).toMatchObject(refused('maintenance_unknown'));
    }
  });
});
