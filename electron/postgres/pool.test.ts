import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { type FestivalDatabase, OutcomeUnknown, openFestivalDatabase, pipelined, type Transaction } from './pool.ts';
import { centsColumn, columnOf, FestivalDataError, idColumn, instantColumn, type RowReader } from './rows.ts';
import { type Statement, sql } from './sql.ts';

const backendColumn = z.object({ pid: z.int() });

describe('the pool on a festival database', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let pool: FestivalDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.admin.query(`insert into table_cards (id, amount) values ('card', 10)`);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    proxy = await createTcpProxy(database.adminSettings);
    pool = openFestivalDatabase({
      settings: proxy.through(database.consoleSettings),
      applicationName: 'regie/pool-test',
      size: 1,
      statementTimeoutMs: 1_000,
      answerGraceMs: 500,
      closeGraceMs: 200,
    });
  });
  afterEach(async () => {
    await pool.close();
    await proxy.close();
  });

  const works = async () => {
    const { one } = await pool.read((tx) => tx.row(z.object({ one: z.int() }), sql`select 1 as one`));
    expect(one).toBe(1);
  };
  const wellWithin = (ms: number) => AbortSignal.timeout(ms);

  it('keeps every digit of a number and every microsecond of a time', async () => {
    const schema = z.object({ big: z.string(), money: centsColumn, sum: z.string(), at: instantColumn, id: idColumn });
    const row = await pool.read((tx) =>
      tx.row(
        schema,
        sql`select 9223372036854775807::bigint as big, 99999999.99::numeric(10,2) as money, 1e30::numeric + 0.07 as sum,
          '2026-07-03 23:04:05.123457+02'::timestamptz as at, 42::bigint as id`,
      ),
    );
    expect(row).toEqual({
      big: '9223372036854775807',
      money: 9_999_999_999,
      sum: '1000000000000000000000000000000.07',
      at: '2026-07-03T21:04:05.123457Z',
      id: '42',
    });
  });

  it('rounds no integer in JSON, whoever wrote it', async () => {
    const { json } = await pool.read((tx) =>
      tx.row(
        z.object({ json: z.json() }),
        sql`select '{"ids": [7301234567890123457, -9223372036854775808, 9007199254740992], "id": "7301234567890123457",
          "said": "x\\": 7301234567890123457, \\\\", "count": 9007199254740991, "share": 0.123456789012345678, "long": 1e300}'::jsonb as json`,
      ),
    );
    expect(json).toMatchObject({
      ids: ['7301234567890123457', '-9223372036854775808', '9007199254740992'],
      id: '7301234567890123457',
      said: 'x": 7301234567890123457, \\',
      count: Number.MAX_SAFE_INTEGER,
      share: 0.12345678901234568,
    });
  });

  it('names the column and the statement of a row that does not fit', async () => {
    const asked = pool.read((tx) => tx.rows(z.object({ n: idColumn }), sql`/* regie:test */ select 'x' as n`));
    await expect(asked).rejects.toThrow(FestivalDataError);
    await expect(
      pool.read((tx) => tx.rows(z.object({ n: idColumn }), sql`/* regie:test */ select 'x' as n`)),
    ).rejects.toThrow(/row 0\.n: .*regie:test/);
  });

  it('makes thousands of rows by their places, and gives the connection back where one does not fit', async () => {
    const reader: RowReader<[number, string | null]> = {
      columns: ['n', 'word'],
      read: (row) => [columnOf.integer(row, 0), columnOf.textOrNull(row, 1)],
    };
    const read = (text: Statement) => pool.read((tx) => tx.read(reader, text));
    const rows = await read(
      sql`/* regie:test */ select n::bigint, case when n % 2 = 0 then 'even' end as word from generate_series(1, ${5_000}::int) n`,
    );
    expect(rows).toHaveLength(5_000);
    expect(rows.slice(-2)).toEqual([
      [4_999, null],
      [5_000, 'even'],
    ]);
    expect(await read(sql`select 1::bigint as n, 'x' as word where false`)).toEqual([]);
    const misfit = read(
      sql`/* regie:test */ select (2 ^ 53)::bigint + n as n, 'x' as word from generate_series(-2, 9) n`,
    );
    await expect(misfit).rejects.toThrow(FestivalDataError);
    await expect(misfit).rejects.toThrow(/row 2: column 0: not a number below 2\^53: "9007199254740992".*regie:test/);
    await expect(read(sql`select 'x' as word, 1::bigint as n`)).rejects.toThrow('the columns are word, n, not n, word');
    await expect(read(sql`select 1 / (2 - n)::bigint as n, 'x' as word from generate_series(1, 9) n`)).rejects.toThrow(
      'division by zero',
    );
    await works();
  });

  it('refuses to write in a read', async () => {
    await expect(pool.read((tx) => tx.run(sql`delete from console.cycles`))).rejects.toMatchObject({ code: '25006' });
  });

  it('undoes a savepoint and keeps the rest of the transaction', async () => {
    await pool.write(async (tx) => {
      await tx.run(sql`insert into console.devices values ('kept', now())`);
      await tx.savepoint(() => tx.run(sql`insert into console.devices values ('kept', now())`)).catch(() => undefined);
    });
    const { rowCount } = await database.admin.query(`select from console.devices where device = 'kept'`);
    expect(rowCount).toBe(1);
  });

  it('plans what is done in bulk without nested loops, and what comes after it as before', async () => {
    const planned = z.object({ 'QUERY PLAN': z.string() });
    const plan = async (tx: Transaction) =>
      (
        await tx.rows(
          planned,
          sql`/* regie:test */
            explain (costs off) select * from table_cards c join console.card_ledger l on l.card_id = c.id where c.id = any (array['a', 'b'])`,
        )
      )
        .map((row) => row['QUERY PLAN'])
        .join('\n');
    await pool.write(async (tx) => {
      expect(await plan(tx)).toContain('Nested Loop');
      expect(await tx.inBulk((bulk) => bulk.inBulk(plan))).not.toContain('Nested Loop');
      await expect(tx.savepoint(() => tx.inBulk((bulk) => bulk.run(sql`select 1 / 0`)))).rejects.toThrow('division');
      expect(await plan(tx)).toContain('Nested Loop');
    });
  });

  it('runs what is asked side by side in its order, and undoes nothing before all of it has ended', async () => {
    const ended: string[] = [];
    const rows = await pool.write(async (tx) => {
      const insert = (id: string) => tx.run(sql`insert into console.devices (device, last_at) values (${id}, now())`);
      // Waits for an answer before it writes, as a detector may that another one's failure has overtaken.
      const writesLate = async () => {
        await tx.table(sql`select 1`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await insert('written-late').finally(() => ended.push('late'));
      };
      const fails = async () => {
        await tx.table(sql`select 1`);
        ended.push('failing');
        throw new Error('not of the database');
      };
      await expect(tx.savepoint(() => pipelined([writesLate(), fails()]))).rejects.toThrow('not of the database');
      expect(ended).toEqual(['failing', 'late']);
      const [, first] = await pipelined([
        insert('side-by-side'),
        tx.table(sql`select device from console.devices where device in ('side-by-side', 'written-late')`),
        tx.run(sql`delete from console.devices where device = 'side-by-side'`),
      ]);
      return first.rows;
    });
    expect(rows).toEqual([['side-by-side']]);
  });

  it('throws what failed, however deep it was, and not what an aborted transaction says behind it', async () => {
    const deeper = (tx: Transaction) => pipelined([pipelined([tx.run(sql`select 1 / 0`), tx.run(sql`select 1`)])]);
    const write = pool.write((tx) => pipelined([deeper(tx), tx.run(sql`select 2`)]));
    await expect(write).rejects.toMatchObject({ code: '22012' });
    await works();
  });

  it('rejects a write whose work went on after a failed statement, instead of losing it silently', async () => {
    const write = pool.write(async (tx) => {
      await tx.run(sql`select 1 / 0`).catch(() => undefined);
    });
    await expect(write).rejects.toThrow('aborted');
    await works();
  });

  it('gives the connection back after the server stopped a slow statement', async () => {
    await expect(pool.read((tx) => tx.run(sql`select pg_sleep(30)`))).rejects.toMatchObject({ code: '57014' });
    await works();
    expect(proxy.made()).toBe(1);
  });

  it('plans a statement anew after it took too long: its plan may be of when the tables were empty', async () => {
    // Without a parameter the first plan is kept.
    const overlap = sql`/* regie:test */ select count(*) as n from (select id from thousands offset 0) as a
      where id in (select id from thousands_more)`;
    const ask = () => pool.read((tx) => tx.row(z.object({ n: z.string() }), overlap));
    await database.admin.query('create table thousands (id int); create table thousands_more (id int)');
    await database.admin.query('grant select on thousands, thousands_more to public');
    await database.admin.query('analyze thousands, thousands_more');
    expect(await ask()).toEqual({ n: '0' });
    for (const table of ['thousands', 'thousands_more']) {
      await database.admin.query(`alter table ${table} set (autovacuum_enabled = off)`);
    }
    // The plan of now, made before there are rows.
    expect(await ask()).toEqual({ n: '0' });
    await database.admin.query('insert into thousands select generate_series(1, 40000)');
    await database.admin.query('insert into thousands_more select generate_series(1, 40000)');
    await expect(ask()).rejects.toMatchObject({ code: '57014' });
    expect(await ask()).toEqual({ n: '40000' });
  });

  it('lets one unit of work have a longer time limit than the others', async () => {
    await pool.read((tx) => tx.run(sql`select pg_sleep(1.5)`), { statementTimeoutMs: 60_000 });
    await expect(pool.read((tx) => tx.run(sql`select pg_sleep(1.5)`))).rejects.toMatchObject({ code: '57014' });
  });

  it.each(['rows', 'read', 'table', 'savepoint'] as const)(
    'drops a connection that swallows bytes during %s, and works again when the network does',
    async (kind) => {
      await works();
      const stuck = pool.read(async (tx) => {
        proxy.blackhole();
        if (kind === 'rows') await tx.rows(z.unknown(), sql`select 1`);
        else if (kind === 'read') await tx.read({ columns: ['n'], read: () => 1 }, sql`select 1 as n`);
        else if (kind === 'table') await tx.table(sql`select 1`);
        else await tx.savepoint(async () => undefined);
      });
      // What was sent behind the statement that timed out ends with the connection, and may be heard of first.
      await expect(stuck).rejects.toThrow(/^(Query read timeout|Connection terminated.*)$/);
      await eventually(() => expect(proxy.open()).toBe(0));
      proxy.forward();
      await works();
    },
  );

  it('says that the outcome is unknown when the answer to a commit is lost', async () => {
    await works();
    const write = pool.write(async (tx) => {
      await tx.run(sql`insert into console.devices values ('lost answer', now())`);
      proxy.muteServer();
    });
    await expect(write).rejects.toThrow(OutcomeUnknown);
    const { rowCount } = await database.admin.query(`select from console.devices where device = 'lost answer'`);
    expect(rowCount).toBe(1);
  });

  it('survives a backend that is killed between two statements of a transaction', async () => {
    const work = pool.write(async (tx) => {
      const { pid } = await tx.row(backendColumn, sql`select pg_backend_pid() as pid`);
      await database.admin.query('select pg_terminate_backend($1)', [pid]);
      await eventually(() => expect(proxy.open()).toBe(0));
      await tx.run(sql`insert into console.devices values ('killed', now())`);
    });
    await expect(work).rejects.toThrow();
    await works();
  });

  it('survives a backend that is killed while its connection is idle', async () => {
    await works();
    await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'regie/pool-test'`,
    );
    await eventually(() => expect(proxy.open()).toBe(0));
    await works();
  });

  it('survives that the server ends a transaction in which nothing happens', async () => {
    const work = pool.write(async (tx) => {
      await tx.run(sql`select set_config('idle_in_transaction_session_timeout', '50', true)`);
      await eventually(() => expect(proxy.open()).toBe(0));
      await tx.run(sql`select 1`);
    });
    await expect(work).rejects.toThrow();
    await works();
  });

  it('sets its limits on every session', async () => {
    const { rows } = await pool.read((tx) =>
      tx.table(
        sql`select current_setting('lock_timeout'), current_setting('statement_timeout'),
          current_setting('idle_in_transaction_session_timeout'), current_setting('timezone'),
          current_setting('application_name')`,
      ),
    );
    expect(rows).toEqual([['3s', '1s', '4s', 'UTC', 'regie/pool-test']]);
  });

  it('closes within its grace while a statement runs, and again', async () => {
    await works();
    const running = pool.read((tx) => tx.run(sql`select pg_sleep(100)`), { statementTimeoutMs: 100_000 });
    const ended = expect(running).rejects.toThrow('Connection terminated');
    await eventually(async () => {
      const { rowCount } = await database.admin.query(
        `select from pg_stat_activity where application_name = 'regie/pool-test' and query like '%pg_sleep%'`,
      );
      expect(rowCount).toBe(1);
    });
    const limit = wellWithin(50_000);
    await pool.close();
    await pool.close();
    expect(limit.aborted).toBe(false);
    await ended;
  });

  it('closes although an idle connection swallows bytes', async () => {
    await works();
    proxy.blackhole();
    const limit = wellWithin(50_000);
    await pool.close();
    expect(limit.aborted).toBe(false);
  });

  it('takes no work after it was closed', async () => {
    await pool.close();
    await expect(works()).rejects.toThrow();
  });
});
