import pg from 'pg';
import { expect, it } from 'vitest';
import { driverOptions } from '../postgres/connection-settings.ts';
import type { TestDatabase } from './database.ts';
import { festivalOf } from './festival.ts';
import { borrowTestDatabase } from './reused-database.ts';

/** Every row of every table, and where each sequence stands. */
const contentsOf = async ({ admin }: TestDatabase) => {
  const { rows: tables } = await admin.query(`select c.oid::regclass::text as name from pg_class c
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'console'::regnamespace) order by 1`);
  const contents: [string, unknown][] = [];
  for (const { name } of tables) {
    contents.push([name, (await admin.query(`select t::text from ${name} t order by 1`)).rows]);
  }
  const { rows } = await admin.query('select schemaname, sequencename, last_value from pg_sequences order by 1, 2');
  return [...contents, ['sequences', rows]];
};

const borrowAfter = async (change: (database: TestDatabase) => Promise<unknown>) => {
  const one = await borrowTestDatabase();
  const before = await contentsOf(one);
  await change(one);
  await one.close();
  const next = await borrowTestDatabase();
  const contents = await contentsOf(next);
  await next.close();
  expect(contents).toEqual(before);
  return next.adminSettings.database === one.adminSettings.database;
};

it('a database that served before holds what the template holds', async () => {
  const again = await borrowAfter(async (database) => {
    await festivalOf(database).failedOrder('A', 3, { takes: 3 });
    await database.admin.query(`update console.operators set name = name || '!'`);
    await database.admin.query('delete from console.signing_keys');
    await database.admin.query(`set datestyle = 'SQL, DMY'`);
    await database.admin.query('begin');
  });
  expect(again).toBe(true);
});

it('one with another definition, with very many rows, or in which somebody is left, serves no more', async () => {
  expect(await borrowAfter(({ admin }) => admin.query('alter table nfc_scan_log drop column metadata'))).toBe(false);
  expect(await borrowAfter(({ admin }) => admin.query('grant select on table_cards to public'))).toBe(false);
  const many = `insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
    select 'A', 'bar_order', 'completed', 1 from generate_series(1, 20000)`;
  expect(await borrowAfter(({ admin }) => admin.query(many))).toBe(false);
  let left: pg.Client | undefined;
  const again = await borrowAfter(async ({ adminSettings }) => {
    left = new pg.Client(driverOptions(adminSettings));
    left.on('error', () => undefined);
    await left.connect();
  });
  expect(again).toBe(false);
});
