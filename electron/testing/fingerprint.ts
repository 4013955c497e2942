import type pg from 'pg';

/**
 * Everything that a migration could change in a database, as sorted lines: relations with columns, rights and numbers of
 * rows, constraints, indexes, triggers, functions, memberships. Two equal fingerprints mean that nothing was changed.
 */
export const fingerprint = async (client: pg.Client, schemas: readonly string[] = ['public', 'console']) => {
  const { rows } = await client.query<{ line: string }>(
    `with spaces as (select oid, nspname, nspacl from pg_namespace where nspname = any ($1)),
     relations as (select c.*, s.nspname from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind <> 'i')
     select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') as line from spaces
     union all
     select format('%s %s.%s %s %s %s', relkind, nspname, relname, pg_get_userbyid(relowner), relacl,
       case when relkind in ('r', 'm') then (xpath('/row/n/text()',
         query_to_xml(format('select count(*) as n from %I.%I', nspname, relname), false, true, '')))[1]::text end)
     from relations
     union all
     select format('column %s.%s.%s %s %s %s %s', r.nspname, r.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull, a.attacl, pg_get_expr(d.adbin, d.adrelid))
     from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     union all
     select format('constraint %s %s', conname, pg_get_constraintdef(c.oid)) from pg_constraint c join relations r on r.oid = c.conrelid
     union all
     select format('index %s', pg_get_indexdef(indexrelid)) from pg_index i join relations r on r.oid = i.indrelid
     union all
     select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t join relations r on r.oid = t.tgrelid
       where not t.tgisinternal
     union all
     select format('function %s %s %s', pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner), p.proacl)
     from pg_proc p join spaces s on s.oid = p.pronamespace where p.prokind = 'f'
     union all
     select format('view %s.%s %s', nspname, relname, pg_get_viewdef(oid)) from relations where relkind in ('v', 'm')
     order by line`,
    [schemas],
  );
  return rows.map(({ line }) => line);
};
