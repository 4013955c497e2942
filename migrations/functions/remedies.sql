-- Remedies for the database itself (docs/database.md, "Remedies"): sessions are ended by a command and by nothing else, and
-- whatever is done is recorded with who did it.

grant select on console.maintenance_runs to regie_console;
grant select, insert, update on console.maintenance_runs to regie_owner;

-- Ending a session takes pg_read_all_stats and pg_signal_backend for regie_owner, which an administrator gives: no role of
-- ours is a member of one of the server's own by itself. Where they are missing, the console gives the statement.

-- Why a session that a command names is not ended; null where it may be. Everything is asked anew: the process id may be
-- another session's by now, and what it runs another statement. The tills are those who may write the festival's log or
-- cards, by themselves or after a SET ROLE as the logins of web services do: losing a statement of theirs may lose a payment.
create or replace function console.session_refusal(p_session jsonb, p_command text, p_role text) returns text
  language sql volatile set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select case
      when a.pid = pg_backend_pid() then 'session_own'
      when a.backend_start is null then 'session_hidden'
      when a.backend_start <> (p_session ->> 'backendStart')::timestamptz then 'session_gone'
      when a.backend_type = 'walsender' then 'session_replication'
      when a.backend_type = 'autovacuum worker' and a.query like '%(to prevent wraparound)%' then 'session_wraparound'
      when a.backend_type <> 'client backend' then 'session_background'
      when coalesce(r.rolsuper, true) then 'session_superuser'
      when a.datname is distinct from current_database() then 'session_elsewhere'
      when md5(a.query) is distinct from p_session ->> 'fingerprint' then 'session_changed'
      when p_command = 'database.cancel' and a.state like 'idle%' then 'session_idle'
      when p_role <> 'supervisor' and exists (
          select from pg_roles g where pg_has_role(a.usesysid, g.oid, 'member')
            and (coalesce(has_table_privilege(g.oid, to_regclass('public.app_transaction_log'), 'insert'), false)
              or coalesce(has_table_privilege(g.oid, to_regclass('public.table_cards'), 'update'), false)))
        then 'session_of_tills'
      when not pg_has_role('pg_signal_backend', 'usage') then 'session_right_missing'
    end
    from pg_stat_activity a left join pg_roles r on r.oid = a.usesysid
    where a.pid = (p_session ->> 'pid')::int
    limit 1), case when not exists (
      select from pg_stat_activity where pid = (p_session ->> 'pid')::int) then 'session_gone' end)
$$;
alter function console.session_refusal(jsonb, text, text) owner to regie_owner;
revoke execute on function console.session_refusal(jsonb, text, text) from public;

-- How a session is, and how many wait for it, directly or not; {"state": "gone"} where it has ended.
create or replace function console.session_state(p_pid int, p_backend_start timestamptz) returns jsonb
  language sql volatile set search_path = pg_catalog, pg_temp as $$
  with recursive waiting as (
    select pid, pg_blocking_pids(pid) as blockers from pg_locks where not granted group by pid
  ), held as (
    select pid from waiting where p_pid = any (blockers)
    union select w.pid from waiting w join held h on h.pid = any (w.blockers)
  )
  select coalesce((
    select jsonb_build_object('state', a.state, 'waiting', (select count(*) from held))
    from pg_stat_activity a where a.pid = p_pid and a.backend_start = p_backend_start),
    '{"state": "gone", "waiting": 0}')
$$;
alter function console.session_state(int, timestamptz) owner to regie_owner;
revoke execute on function console.session_state(int, timestamptz) from public;

-- Cancels what a session runs, or ends it, by a command of this very transaction, and waits for a second at most to see what
-- became of it. Of its statement no more is recorded than its first word: the rest may be anything.
-- Returns {"outcome": "saved", "after": …} or {"outcome": "refused", "code": …}.
create or replace function console.end_session(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'database.cancel', 'database.terminate');
  v_session jsonb := v_given.body::jsonb #> '{input,session}';
  v_pid int := (v_session ->> 'pid')::int;
  v_start timestamptz := (v_session ->> 'backendStart')::timestamptz;
  v_terminate boolean := v_given.command = 'database.terminate';
  v_refused text;
  v_target text;
  v_run console.maintenance_runs;
