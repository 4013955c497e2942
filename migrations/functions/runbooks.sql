-- Runbooks: a run as the laptops show it, and what the query steps of the guide's runbooks ask of the server.

-- A run with everything that a laptop shows of it.
create or replace view console.run_records as
  select r.run_id, r.event_id, r.runbook_id, r.runbook, r.started_at, r.started_by, r.finished_at, r.outcome,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'stepId', s.step_id, 'state', s.state, 'choice', s.choice, 'reason', s.reason, 'evidence', s.evidence,
        'told', s.told,
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
grant select on console.run_records to regie_console;

-- Slow statements, where the server keeps them; else what would have to be
-- done.
create or replace function console.slow_statements(p_longer_than_ms double precision)
  returns table (
    query text, calls bigint, total_exec_time double precision, mean_exec_time double precision, rows bigint
  )
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
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
revoke execute on function console.slow_statements(double precision) from public;
grant execute on function console.slow_statements(double precision) to regie_console;
