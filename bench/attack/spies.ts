import type pg from 'pg';
import { z } from 'zod';

const KINDS = ['relations', 'types', 'functions', 'operators', 'casts'] as const;

export type Spies = {
  /** How many things were planted, of each kind. */
  readonly planted: Readonly<Record<(typeof KINDS)[number], number>>;
  /** How often planted code has run, also in what was rolled back since. */
  runs(): Promise<number>;
};

/**
 * Plants code of the login's own behind every name that Regie's functions look up: views, types with a check, functions,
 * operators and casts, in the session's temporary schema or in `schema` where the login may make things in one. Each counts
 * in a sequence, which no rollback takes back, and says as whom and from where it ran.
 */
export const plantSpies = async (client: pg.Client, schema = 'pg_temp'): Promise<Spies> => {
  await client.query('create temporary sequence planted_runs');
  await client.query('grant all on sequence pg_temp.planted_runs to public');
  // A path of its own: it must not meet what is planted beside it.
  await client.query(`create function ${schema}.planted(what text) returns boolean
    language plpgsql set search_path = pg_catalog, pg_temp as $$
    declare
      v_stack text;
    begin
      get diagnostics v_stack = pg_context;
      perform nextval('pg_temp.planted_runs');
      raise notice 'PLANTED % ran as %, %', what, current_user, v_stack;
      return true;
    end $$`);
  await client.query(`create function ${schema}.planted_write() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      perform ${schema}.planted('a write of ' || tg_table_name);
      return new;
    end $$`);
  await client.query(`create type ${schema}.planted_row as (value text)`);
  const { rows } = await client.query(
    `${LISTS} select kind, statement from planted order by kind in ('operators', 'types'), kind`,
    [schema],
  );
  const planted = { relations: 0, types: 0, functions: 0, operators: 0, casts: 0 };
  const statements = z.array(z.object({ kind: z.enum(KINDS), statement: z.string() })).parse(rows);
  for (const { kind, statement } of statements) {
    // What the server lets nobody make (a view of a pseudo-type, say) can't be in the way either.
    const [text = '', ...more] = statement.replaceAll('PLACE', schema).split(';;');
    const made = await client.query(text).then(
      () => true,
      () => false,
    );
    if (!made) continue;
    planted[kind] += 1;
    for (const next of more) await client.query(next);
  }
  await client.query(`set search_path = ${schema}, public, pg_catalog, console`);
  return {
    planted,
    runs: async () => {
      const { rows: counted } = await client.query(
        `select case when is_called then last_value else 0 end as runs from pg_temp.planted_runs`,
      );
      return z.object({ runs: z.coerce.number() }).parse(counted[0]).runs;
    },
  };
};

/** What is planted: one row for each name that stands in the text of one of Regie's functions. */
const LISTS = `
  with sources as (
    select string_agg(prosrc, ' ') as text from pg_proc
    where pronamespace in ('console'::regnamespace, 'public'::regnamespace)
  ), relations as (
    select distinct on (c.relname) c.relname as name, c.oid::regclass::text as relation
    from pg_class c
    where c.relnamespace in ('pg_catalog'::regnamespace, 'console'::regnamespace, 'public'::regnamespace)
      and c.relkind in ('r', 'v', 'm', 'p') and has_any_column_privilege(c.oid, 'select')
      and c.relname = any (select unnest(regexp_split_to_array(text, '\\W+')) from sources)
      and not ($1 = 'public' and to_regclass('public.' || quote_ident(c.relname)) is not null)
  ), compared (type) as (
    select unnest(array['text', 'uuid', 'jsonb', 'bytea', 'timestamptz', 'numeric', 'int8', 'int4', 'bool', 'xid8', 'name'])
  ), planted as (
    select 'relations' as kind, format('create view PLACE.%1$I as
        with spy as materialized (select PLACE.planted(%2$L)) select t.* from spy left join %3$s t on true
      ;; create trigger planted instead of insert or update or delete on PLACE.%1$I
        for each row execute function PLACE.planted_write()
      ;; grant all on PLACE.%1$I to public', name, 'a read of ' || name, relation) as statement
    from relations
    union all
    select 'types', format('create domain PLACE.%1$I as pg_catalog.%1$I check (PLACE.planted(%2$L))',
      t.typname, 'the type ' || t.typname)
    from pg_type t, sources
    where t.typnamespace = 'pg_catalog'::regnamespace and t.typtype = 'b' and t.typelem = 0
      and t.typname = any (regexp_split_to_array(sources.text, '\\W+'))
    union all
    select 'functions', format('create function PLACE.%I(%s) returns %s language plpgsql as $$
        begin
          perform PLACE.planted(%L);
          return null;
        end $$', p.proname, pg_get_function_identity_arguments(p.oid), format_type(p.prorettype, null),
      'the function ' || p.proname)
    from pg_proc p, sources
    where p.prokind = 'f' and not p.proretset and p.provariadic = 0
      and p.pronamespace in ('pg_catalog'::regnamespace, 'console'::regnamespace)
      and not exists (
        select from unnest(p.proargtypes || p.prorettype) as used join pg_type t on t.oid = used where t.typtype = 'p')
      and p.proname = any (regexp_split_to_array(sources.text, '\\W+'))
    union all
    select 'functions', format('create function PLACE.planted_equal(%1$s, %1$s) returns bool
      language plpgsql as $$ begin return PLACE.planted(%2$L); end $$', type, 'an operator of ' || type)
    from compared
    union all
    select 'operators', format('create operator PLACE.%1$s (function = PLACE.planted_equal, leftarg = %2$s, rightarg = %2$s)',
      operator, type)
    from compared,
      unnest(array['=', '<>', '<', '>', '<=', '>=', '||', '->', '->>', '~', '~*', '@>', '&&', '+', '-', '*']) as operator
    union all
    select 'casts', format('create function PLACE.planted_cast_%1$s(PLACE.planted_row) returns %1$s
        language plpgsql as $$ begin perform PLACE.planted(%2$L); return null; end $$
      ;; create cast (PLACE.planted_row as %1$s) with function PLACE.planted_cast_%1$s(PLACE.planted_row) as implicit',
      type, 'a cast to ' || type)
    from compared
  )`;
