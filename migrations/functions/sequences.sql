-- Sequences that are behind their tables, as a restore of the data alone leaves them: whatever is inserted next takes a
-- number that is there already, and no finding can be written.

-- Those of the console's and the guide's tables, and of the festival's log, with what makes them whole. Only what the
-- caller may read.
create or replace function console.sequences_behind()
  returns table (sequence text, owned_by text, highest bigint, statement text)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_one record;
  v_highest bigint;
begin
  for v_one in
    select s.oid, s.oid::regclass::text as name, n.nspname, c.relname, a.attname
    from pg_class s
    join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    join pg_class c on c.oid = d.refobjid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
    where s.relkind = 'S' and (n.nspname = 'console' or (n.nspname = 'public' and c.relname in
      ('monitoring_events', 'system_health_snapshots', 'alert_history', 'app_transaction_log')))
      and has_table_privilege(c.oid, 'select')
      and case when s.relkind = 'S' then has_sequence_privilege(s.oid, 'usage, select') else false end
    order by 2
  loop
    execute format('select max(%I)::bigint from %I.%I', v_one.attname, v_one.nspname, v_one.relname) into v_highest;
    if v_highest > coalesce(pg_sequence_last_value(v_one.oid), 0) then
      sequence := v_one.name;
      owned_by := format('%I.%I', v_one.nspname, v_one.relname);
      highest := v_highest;
      statement := format('select setval(%L, %s)', v_one.name, v_highest);
      return next;
    end if;
  end loop;
end $$;
revoke execute on function console.sequences_behind() from public;
grant execute on function console.sequences_behind() to regie_console, regie_owner;

-- Moves those that are ours, where the owner of this function may. The festival's own stay the festival's. Only ever
-- forward: whoever calls it can do no harm.
create or replace function console.move_sequences() returns text[]
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_one record;
  v_moved text[] := '{}';
begin
  for v_one in select * from console.sequences_behind() where owned_by <> 'public.app_transaction_log' loop
    begin
      perform setval(v_one.sequence::regclass, v_one.highest);
      v_moved := v_moved || v_one.sequence;
    exception when insufficient_privilege then
      null;
    end;
  end loop;
  if cardinality(v_moved) > 0 then
    perform console.append_audit('regie-engine', 'database', 'sequences_moved', 'database', jsonb_build_object(
      'sequences', to_jsonb(v_moved)));
  end if;
  return v_moved;
end $$;
alter function console.move_sequences() owner to regie_owner;
revoke execute on function console.move_sequences() from public;
grant execute on function console.move_sequences() to regie_console;

-- Moving a sequence takes more than drawing from it; access.sql has the same for the guide's tables.
grant usage, select, update on all sequences in schema console to regie_owner;
