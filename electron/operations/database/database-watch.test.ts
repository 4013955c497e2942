import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { PANEL_GROUPS, type Panel, type PanelId } from '../../../shared/domain/database-panel.ts';
import { driverOptions } from '../../postgres/connection-settings.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { createDatabaseWatch } from './database-watch.ts';

let database: TestDatabase;
let tills: pg.Client[];
const role = `tills_${process.pid}`;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(`create role ${role} login password 'tills'`);
  await database.admin.query(`grant select, update on table_cards to ${role}`);
  await database.admin.query(`insert into table_cards (id, amount) values ('LOCKED', 10)`);
  tills = [];
});
afterAll(async () => {
  for (const till of tills) await till.end().catch(() => undefined);
  await database.admin.query(`drop owned by ${role}`);
  await database.admin.query(`drop role ${role}`);
  await database.close();
});

const till = async (name: string, settings: Partial<ConnectionSettings> = {}): Promise<pg.Client> => {
  const client = new pg.Client({
    ...driverOptions({ ...database.adminSettings, user: role, password: 'tills', ...settings }),
    application_name: name,
  });
  client.on('error', () => undefined);
  await client.connect();
  tills.push(client);
  return client;
};

const memory = () => {
  const kept = new Map<string, string>();
  return {
    get: <S extends { safeParse(value: unknown): { success: boolean; data?: unknown } }>(name: string, schema: S) => {
      const found = kept.get(name);
      const parsed = found === undefined ? undefined : schema.safeParse(JSON.parse(found));
      return parsed?.success ? parsed.data : undefined;
    },
    set: (name: string, value: unknown) => void kept.set(name, JSON.stringify(value)),
  };
};
const watch = () => createDatabaseWatch({ database: database.festival, cache: memory() as never });
const look = async (id: PanelId, by = watch()): Promise<Panel> => {
  const group = PANEL_GROUPS.now.some((one) => one === id) ? 'now' : 'store';
  const found = (await by.look(group)).panels.find(({ panel }) => panel === id);
  if (found === undefined) throw new Error(`no panel ${id}`);
  return found;
};
const column = (panel: Panel, id: string): unknown[] => {
  const at = panel.columns.findIndex((one) => one.id === id);
  return panel.rows.map(({ cells }) => cells[at]);
};
const codes = (panel: Panel): string[] => panel.notes.map(({ code }) => code);

describe('every panel of the database', () => {
  it.each(['now', 'store'] as const)(
    'of group %s is read by the consoles’ login, with its age and its SQL',
    async (group) => {
      const { panels, nextMs } = await watch().look(group);
      expect(panels.map(({ panel }) => panel).toSorted()).toEqual([...PANEL_GROUPS[group]].toSorted());
      for (const panel of panels) {
        expect(codes(panel), panel.panel).not.toContain('unread');
        expect(panel.sql).toMatch(/^(select|with) /);
        expect(Math.abs(Date.parse(panel.at) - Date.now())).toBeLessThan(60_000);
      }
      expect(nextMs).toBeGreaterThanOrEqual(5_000);
    },
  );

  it('is not taken from the others by one that cannot be read', async () => {
    await database.admin.query('alter function console.statement_statistics() rename to gone');
    try {
      const statements = await look('statements');
      expect(statements).toMatchObject({ level: 'unknown', rows: [] });
      expect(codes(statements)).toEqual(['unread']);
      expect((await look('sizes')).value).toBeGreaterThan(0);
    } finally {
      await database.admin.query('alter function console.gone() rename to statement_statistics');
    }
  });
});

