-- Up Migration

-- Runbooks without an alert: their runs belong to the festival. The contents of the runbook stand with its run, so that
-- every laptop shows, resumes and judges it, also one that has not the file it came from. Older runs keep null there:
-- theirs came with Regie.
alter table console.runbook_runs
  alter column event_id drop not null,
  add column runbook jsonb,
  add column started_on text;
create unique index runbook_runs_one_general_idx on console.runbook_runs (runbook_id)
  where event_id is null and finished_at is null;
create index runbook_runs_general_idx on console.runbook_runs (started_at) where event_id is null;

-- What was done in a step beside its choice: who was told and how, what the engine answered.
alter table console.runbook_steps add column told jsonb;

-- A ticked item of a checklist step. Whoever ticks it first has signed it.
create table console.runbook_ticks (
  run_id uuid not null references console.runbook_runs (run_id) on delete cascade,
  step_id text not null,
  item_id text not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  laptop text not null,
  primary key (run_id, step_id, item_id)
);

-- A run with everything that a laptop shows of it.
create view console.run_records as
  select r.run_id, r.event_id, r.runbook_id, r.runbook, r.started_at, r.started_by, r.finished_at, r.outcome,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'stepId', s.step_id, 'state', s.state, 'choice', s.choice, 'reason', s.reason, 'evidence', s.evidence, 'told', s.told,
        'at', to_char(s.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'actor', s.actor,
        'laptop', s.laptop) order by s.at)
      from console.runbook_steps s where s.run_id = r.run_id), '[]') as steps,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'stepId', t.step_id, 'itemId', t.item_id,
        'at', to_char(t.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'actor', t.actor,
        'laptop', t.laptop) order by t.at)
      from console.runbook_ticks t where t.run_id = r.run_id), '[]') as ticks,
    coalesce((
      select jsonb_agg(j.run_id order by j.run_id)
      from console.runbook_joins j where j.joined_run_id = r.run_id), '[]') as joins
  from console.runbook_runs r;

create trigger regie_hint_begun after insert on console.runbook_runs
  for each row when (new.event_id is null) execute function console.hint('runbooks');
create trigger regie_hint_ended after update on console.runbook_runs
  for each row when (new.event_id is null) execute function console.hint('runbooks');
create trigger regie_hint after insert on console.runbook_steps
  for each statement execute function console.hint('runbooks');
create trigger regie_hint after insert on console.runbook_ticks
  for each statement execute function console.hint('runbooks');

-- Whether monitoring is stopped, for the whole festival: no laptop holds the lease of the engine while it is.
create table console.monitoring_state (
  singleton boolean primary key default true check (singleton),
  stopped_at timestamptz,
  stopped_by text,
  stopped_on text,
  reason text,
  restarted_at timestamptz,
  check (num_nulls(stopped_at, stopped_by, stopped_on, reason) in (0, 4))
);
insert into console.monitoring_state default values;
create trigger regie_require_command before insert or update or delete on console.monitoring_state
  for each row execute function console.require_command('monitoring.stop', 'monitoring.restart');
create trigger regie_hint after update on console.monitoring_state
  for each statement execute function console.hint('engine');

-- What an operator asks of the engine from a laptop that does not run it.
create table console.engine_orders (
  order_id uuid primary key,
  kind text not null check (kind in ('cycle', 'breaker', 'recompute')),
  ordered_by text not null,
  ordered_on text not null,
  ordered_at timestamptz not null default clock_timestamp(),
  taken_by text,
  ended_at timestamptz,
  result jsonb,
  error text
);
create index engine_orders_open_idx on console.engine_orders (ordered_at) where taken_by is null;
create trigger regie_hint after insert on console.engine_orders
  for each statement execute function console.hint('orders');

-- A message that an operator has ordered: of a runbook's step, about an alert or none. It goes out whatever becomes of
-- the alert.
alter table console.deliveries
  alter column event_id drop not null,
  add column operation_id uuid,
  add column run_id uuid references console.runbook_runs (run_id) on delete cascade,
  add column message text;
create index deliveries_run_idx on console.deliveries (run_id) where run_id is not null;

