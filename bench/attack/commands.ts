import type pg from 'pg';
import { z } from 'zod';
import { type FestivalDatabase, openFestivalDatabase, type Transaction } from '../../electron/postgres/pool.ts';
import type { Attack, Target } from './attack.ts';
import { type Act, makeActs } from './command-world.ts';
import { plantSpies } from './spies.ts';

/**
 * One valid signed command of each kind, in a session that somebody has prepared with their own tool: it does exactly what it
 * does in a clean one, or it is refused. Every row that it writes, by itself or through a function, is recorded by triggers of
 * the administrator's and compared; everything is undone.
 */
export const commandAttacks: readonly Attack[] = [
  {
    name: 'a signed command does in a planted session exactly what it does in a clean one, or is refused',
    run: (target) => commandsIn(target, Object.keys(TRICKS) as Trick[]),
  },
];

/** The attack with some of the ways to prepare a session. @returns what was reached */
export const commandsIn = (target: Target, tricks: readonly Trick[]): Promise<string[]> =>
  withRecorder(target, (make) => compareAll(target, make, tricks));

/** How somebody prepares a session before a command. Settings are for the session, as a tool of their own would make them. */
const TRICKS = {
  'temporary views, types, functions, operators and casts of every name that functions look up': (session) =>
    // What it asks of a client is to run one statement after another.
    plantSpies({ query: session.run } as unknown as pg.Client),
  'temporary tables of every name of ours, first in the path': async (session) => {
    const tables = await session.run(
      `select c.relname::text as name from pg_catalog.pg_class c where c.relnamespace = 'console'::regnamespace
         and c.relkind = 'r' and pg_catalog.has_table_privilege(c.oid, 'select')`,
    );
    for (const { name } of z.array(z.object({ name: z.string() })).parse(tables.rows)) {
      await session.run(`create temporary table "${name}" (like console."${name}")`);
    }
    await session.run('set search_path = pg_temp, console, public');
  },
  'the consoles’ role': (session) => session.run('set role regie_console'),
  'the role that only reads': (session) => session.run('set role regie_reader'),
  'other forms of text and time': (session) =>
    session.all([
      `set datestyle = 'SQL, DMY'`,
      `set intervalstyle = 'sql_standard'`,
      `set timezone = 'Asia/Kolkata'`,
      `set bytea_output = 'escape'`,
      `set extra_float_digits = -15`,
      `set xmlbinary = 'hex'`,
      `set quote_all_identifiers = on`,
    ]),
  'backslashes that are escapes': (session) => session.run('set standard_conforming_strings = off'),
  'another encoding': (session) => session.run(`set client_encoding = 'LATIN1'`),
  'comparisons with NULL that find it': (session) => session.run('set transform_null_equals = on'),
  'strict functions': (session) =>
    session.all([
      `set plpgsql.extra_errors = 'all'`,
      `set plan_cache_mode = force_generic_plan`,
      `set row_security = off`,
    ]),
  'another plan for everything': (session) =>
    session.all(
      ['indexscan', 'bitmapscan', 'hashjoin', 'nestloop', 'hashagg', 'sort'].map((one) => `set enable_${one} = off`),
    ),
  'triggers put aside': (session) => session.run(`set session_replication_role = 'replica'`).catch(() => undefined),
  'prepared statements, cursors and locks of its own': (session) =>
    session.all([
      `prepare take_command as select 1`,
      `declare "<unnamed portal 1>" cursor with hold for select 1`,
      `select pg_advisory_lock(n) from generate_series(1, 50) as n`,
      `listen regie_changes`,
    ]),
} satisfies Record<string, (session: Planted) => Promise<unknown>>;
type Trick = keyof typeof TRICKS;

const rowSchema = z.record(z.string(), z.unknown()).nullable();
const changeSchema = z.object({ table: z.string(), op: z.string(), row: rowSchema, before: rowSchema });
type Change = z.infer<typeof changeSchema>;
const changeRow = z.object({ what: changeSchema });
type Played = { readonly outcome: string; readonly changes: readonly Change[] };

/** A connection of the login's own; what is run through it stays for the next. */
type Planted = {
  readonly play: (act: Act) => Promise<Played>;
  readonly run: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;
  readonly all: (texts: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

class Undone extends Error {}

const openPlanted = (target: Target): Planted => {
  const database = openFestivalDatabase({ settings: target.login, applicationName: 'regie/attack', size: 1 });
  const run: Planted['run'] = async (text, values = []) => ({
    rows: await database.write((tx) => tx.rows(z.unknown(), { text, values })),
  });
  const play: Planted['play'] = async (act) => {
    const changes: Change[] = [];
    // As a command is done, and undone where it would have been committed.
    const write = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
      let done: { result: T } | undefined;
      await database
        .write(async (tx) => {
          const result = await work(tx);
          const rows = await tx.rows(changeRow, {
            text: 'select what from attack.mine() as what',
            values: [],
          });
          changes.push(...rows.map(({ what }) => what));
          done = { result };
          throw new Undone();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Undone)) throw error;
        });
      if (done === undefined) throw new Error('a transaction without an end');
      return done.result;
    };
    const session: FestivalDatabase = { ...database, write };
    const outcome = await act.run(session).catch((error: unknown) => `refused: ${error}`);
    return { outcome, changes: outcome.startsWith('refused') ? [] : inOrder(changes) };
  };
  return {
    play,
    run,
    all: async (texts) => {
      for (const text of texts) await run(text);
    },
    close: database.close,
  };
};

