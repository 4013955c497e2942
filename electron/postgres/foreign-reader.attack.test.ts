import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { driverOptions } from './connection-settings.ts';
import { createForeignReader, type ForeignReader } from './foreign-reader.ts';

/*
 * Somebody writes a query into a runbook: a file in the data directory of a booth's laptop, or a run that every other
 * laptop shows. Whoever opens it there runs it with that laptop's login.
 */

let database: TestDatabase;
let reader: ForeignReader;
beforeAll(async () => {
  database = await createTestDatabase();
  reader = createForeignReader({ settings: database.consoleSettings, applicationName: 'regie/foreign' });
  await database.admin.query(`insert into table_cards (id, amount) values ('mine', 5)`);
  await database.admin.query(
    `insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
     values ('system_health', 'INFO', 'health_snapshot', '{}')`,
  );
});
afterAll(async () => {
  reader.close();
  await database.close();
});

const run = (text: string, values: unknown[] = []) => reader.read({ text, values }, 'reader');
const refusal = (text: string): Promise<unknown> =>
  run(text).then(
    ({ rows }) => rows,
    (error: unknown) => error,
  );

describe('a query of somebody else’s runbook', () => {
  it('reads the festival, with its parameters', async () => {
    expect(await run('select id, amount from table_cards where id = $1', ['mine'])).toEqual({
      columns: ['id', 'amount'],
      rows: [['mine', '5.00']],
      truncated: false,
      cut: false,
    });
  });

  it.each([
    ['writes', `with gone as (delete from monitoring_events returning 1) select * from gone`],
    ['locks rows', `select * from monitoring_events for update`],
    ['ends the transaction and writes', `select 1; commit; delete from monitoring_events`],
    ['ends the cursor and writes', `select 1) ; delete from monitoring_events; --`],
    ['makes a table', `select * into mine from table_cards`],
    ['calls a function that writes', `select console.append_audit('regie-engine', 'b', 'c', 'd', '{}')`],
    ['reads the secrets of the channels', `select secrets from console.channel_secrets`],
    ['reads who is told and how', `select settings from console.escalation_settings`],
    ['reads who may sign in', `select * from console.operators`],
    ['reads what PINs are checked against', `select pin_key from console.pin_keys`],
    ['reads what commands are signed with', `select secret from console.signing_keys`],
    ['reads what others have signed', `select * from console.operations`],
    ['becomes the login again', `select set_config('role', 'none', true)`],
    ['becomes the login again under another spelling', `select pg_catalog."set_config"('role', 'none', true)`],
    ['becomes it in escapes', `select U&"set\\005fconfig"('role', 'none', true)`],
    [
      'becomes it and asks again from inside',
      `select set_config('role', 'none', true), query_to_xml('select secrets from console.channel_secrets', true, true, '')`,
    ],
    [
      'ends other connections',
      `select pg_terminate_backend(pid) from pg_stat_activity where usename <> 'regie_reader'`,
    ],
    ['reads a file of the server', `select pg_read_file('/etc/hostname')`],
  ])('that %s is refused', async (_, text) => {
    expect(await refusal(text)).toBeInstanceOf(Error);
    const { rows } = await database.admin.query('select count(*)::int as events from monitoring_events');
    expect(rows).toEqual([{ events: 1 }]);
  });

  it('reads in a transaction that only reads, also where it came with Regie and has the login’s own rights', async () => {
    const write = { text: `select nextval('console.timeline_entry_id_seq')`, values: [] };
    await expect(reader.read(write, 'console')).rejects.toThrow(/read-only/);
    const lift = { text: `select set_config('transaction_read_only', 'off', true)`, values: [] };
    await expect(reader.read(lift, 'console')).rejects.toThrow(/read-write/);
  });

  it('leaves nothing behind for the next: no lock, no setting, no table, no notification', async () => {
    const heard: string[] = [];
    const other = new pg.Client(driverOptions(database.consoleSettings));
    await other.connect();
    other.on('notification', ({ channel }) => heard.push(channel));
    await other.query('listen regie_changes');
    await refusal(`select pg_advisory_lock(4711)`);
    await refusal(`select pg_notify('regie_changes', 'engine')`);
    const { rows } = await other.query('select pg_try_advisory_lock(4711) as free');
    expect(rows).toEqual([{ free: true }]);
    await other.end();
    expect(heard).toEqual([]);
    expect((await run(`select current_setting('transaction_read_only'), current_user::text`)).rows).toEqual([
      ['on', 'regie_reader'],
    ]);
  });

  it('shows 200 rows and the beginning of long cells, and says so', async () => {
    const many = await run(`select n from generate_series(1, 100000) n`);
    expect([many.rows.length, many.truncated, many.cut]).toEqual([200, true, false]);
    const long = await run(`select repeat('x', 10000), '[[[[1]]]]'::jsonb`);
    expect(long.cut).toBe(true);
    expect(long.rows.map(([text, json]) => [String(text).length, json])).toEqual([[501, '[[[[1]]]]']]);
  });

  it('shows what is no number as Postgres prints it, and columns of one name', async () => {
    expect(
      await run(
        `select 'NaN'::float8 as amount, '-Infinity'::float4 as amount, 'NaN'::numeric, 0.1::float8, null as missing`,
      ),
    ).toMatchObject({
      columns: ['amount', 'amount', 'numeric', 'float8', 'missing'],
      rows: [['NaN', '-Infinity', 'NaN', '0.1', null]],
    });
  });

  it('that sends hundreds of megabytes is cut off, and the next one is answered', async () => {
    expect(await refusal(`select repeat('x', 1000000) from generate_series(1, 200)`)).toMatchObject({
      message: expect.stringContaining('larger than 4 MB'),
    });
    expect((await run('select 1')).rows).toEqual([[1]]);
  });

  it('that runs for ever is ended by the server, and does not keep others from being answered', async () => {
    expect(await refusal(`select count(*) from generate_series(1, 1000000000000)`)).toMatchObject({ code: '57014' });
    expect((await run('select 1')).rows).toEqual([[1]]);
  });
});
