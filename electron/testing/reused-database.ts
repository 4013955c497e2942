import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from './database.ts';

/*
 * A new database costs a quarter of a second of processor time: its files, and that the first statements of each of its
 * connections are read, compiled and planned. For tests that write rows and change nothing else, one serves after the other.
 */

type Table = {
  readonly name: string;
  /** Statements that empty it and write again what the template holds; none where nobody may take anything out of it. */
  readonly again: string | undefined;
  /** Which rows it holds that the template holds, by the transactions that wrote them. */
  rows: string;
};

type Reused = {
  readonly database: TestDatabase;
  readonly definitions: string;
  readonly tables: readonly Table[];
  readonly sequences: string;
};

const idle: Reused[] = [];

/**
 * A database as `createTestDatabase()` gives it, which may have served before. It holds what the template holds; one in which a
 * definition was changed or a session was left is dropped. Not for tests of what roles or databases set, nor of the server's
 * counters: connections to the festival stay open.
 */
export const borrowTestDatabase = async (): Promise<TestDatabase> => {
  for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
    if (await becomesNew(one)) return lend(one);
    await one.database.close();
  }
  return lend(await make());
};

const lend = (one: Reused): TestDatabase => {
  let lent = true;
  return {
    ...one.database,
    close: async () => {
      if (lent) idle.push(one);
      lent = false;
    },
  };
};

const ask = async <Row>({ admin }: TestDatabase, row: z.ZodType<Row>, query: string): Promise<Row[]> =>
  z.array(row).parse((await admin.query(query)).rows);

const make = async (): Promise<Reused> => {
  const database = await createTestDatabase();
  const tables: Table[] = [];
  for (const { name, columns, kept } of await ask(database, tableRow, TABLES)) {
    const rows = await ask(
      database,
      z.object({ row: z.string() }),
      `select quote_literal(t::text) as row from ${name} t`,
    );
    const values = rows.map(({ row }) => row).join(', ');
    const insert = `insert into ${name} (${columns}) overriding system value
      select ${columns} from unnest(array[${values}]::${name}[]) as t;`;
    tables.push({ name, again: kept ? undefined : `delete from ${name}; ${rows.length > 0 ? insert : ''}`, rows: '' });
  }
  const sequences = (await ask(database, z.object({ back: z.string() }), SEQUENCES)).map(({ back }) => back).join(', ');
  await remember(database, tables);
  return { database, definitions: await definitionsOf(database), tables, sequences };
};

const OURS = `c.relnamespace in ('public'::regnamespace, 'console'::regnamespace)`;

const tableRow = z.object({ name: z.string(), columns: z.string(), kept: z.boolean() });
/** Of some nobody takes a row out, whoever it is. */
const TABLES = `
  select c.oid::regclass::text as name,
    (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
     where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
    exists (select from pg_trigger where tgrelid = c.oid and tgenabled = 'A') as kept
  from pg_class c where c.relkind = 'r' and ${OURS}`;

const SEQUENCES = `
  select format('setval(%L, %s, %L)', c.oid::regclass, coalesce(s.last_value, s.start_value), s.last_value is not null)
    as back
  from pg_class c join pg_sequences s on (s.schemaname, s.sequencename) = (c.relnamespace::regnamespace::text, c.relname)
  where c.relkind = 'S' and ${OURS}`;

/** Each row of a catalog is of the transaction that wrote it. */
const CATALOGS = [
  ...['pg_class', 'pg_attribute', 'pg_attrdef', 'pg_proc', 'pg_type', 'pg_trigger', 'pg_constraint', 'pg_index'],
  ...['pg_rewrite', 'pg_namespace', 'pg_policy', 'pg_operator', 'pg_cast', 'pg_extension', 'pg_event_trigger'],
];
const ROWS = `count(*) || ':' || coalesce(max(xmin::text::bigint), 0)`;

const definitionsOf = async (database: TestDatabase): Promise<string> => {
  const each = CATALOGS.map((name) => `(select ${ROWS} from ${name})`);
  const found = await ask(
    database,
    z.object({ found: z.string() }),
    `select concat_ws(' ', ${each.join(', ')}, (
       select string_agg(setrole || array_to_string(setconfig, ','), ' ' order by setrole) from pg_db_role_setting
       where setdatabase = (select oid from pg_database where datname = current_database()))) as found`,
  );
  return found.map((row) => row.found).join();
};

const rowsOf = async (database: TestDatabase, tables: readonly Table[]): Promise<string[]> => {
  if (tables.length === 0) return [];
  const parts = tables.map(({ name }, at) => `select ${at} as at, ${ROWS} as rows from ${name}`);
  const row = z.object({ rows: z.string() });
  return (await ask(database, row, `${parts.join(' union all ')} order by at`)).map(({ rows }) => rows);
};

const remember = async (database: TestDatabase, tables: readonly Table[]): Promise<void> => {
  const rows = await rowsOf(database, tables);
  for (const [at, table] of tables.entries()) table.rows = rows[at] ?? '';
};

/** Rows that were taken out stay in a table's file, and everything that reads it reads them. */
const MOST_BYTES = 2_000_000;

/** Tables that hold other rows than the template. One that never held any has no file to read. */
const changedOf = async ({ database, tables }: Reused): Promise<Table[] | 'too large'> => {
  const sizes = await ask(
    database,
    z.object({ name: z.string(), bytes: z.coerce.number() }),
    `select c.oid::regclass::text as name, pg_relation_size(c.oid) as bytes from pg_class c where c.relkind = 'r' and ${OURS}`,
  );
  if (sizes.some(({ bytes }) => bytes > MOST_BYTES)) return 'too large';
  const names = new Set(sizes.filter(({ bytes }) => bytes > 0).map(({ name }) => name));
  const filled = tables.filter(({ name }) => names.has(name));
  const rows = await rowsOf(database, filled);
  return filled.filter((table, at) => rows[at] !== table.rows);
};

const LEAVES_WITHIN_MS = 300;

/** The server ends a session a moment after its client. */
const somebodyIsLeft = async ({ admin }: TestDatabase): Promise<boolean> => {
  const until = performance.now() + LEAVES_WITHIN_MS;
  for (;;) {
    const { rows } = await admin.query(`select from pg_stat_activity where datname = current_database()
      and backend_type = 'client backend' and pid <> pg_backend_pid()
      and (application_name <> 'regie/test' or state <> 'idle')`);
    if (rows.length === 0) return false;
    if (performance.now() > until) return true;
    await sleep(10);
  }
};

/** @returns whether it is; else it has been changed in more than its rows */
const becomesNew = async (one: Reused): Promise<boolean> => {
  const { database, definitions, sequences } = one;
  const { admin } = database;
  try {
    admin.removeAllListeners('notification');
    await admin.query('rollback');
    await admin.query('discard all');
    await admin.query(`set timezone = 'UTC'`);
    if ((await somebodyIsLeft(database)) || (await definitionsOf(database)) !== definitions) return false;
    const changed = await changedOf(one);
    if (changed === 'too large') return false;
    const again = changed.map((table) => table.again);
    if (again.includes(undefined)) return false;
    await admin.query(`set session_replication_role = replica; ${again.join('\n')} select ${sequences};
      set session_replication_role = origin`);
    await remember(database, changed);
    return true;
  } catch {
    return false;
  }
};