const compareAll = async (
  target: Target,
  make: (database: FestivalDatabase) => Promise<readonly Act[]>,
  tricks: readonly Trick[],
): Promise<string[]> => {
  const reached: string[] = [];
  const ordinary = openFestivalDatabase({ settings: target.login, applicationName: 'regie/attack', size: 1 });
  const acts = await make(ordinary).finally(ordinary.close);
  const clean = openPlanted(target);
  const expected = new Map<Act, readonly [Played, Played]>();
  try {
    for (const act of acts) {
      const twice = await around(target, act, async () => [await clean.play(act), await clean.play(act)] as const);
      const [{ outcome, changes }] = twice;
      if (outcome !== 'applied' || changes.length === 0)
        reached.push(`${act.name} was not done: nothing was tried (${outcome})`);
      expected.set(act, twice);
    }
  } finally {
    await clean.close();
  }
  const done = new Set<Act>();
  for (const trick of tricks) {
    const planted = openPlanted(target);
    try {
      await TRICKS[trick](planted);
      for (const act of acts) {
        const [first, second] = expected.get(act) ?? [];
        const played = await around(target, act, () => planted.play(act));
        // Refused by an error: the transaction is undone, and with it whatever it did.
        if (played.outcome.startsWith('refused')) continue;
        if (played.outcome === first?.outcome) done.add(act);
        const difference =
          played.outcome === first?.outcome
            ? differs(played.changes, first?.changes ?? [], second?.changes ?? [])
            : played.changes.some((change) => !isRefusal(change)) && `it was ${played.outcome}, and wrote`;
        if (difference !== undefined && difference !== false) reached.push(`${act.name}, with ${trick}: ${difference}`);
      }
    } finally {
      await planted.close();
    }
  }
  const refused = acts.filter((act) => !done.has(act)).map(({ name }) => `${name} was refused whatever was planted`);
  return [...reached, ...refused];
};

const around = async <T>({ admin }: Target, act: Act, work: () => Promise<T>): Promise<T> => {
  if (act.before !== undefined) await admin.query(act.before);
  try {
    return await work();
  } finally {
    if (act.after !== undefined) await admin.query(act.after);
  }
};

/** That a command was refused is written down, and nothing else then. */
const isRefusal = ({ table, row }: Change): boolean =>
  (table === 'console.audit' && row?.action === 'refused') ||
  ['console.operations', 'console.audit_head'].includes(table);

/** Rows of one statement are written in the order of its plan. */
const inOrder = (changes: readonly Change[]): Change[] => {
  const keyOf = ({ table, op, row }: Change): string =>
    JSON.stringify([table, op, row?.event_id, row?.monitoring_event_id, row?.laptop_id, row?.operator_id, row?.kind]);
  return changes
    .map((change) => ({ change, key: keyOf(change) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ change }) => change);
};

const HOUR_MS = 3_600_000;
/** Moments of this hour, and how many seconds they are apart. */
const isOfTheMoment = (value: unknown, first: unknown, path: string): boolean =>
  (path.endsWith('_seconds') && typeof value === 'number') ||
  Math.abs(Date.parse(String(value)) - Date.parse(String(first))) < HOUR_MS;

/**
 * Where a value is another one than in both clean sessions. What differs between those (times, ids, hashes) may be any of its
 * kind.
 */
const differs = (value: unknown, first: unknown, second: unknown, path = ''): string | undefined => {
  if (typeof first !== typeof value || Array.isArray(first) !== Array.isArray(value)) {
    return `${path} is ${JSON.stringify(value)}, not ${JSON.stringify(first)}`;
  }
  if (first !== null && value !== null && typeof first === 'object' && typeof value === 'object') {
    const others = (second ?? {}) as Record<string, unknown>;
    const [mine, clean] = [value as Record<string, unknown>, first as Record<string, unknown>];
    for (const key of new Set([...Object.keys(clean), ...Object.keys(mine)])) {
      const found = differs(mine[key], clean[key], others[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (JSON.stringify(first) !== JSON.stringify(second)) return undefined;
  return JSON.stringify(value) === JSON.stringify(first) || isOfTheMoment(value, first, path)
    ? undefined
    : `${path} is ${JSON.stringify(value)}, not ${JSON.stringify(first)}`;
};

/** Triggers on every table, which write down each row that is written; they go when the attack is over. */
const withRecorder = async (
  target: Target,
  work: (make: (database: FestivalDatabase) => Promise<readonly Act[]>) => Promise<string[]>,
): Promise<string[]> => {
  const { admin } = target;
  await admin.query(`
    create schema attack;
    grant usage on schema attack to public;
    create table attack.changes (change_id bigserial primary key, what jsonb,
      xact xid8 not null default pg_current_xact_id());
    -- What was undone stays in the table.
    create index on attack.changes (xact);
    -- Of the transaction that asks.
    create function attack.mine() returns setof jsonb language sql security definer set search_path = pg_catalog, pg_temp as $$
      select what from attack.changes where xact = pg_current_xact_id() order by change_id
    $$;
    create function attack.record() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
      set bytea_output = 'hex' set extra_float_digits = 1 set standard_conforming_strings = on as $$
    begin
      insert into attack.changes (what) values (jsonb_build_object('table', tg_table_schema || '.' || tg_table_name,
        'op', tg_op, 'row', to_jsonb(new), 'before', to_jsonb(old)));
      return null;
    end $$;
    do $$
    declare
      v_table regclass;
    begin
      for v_table in
        select c.oid from pg_class c
        where c.relnamespace in ('console'::regnamespace, 'public'::regnamespace) and c.relkind = 'r'
      loop
        execute format('create trigger zz_attack after insert or update or delete on %s for each row
          execute function attack.record()', v_table);
      end loop;
    end $$`);
  try {
    return await work((database) => makeActs(target, database));
  } finally {
    await admin.query('drop schema attack cascade');
  }
};
