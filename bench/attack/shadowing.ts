import type pg from 'pg';
import { z } from 'zod';
import { connectAs } from '../../electron/testing/connect.ts';
import type { Attack, Target } from './attack.ts';
import { dropOwned } from './ground.ts';
import { plantSpies } from './spies.ts';

/**
 * Every function of Regie is called, and every trigger fired, in sessions where the names that it could look up stand for
 * code of the attacker's own. The list is the catalogue's: a function that is added tomorrow is attacked tomorrow.
 */
export const shadowingAttacks: readonly Attack[] = [
  {
    name: 'no function or trigger runs what a login has put into its temporary schema',
    run: (target) => shadow(target),
  },
  {
    name: 'nor what it has put into a schema that an administrator lets it write, as public was before Postgres 15',
    run: async (target) => {
      const { admin, login } = target;
      await admin.query(`grant create on schema public to ${login.user}`);
      try {
        return await shadow(target, 'public');
      } finally {
        await dropOwned(admin, login.user);
      }
    },
  },
];

const functionRow = z.object({
  signature: z.string(),
  name: z.string(),
  types: z.array(z.string()),
  variadic: z.boolean(),
});
const tableRow = z.object({ name: z.string(), column: z.string() });

const shadow = async (target: Target, schema?: string): Promise<string[]> => {
  const client = await connectAs(target.login);
  const heard: string[] = [];
  client.on('notice', ({ message }) => {
    if (message?.startsWith('PLANTED ') === true) heard.push(message);
  });
  try {
    const spies = await plantSpies(client, schema);
    const missing = Object.entries(spies.planted).filter(([, count]) => count === 0);
    if (missing.length > 0) return missing.map(([kind]) => `no ${kind} could be planted: nothing was tried`);
    // Planting ran some of it itself, as the login.
    heard.length = 0;
    const before = await spies.runs();
    const reached = [...(await callAll(client, target.admin)), ...(await fireAll(client, target.admin))];
    const ran = (await spies.runs()) - before;
    if (ran !== heard.length) reached.push(`planted code ran ${ran} times, of which ${heard.length} were heard`);
    const open = await functionsWithoutPath(target.admin);
    return [...reached, ...new Set(heard.filter((message) => isReach(message, target.login.user, open)))];
  } finally {
    await client.end();
  }
};

const nameRow = z.object({ name: z.string() });

/** Plain SQL of the caller's own rights and path, which the server puts into the caller's statement. */
const functionsWithoutPath = async (admin: pg.Client): Promise<readonly string[]> => {
  const { rows } = await admin.query(`
    select p.proname::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'console' and p.proconfig is null and not p.prosecdef and p.prorettype <> 'trigger'::regtype`);
  return z
    .array(nameRow)
    .parse(rows)
    .map(({ name }) => name);
};

/** Whether it ran with other rights, or inside of a function of Regie that fixes its path. */
const isReach = (message: string, login: string, open: readonly string[]): boolean => {
  if (!message.includes(` ran as ${login},`)) return true;
  const names = [...message.matchAll(/(?:PL\/pgSQL|SQL) function "?(?:[\w$]+"?\."?)?([\w$]+)/g)].map(
    ([, name]) => name,
  );
  return names.some((name = '') => !name.startsWith('planted') && !open.includes(name));
};

/** Values of each type that a caller could send: nothing, and something that parses. */
const VALUES: Readonly<Record<string, string>> = {
  uuid: `'00000000-0000-4000-8000-000000000001'`,
  text: `'Léa'`,
  jsonb: `'{"a": 1}'`,
  json: `'{"a": 1}'`,
  numeric: '1.00',
  bigint: '1',
  integer: '1',
  smallint: '1',
  boolean: 'true',
  bytea: `'\\x00'`,
  'timestamp with time zone': 'pg_catalog.now()',
  'text[]': `'{correction.apply}'`,
  xid: `'3'`,
  'double precision': '1',
};

const callAll = async (client: pg.Client, admin: pg.Client): Promise<string[]> => {
  const { rows } = await admin.query(
    `
    select p.oid::regprocedure::text as signature, format('%I.%I', n.nspname, p.proname) as name,
      to_jsonb(array(select format_type(a, null)
        from unnest(p.proargtypes) with ordinality as args (a, place) order by place)) as types,
      p.provariadic <> 0 as variadic
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('console', 'public') and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
      and p.proowner <> (select oid from pg_roles where rolname = $1)
    order by 1`,
    [client.user],
  );
  const functions = z.array(functionRow).parse(rows);
  if (functions.length === 0) return ['no function of Regie was found: nothing was tried'];
  for (const { name, types, variadic } of functions) {
    const cast = (value: string, type: string) => `(${value})::${QUALIFIED(type)}`;
    const last = (index: number) => (variadic && index === types.length - 1 ? 'variadic ' : '');
    const empty = types.map((type, index) => last(index) + cast('null', type));
    const filled = types.map((type, index) => last(index) + cast(VALUES[type] ?? 'null', type));
    // The login's own type, which casts of its own make into each of these.
    const planted = types.map((_, index) => `${last(index)}row('x')::planted_row`);
    for (const values of [empty, filled, planted]) {
      await client.query('begin');
      await client.query(`set local statement_timeout = '5s'`);
      // Most say that they are for a command only: what ran until then is what is looked at.
      await client.query(`select ${name}(${values.join(', ')})`).catch(() => undefined);
      await client.query('rollback');
    }
  }
  return [];
};

/** As one that no planted name can mean. */
const QUALIFIED = (type: string): string => {
  const [, base = type, array = ''] = /^(.*?)(\[\])?$/.exec(type) ?? [];
  const spelled: Record<string, string> = { 'timestamp with time zone': 'timestamptz', 'double precision': 'float8' };
  if (base.includes('.')) return base + array;
  const short: Record<string, string> = { bigint: 'int8', integer: 'int4', smallint: 'int2', boolean: 'bool' };
  return `pg_catalog.${spelled[base] ?? short[base] ?? base}${array}`;
};

/** Every row's trigger on a table that the login may write, for each way of writing. */
const fireAll = async (client: pg.Client, admin: pg.Client): Promise<string[]> => {
  const { rows } = await admin.query(
    `select c.oid::regclass::text as name,
       (select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and has_column_privilege($1, c.oid, a.attnum, 'update') order by a.attnum limit 1) as column
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('console', 'public') and c.relkind = 'r'
       and has_any_column_privilege($1, c.oid, 'insert, update')
       and exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
     order by 1`,
    [client.user],
  );
  const tables = z.array(tableRow.partial({ column: true }).extend({ column: z.string().nullable() })).parse(rows);
  if (tables.length === 0) return ['no trigger could be fired: nothing was tried'];
  for (const { name, column } of tables) {
    const table = name.includes('.') ? name : `public.${name}`;
    const statements = [
      `insert into ${table} default values`,
      `insert into ${table} select * from ${table} limit 1`,
      `delete from ${table}`,
      ...(column === null ? [] : [`update ${table} set "${column}" = "${column}"`]),
    ];
    for (const statement of statements) {
      await client.query('begin');
      await client.query(statement).catch(() => undefined);
      await client.query('rollback');
    }
  }
  return [];
};