describe('sessions', () => {
  it('are shown as a tree of who waits for whom, the root first; what they run only to a login that may see it', async () => {
    const [root, second, third] = [await till('root'), await till('second'), await till('third')];
    const update = `update table_cards set amount = amount where id = 'LOCKED'`;
    await root.query('begin');
    await root.query(update);
    const waits = (client: pg.Client): Promise<unknown> => client.query(update).catch(() => undefined);
    const waitingFor = (count: number) =>
      eventually(async () => expect((await look('locks')).rows).toHaveLength(count));
    const first = waits(second);
    await waitingFor(2);
    const last = waits(third);
    await waitingFor(3);

    const blind = await look('locks');
    expect(column(blind, 'application')).toEqual(['root', 'second', 'third']);
    expect(blind.rows.map(({ depth }) => depth)).toEqual([0, 1, 2]);
    expect(blind.notes).toContainEqual({ code: 'statements_hidden', params: { count: 3 } });
    expect(blind.grant).toBe('grant pg_read_all_stats to regie_test_login;');
    // Without the right there is no all-clear for what cannot be seen.
    const idle = await look('idle');
    expect(idle.level).toBe('unknown');
    expect(codes(idle)).toContain('hidden');

    await database.admin.query('grant pg_read_all_stats to regie_test_login');
    try {
      const seen = await look('locks');
      expect(column(seen, 'statement')).toEqual([update, update, update]);
      expect(seen.rows.every(({ session }) => session !== null)).toBe(true);
      expect(seen.grant).toBeNull();
      await eventually(async () => expect(column(await look('idle'), 'application')).toContain('root'));
      expect(column(await look('transactions'), 'application')).toContain('root');
    } finally {
      await database.admin.query('revoke pg_read_all_stats from regie_test_login');
    }
    await root.query('rollback');
    await Promise.all([first, last]);
  });

  it('of another database on the same server are none of those who wait', async () => {
    const lock = `select pg_advisory_lock(${process.pid})`;
    const [holds, waits] = [
      await till('holds', { database: 'postgres' }),
      await till('waits', { database: 'postgres' }),
    ];
    await holds.query(lock);
    const waiting = waits.query(lock);
    await eventually(async () => {
      const { rowCount } = await database.maintenance.query(
        `select from pg_locks l join pg_stat_activity using (pid) where not granted and application_name = 'waits'`,
      );
      expect(rowCount).toBe(1);
    });
    expect((await look('locks')).rows).toEqual([]);
    await holds.end();
    await waiting;
  });

  it('are counted against what the server gives', async () => {
    const panel = await look('connections');
    expect(panel.value).toBeGreaterThan(0);
    expect(panel.value).toBeLessThan(1);
    expect(column(panel, 'application')).toContain('regie/test');
  });
});

describe('storage', () => {
  it('shows indexes that are invalid or twice there, and dead rows', async () => {
    await database.admin.query(`
      create table public.many (id int, word text);
      insert into many select n, 'x' from generate_series(1, 5000) n;
      create index many_once on many (word);
      create index many_twice on many (word);
      create index many_broken on many (id);
      update pg_index set indisvalid = false where indexrelid = 'many_broken'::regclass;
      delete from many where id > 1000;`);
    const indexes = await look('indexes');
    expect(indexes.level).toBe('warning');
    expect(indexes.rows.map(({ cells }) => cells.slice(0, 4))).toEqual(
      expect.arrayContaining([
        ['public.many_broken', 'many', 'invalid', null],
        ['public.many_twice', 'many', 'duplicate', 'many_once'],
      ]),
    );
    expect(column(indexes, 'index')).not.toContain('public.many_once');
    await eventually(async () => {
      await database.admin.query('select pg_stat_force_next_flush()');
      const tables = await look('tables');
      expect(tables.rows[0]?.cells.slice(0, 3)).toEqual(['public.many', 1_000, 4_000]);
      expect(tables.level).toBe('critical');
    });
  });

  it('shows a sequence that ends where its column does, and says which it may not read', async () => {
    await database.admin.query(`
      create table public.small (id smallserial);
      create sequence public.near as bigint maxvalue 100;
      select setval('near', 95);
      grant select on sequence near to regie_console;`);
    const panel = await look('sequences');
    expect(panel.level).toBe('critical');
    expect(panel.rows[0]?.cells).toEqual(['public.near', '95', '100', 0.95]);
    expect(codes(panel)).toContain('sequences_hidden');
    expect(panel.grant).toContain('grant select on all sequences');
  });
});

describe('what the server counts', () => {
  it('is told over a window, and never before there is one', async () => {
    const by = watch();
    expect(await look('counters', by)).toMatchObject({ level: 'unknown', rows: [] });
    const second = await look('counters', by);
    expect(codes(second)).toEqual(['window']);
    expect(second.value).toBe(0);
    // It was not known before, and is good from now on.
    expect(second.since).toBe(second.at);
    expect(by.panels().find(({ panel }) => panel === 'counters')).toEqual(second);
  });
});
