-- What the guide calls by name: functions and views on its monitoring tables. Where an earlier monitoring system has
-- one already, it stays. One of ours carries a comment that begins with "Regie", and is replaced when this file
-- changes.

-- Keeps updated_at of the events, unless an earlier system's own trigger does.
create or replace function console.touch_updated_at() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;
revoke execute on function console.touch_updated_at() from public;

do $$
begin
  -- 19: for each row, before, update.
  if not exists (
    select from pg_trigger
    where tgrelid = 'public.monitoring_events'::regclass and not tgisinternal and tgtype & 19 = 19
      and tgname <> 'monitoring_events_touch'
  ) then
    create or replace trigger monitoring_events_touch before update on public.monitoring_events
      for each row execute function console.touch_updated_at();
  end if;
end $$;

-- Archives and deletes what is older than so many days and closed: for an administrator. Consoles have the daily maintenance and
-- the command that asks for it (maintenance.sql).
do $migration$
begin
  if to_regprocedure('public.cleanup_monitoring_data(int)') is null
    or obj_description(to_regprocedure('public.cleanup_monitoring_data(int)'), 'pg_proc') like 'Regie%' then
    create or replace function public.cleanup_monitoring_data(retention_days int) returns jsonb
      language plpgsql set search_path = pg_catalog, pg_temp as $$
    declare
      v_limit timestamptz := now() - make_interval(days => retention_days);
      v_piece jsonb;
      v_events bigint := 0;
      v_rows bigint := 0;
      v_snapshots bigint := 0;
      v_count bigint;
    begin
      if retention_days is null or retention_days < 1 then
        raise exception 'retention_days must be at least 1' using errcode = 'invalid_parameter_value';
      end if;
      -- What is open, and what a correction is about, stays, however old; the rest is in console.archive.
      loop
        v_piece := console.clean_events(v_limit, 1000, null);
        v_events := v_events + (v_piece ->> 'events')::bigint;
        v_rows := v_rows + (v_piece ->> 'rows')::bigint;
        exit when not (v_piece ->> 'more')::boolean;
      end loop;
      loop
        v_count := console.clean_snapshots(v_limit, 1000, null);
        v_snapshots := v_snapshots + v_count;
        exit when v_count < 1000;
      end loop;
      return jsonb_build_object(
        'retention_days', retention_days, 'events_deleted', v_events, 'rows_archived', v_rows + v_snapshots,
        'snapshots_deleted', v_snapshots, 'cleaned_at', now());
    end $$;
    comment on function public.cleanup_monitoring_data(int) is
      'Regie: deletes closed monitoring data past its retention.';
    -- One that was there already keeps the callers that it has.
    revoke execute on function public.cleanup_monitoring_data(int) from public;
  end if;
end $migration$;
revoke execute on function public.cleanup_monitoring_data(int) from regie_console;

-- The guide's two materialized views. They are made once: to change one, drop it in a numbered migration.
do $$
begin
  if to_regclass('public.monitoring_dashboard_summary') is null then
    create materialized view public.monitoring_dashboard_summary as
      select
        1 as id,
        count(*) as total_events_24h,
        count(*) filter (where severity = 'CRITICAL') as critical_events_24h,
        count(*) filter (where status in ('OPEN', 'INVESTIGATING')) as open_events_24h,
        count(*) filter (where status = 'FALSE_POSITIVE') as false_positives_24h,
        count(distinct card_id) as affected_cards_24h,
        coalesce(sum(affected_amount), 0) as affected_amount_24h,
        max(detection_timestamp) as last_detection,
        now() as refreshed_at
      from public.monitoring_events
      where detection_timestamp > now() - interval '24 hours';
    create unique index monitoring_dashboard_summary_id_idx on public.monitoring_dashboard_summary (id);
    comment on materialized view public.monitoring_dashboard_summary is 'Regie: of the guide.';
  end if;

  if to_regclass('public.system_health_trend') is null then
    create materialized view public.system_health_trend as
      select
        date_trunc('hour', snapshot_timestamp) as hour,
        count(*) as snapshots,
        round(avg(success_rate_percent), 2) as avg_success_rate,
        round(avg(total_transactions_last_hour)) as avg_hourly_transactions,
        round(avg(avg_processing_time_ms), 2) as avg_processing_time_ms,
        count(*) filter (where overall_health_status = 'CRITICAL') as critical_snapshots,
        now() as refreshed_at
      from public.system_health_snapshots
      where snapshot_timestamp > now() - interval '7 days'
      group by 1;
    create unique index system_health_trend_hour_idx on public.system_health_trend (hour);
    comment on materialized view public.system_health_trend is 'Regie: of the guide.';
  end if;
