-- Copies of monitoring_events before somebody corrects them by hand.

-- The console's role may make no tables: the owner of the corrections makes the copy. At most ten are kept; which may
-- go is an administrator's to decide.
create or replace function console.backup_monitoring_events(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'events.backup');
  v_name text := 'events_backup_' || to_char(clock_timestamp() at time zone 'utc', 'YYYYMMDD_HH24MISS_US');
  v_events bigint;
begin
  lock table console.event_backups in share row exclusive mode;
  if (select count(*) from console.event_backups) >= 10 then
    return jsonb_build_object('refused', 'backups_full');
  end if;
  execute format('create table console.%I as select * from public.monitoring_events', v_name);
  get diagnostics v_events = row_count;
  execute format('alter table console.%I add primary key (event_id)', v_name);
  execute format('grant select on console.%I to regie_console', v_name);
  insert into console.event_backups (operation_id, table_name, taken_by, taken_on, events)
  values (p_operation_id, v_name, v_given.operator, v_given.laptop, v_events);
  perform console.append_given(v_given, 'events_backup', 'monitoring_events',
    jsonb_build_object('table', v_name, 'events', v_events));
  return jsonb_build_object('table', v_name, 'events', v_events);
end $$;
alter function console.backup_monitoring_events(uuid) owner to regie_owner;
revoke execute on function console.backup_monitoring_events(uuid) from public;
grant execute on function console.backup_monitoring_events(uuid) to regie_console;

-- Compares the newest copy with monitoring_events as they are: for a runbook's query step.
create or replace function console.events_since_backup()
  returns table (difference text, event_id bigint, columns text, status_then text, status_now text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_name text := (select table_name from console.event_backups order by backup_id desc limit 1);
begin
  if v_name is null then
    return;
  end if;
  return query execute format($q$
    select case when e.event_id is null then 'gone' when b.event_id is null then 'new' else 'changed' end,
      coalesce(e.event_id, b.event_id),
      (select string_agg(was.key, ', ' order by was.key) from jsonb_each(to_jsonb(b)) as was
        where e.event_id is not null and to_jsonb(e) -> was.key is distinct from was.value),
      b.status, e.status
    from console.%I b full join public.monitoring_events e using (event_id)
    where e.event_id is null or b.event_id is null or to_jsonb(e) <> to_jsonb(b)
    order by 1, 2
    limit 200$q$, v_name);
end $$;
alter function console.events_since_backup() owner to regie_owner;
revoke execute on function console.events_since_backup() from public;
grant execute on function console.events_since_backup() to regie_console;