-- Data recovery (guide, "Data Recovery"): copies of monitoring_events before somebody corrects them by hand.
create table console.event_backups (
  backup_id bigserial primary key,
  operation_id uuid not null unique,
  table_name text not null unique,
  taken_at timestamptz not null default clock_timestamp(),
  taken_by text not null,
  taken_on text not null,
  events bigint not null
);

-- The console's role may make no tables: the owner of the corrections makes the copy. At most ten are kept; which may go
-- is an administrator's to decide.
create function console.backup_monitoring_events(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_author console.operators;
  v_name text := 'events_backup_' || to_char(clock_timestamp() at time zone 'utc', 'YYYYMMDD_HH24MISS_US');
  v_events bigint;
begin
  select * into v_author from console.author_of(p_operation_id, 'events.backup');
  if not found then
    raise exception using errcode = '42501', message = 'the events are copied by the command events.backup only';
  end if;
  lock table console.event_backups in share row exclusive mode;
  if (select count(*) from console.event_backups) >= 10 then
    return jsonb_build_object('refused', 'backups_full');
  end if;
  execute format('create table console.%I as select * from public.monitoring_events', v_name);
  get diagnostics v_events = row_count;
  execute format('alter table console.%I add primary key (event_id)', v_name);
  execute format('grant select on console.%I to regie_console', v_name);
  insert into console.event_backups (operation_id, table_name, taken_by, taken_on, events)
  select p_operation_id, v_name, v_author.name, o.laptop, v_events from console.operations o where o.operation_id = p_operation_id;
  return jsonb_build_object('table', v_name, 'events', v_events);
end $$;

-- Compares the newest copy with monitoring_events as they are: for a runbook's query step.
create function console.events_since_backup()
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

-- Slow statements (guide, "Database Performance Degradation"), where the server keeps them; else what would have to be done.
create function console.slow_statements(p_longer_than_ms double precision)
  returns table (query text, calls bigint, total_exec_time double precision, mean_exec_time double precision, rows bigint)
  language plpgsql stable set search_path = pg_catalog as $$
declare
  v_schema text := (select n.nspname from pg_extension x join pg_namespace n on n.oid = x.extnamespace
    where x.extname = 'pg_stat_statements');
begin
  if v_schema is null then
    return query select
      'pg_stat_statements is not installed here: an administrator runs "create extension pg_stat_statements"'::text,
      null::bigint, null::double precision, null::double precision, null::bigint;
    return;
  end if;
  return query execute format($q$
    select left(s.query, 200), s.calls, s.total_exec_time, s.mean_exec_time, s.rows from %I.pg_stat_statements s
    where s.mean_exec_time > $1 order by s.mean_exec_time desc limit 20$q$, v_schema) using p_longer_than_ms;
exception when object_not_in_prerequisite_state then
  return query select 'pg_stat_statements is not in shared_preload_libraries of this server'::text,
    null::bigint, null::double precision, null::double precision, null::bigint;
end $$;

grant select, insert, update, delete on console.runbook_ticks, console.monitoring_state, console.engine_orders
  to regie_console, regie_owner;
grant select on console.run_records, console.event_backups to regie_console;
grant select, insert, update, delete on console.event_backups to regie_owner;
grant usage, select on sequence console.event_backups_backup_id_seq to regie_owner;
revoke execute on function
  console.backup_monitoring_events(uuid), console.events_since_backup(),
  console.slow_statements(double precision)
  from public;
grant execute on function console.backup_monitoring_events(uuid), console.events_since_backup()
  to regie_console, regie_owner;
grant execute on function console.slow_statements(double precision) to regie_console;
alter function console.backup_monitoring_events(uuid) owner to regie_owner;
alter function console.events_since_backup() owner to regie_owner;

-- Whoever is on duty may restart what was stopped; stopping is the technical lead's.
insert into console.command_rights (command, role)
select command, role from unnest(array['runbook.tick', 'runbook.end', 'monitoring.restart']) as command
  cross join unnest(array['supervisor', 'operator', 'technician']) as role
union all
select command, role from unnest(array['monitoring.stop', 'events.backup']) as command
  cross join unnest(array['supervisor', 'technician']) as role;

-- Down Migration