end $$;
grant select on public.monitoring_dashboard_summary, public.system_health_trend to regie_console;

-- Refreshes both.
do $migration$
begin
  if to_regprocedure('public.refresh_monitoring_views()') is null
    or obj_description(to_regprocedure('public.refresh_monitoring_views()'), 'pg_proc') like 'Regie%' then
    create or replace function public.refresh_monitoring_views() returns jsonb
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      v_started timestamptz := clock_timestamp();
    begin
      -- Without a unique index (a view of an earlier system) readers have to wait for the refresh.
      begin
        refresh materialized view concurrently public.monitoring_dashboard_summary;
      exception when object_not_in_prerequisite_state then
        refresh materialized view public.monitoring_dashboard_summary;
      end;
      begin
        refresh materialized view concurrently public.system_health_trend;
      exception when object_not_in_prerequisite_state then
        refresh materialized view public.system_health_trend;
      end;
      return jsonb_build_object(
        'refreshed', jsonb_build_array('monitoring_dashboard_summary', 'system_health_trend'),
        'duration_ms', round((extract(epoch from clock_timestamp() - v_started) * 1000)::numeric, 1),
        'refreshed_at', now());
    end $$;
    comment on function public.refresh_monitoring_views() is 'Regie: refreshes the guide''s materialized views.';
    revoke execute on function public.refresh_monitoring_views() from public;
  end if;
end $migration$;
grant execute on function public.refresh_monitoring_views() to regie_console;

-- How monitoring itself does.
do $$
begin
  if to_regclass('public.monitoring_system_health') is null
    or obj_description(to_regclass('public.monitoring_system_health'), 'pg_class') like 'Regie%' then
    create or replace view public.monitoring_system_health as
      -- The guide takes updated_at - created_at of the events, which grows whenever a person edits one. The time that
      -- detection takes is the time of its cycles.
      select 'detection_performance'::text as metric,
        (select round((avg(duration_ms) / 1000)::numeric, 4) from console.cycles
          where started_at > now() - interval '1 hour' and error is null) as value,
        'seconds'::text as unit
      union all
      select 'events_per_hour', count(*)::numeric, 'count'
      from public.monitoring_events
      where detection_timestamp > now() - interval '1 hour'
      union all
      select 'critical_events_ratio',
        round(count(*) filter (where severity = 'CRITICAL')::numeric / nullif(count(*), 0) * 100, 2), 'percentage'
      from public.monitoring_events
      where detection_timestamp > now() - interval '24 hours';
    comment on view public.monitoring_system_health is 'Regie: how monitoring itself does.';
  end if;
end $$;
grant select on public.monitoring_system_health to regie_console;

-- Ours run as the role that owns the other functions. Giving something in public away takes that role's right to make
-- something there, for this moment. Views of an earlier system stay its own, and whoever migrates refreshes them.
do $$
declare
  v_able boolean := has_schema_privilege('regie_owner', 'public', 'create');
begin
  if obj_description(to_regclass('public.monitoring_dashboard_summary'), 'pg_class') like 'Regie%'
    and obj_description(to_regclass('public.system_health_trend'), 'pg_class') like 'Regie%'
    and obj_description(to_regprocedure('public.refresh_monitoring_views()'), 'pg_proc') like 'Regie%' then
    grant create on schema public to regie_owner;
    alter materialized view public.monitoring_dashboard_summary owner to regie_owner;
    alter materialized view public.system_health_trend owner to regie_owner;
    alter function public.refresh_monitoring_views() owner to regie_owner;
    if not v_able then
      revoke create on schema public from regie_owner;
    end if;
  end if;
end $$;