begin
  -- What has waited for the network was meant for another moment.
  if clock_timestamp() - v_given.laptop_at > interval '10 minutes' then
    return '{"outcome": "refused", "code": "remedy_late", "minutes": 10}';
  end if;
  v_refused := console.session_refusal(v_session, v_given.command,
    (select role from console.operators where operator_id = v_given.operator_id));
  if v_refused is not null then
    return jsonb_build_object('outcome', 'refused', 'code', v_refused);
  end if;
  select format('%s (%s, %s)', pid, usename, nullif(application_name, '')) into v_target
  from pg_stat_activity where pid = v_pid;
  v_run.before := console.session_state(v_pid, v_start) || jsonb_build_object('statement', (
    select upper(substring(query from '^\s*(\w{1,20})')) from pg_stat_activity where pid = v_pid));
  v_run.started_at := clock_timestamp();
  if v_terminate then
    perform pg_terminate_backend(v_pid);
  else
    perform pg_cancel_backend(v_pid);
  end if;
  for v_try in 1 .. 20 loop
    perform pg_sleep(0.05);
    perform pg_stat_clear_snapshot();
    v_run.after := console.session_state(v_pid, v_start);
    exit when v_run.after ->> 'state' = 'gone' or not v_terminate and v_run.after ->> 'state' <> 'active';
  end loop;
  insert into console.maintenance_runs (run_id, kind, target, operator, laptop, started_at, finished_at, outcome, before,
    after)
  values (v_given.operation_id, case when v_terminate then 'terminate' else 'cancel' end, v_target, v_given.operator,
    v_given.laptop, v_run.started_at, clock_timestamp(), 'done', v_run.before, v_run.after);
  perform console.append_given(v_given, case when v_terminate then 'session_terminated' else 'session_cancelled' end,
    'session:' || v_pid, jsonb_build_object('kind', v_target, 'before', v_run.before, 'after', v_run.after));
  return jsonb_build_object('outcome', 'saved', 'after', v_run.after);
end $$;
alter function console.end_session(uuid) owner to regie_owner;
revoke execute on function console.end_session(uuid) from public;
grant execute on function console.end_session(uuid) to regie_console;

-- Puts down that maintenance starts, by a command of this very transaction; the console runs it afterwards, since most of it
-- can't be done in a transaction. The festival's own tables are never altered.
create or replace function console.start_maintenance(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'database.startMaintenance');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_kind text := v_input ->> 'kind';
  v_name text := format('%I.%I', coalesce(v_input #>> '{relation,schema}', ''),
    coalesce(v_input #>> '{relation,name}', ''));
  v_found "char";
  v_target text;
begin
  if clock_timestamp() - v_given.laptop_at > interval '10 minutes' then
    return '{"outcome": "refused", "code": "remedy_late", "minutes": 10}';
  end if;
  if v_input -> 'relation' <> 'null' then
    select relkind into v_found from pg_class where oid = to_regclass(v_name);
  end if;
  v_target := case
    when v_kind in ('analyze', 'vacuum') and v_found in ('r', 'm', 'p') then v_name
    when v_kind = 'reindex' and v_found = 'i' then v_name
    when v_kind = 'refresh' then 'monitoring views'
    when v_kind = 'fillfactor' and v_name in ('public.monitoring_events', 'public.system_health_snapshots')
      and (v_input ->> 'value')::int between 50 and 100 then v_name || ': ' || (v_input ->> 'value')
    when v_kind = 'max_connections' and (v_input ->> 'value')::int between 20 and 5000 then v_input ->> 'value'
  end;
  if v_target is null then
    return '{"outcome": "refused", "code": "maintenance_unknown"}';
  end if;
  insert into console.maintenance_runs (run_id, kind, target, operator, laptop, by_administrator)
  values (v_given.operation_id, v_kind, v_target, v_given.operator, v_given.laptop,
    (v_input ->> 'byAdministrator')::boolean);
  perform console.append_given(v_given, 'maintenance_started', 'maintenance:' || v_kind,
    jsonb_build_object('kind', v_kind || ' ' || v_target, 'by_administrator', v_input -> 'byAdministrator'));
  return '{"outcome": "saved"}';
end $$;
alter function console.start_maintenance(uuid) owner to regie_owner;
revoke execute on function console.start_maintenance(uuid) from public;
grant execute on function console.start_maintenance(uuid) to regie_console;

-- How maintenance ended, once, by the login under which it was started. What it says is the laptop's word.
create or replace function console.finish_maintenance(
  p_run_id uuid, p_before jsonb, p_after jsonb, p_error text
) returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  update console.maintenance_runs
  set finished_at = clock_timestamp(), outcome = case when p_error is null then 'done' else 'failed' end,
    error = left(p_error, 500),
    before = case when length(p_before::text) <= 2000 then p_before end,
    after = case when length(p_after::text) <= 2000 then p_after end
  where run_id = p_run_id and finished_at is null and login = session_user
$$;
alter function console.finish_maintenance(uuid, jsonb, jsonb, text) owner to regie_owner;
revoke execute on function console.finish_maintenance(uuid, jsonb, jsonb, text) from public;
grant execute on function console.finish_maintenance(uuid, jsonb, jsonb, text) to regie_console;
