-- The database's own state, for the screen that shows it (docs/database.md).

-- What pg_stat_statements has counted of this database: the ten statements of others that took most time, and the five of
-- Regie's own. Where it isn't there, one row says so. With the rights of whoever asks: statements of others are hidden from
-- a login that is no member of pg_read_all_stats.
create or replace function console.statement_statistics()
  returns table (
    problem text, ours boolean, query text, calls bigint, total_ms double precision, mean_ms double precision,
    rows_read bigint, hidden bigint, since timestamptz
  )
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_schema text := (select n.nspname from pg_extension x join pg_namespace n on n.oid = x.extnamespace
    where x.extname = 'pg_stat_statements');
begin
  if v_schema is null then
    return query select 'not_installed'::text, null::boolean, null::text, null::bigint, null::double precision,
      null::double precision, null::bigint, 0::bigint, null::timestamptz;
    return;
  end if;
  return query execute format($q$
    with found as (
      select s.query like '%%/* regie:%%' or s.userid = $1 or exists (
          select from pg_auth_members m join pg_roles g on g.oid = m.roleid
          where m.member = s.userid and g.rolname = 'regie_console') as ours, s.query, s.calls, s.total_exec_time, s.mean_exec_time, s.rows,
        s.query = '<insufficient privilege>' as hidden
      from %1$I.pg_stat_statements s
      where s.dbid = (select oid from pg_database where datname = current_database())
    ), ranked as (
      select f.*, row_number() over (partition by f.ours order by f.total_exec_time desc) as place
      from found f where not f.hidden
    )
    select null::text, r.ours, left(r.query, 1000), r.calls, r.total_exec_time, r.mean_exec_time, r.rows,
      h.hidden, h.since
    from (select (select count(*) from found where hidden) as hidden,
      (select stats_reset from %1$I.pg_stat_statements_info) as since) as h
    left join ranked r on r.place <= case when r.ours then 5 else 10 end
    order by r.ours, r.place$q$, v_schema)
    using (select oid from pg_roles where rolname = current_user);
exception when object_not_in_prerequisite_state then
  return query select 'not_loaded'::text, null::boolean, null::text, null::bigint, null::double precision,
    null::double precision, null::bigint, 0::bigint, null::timestamptz;
end $$;
revoke execute on function console.statement_statistics() from public;
grant execute on function console.statement_statistics() to regie_console;
