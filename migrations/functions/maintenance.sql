-- The daily maintenance (docs/maintenance.md). The database decides what is due and what may go; whoever leads asks it for the
-- next piece, in a transaction that ends with its fence.

grant select on console.maintenance_settings, console.daily_maintenance, console.archive to regie_console;
grant select, insert, update on console.daily_maintenance to regie_owner;
grant select, update on console.maintenance_settings to regie_owner;
grant select, insert, update on console.archive to regie_owner;
grant select, delete on public.monitoring_events, public.alert_history, public.system_health_snapshots to regie_owner;
grant select on console.alerts, console.timeline, console.mentions, console.findings, console.deliveries, console.corrections,
  console.proposals, console.proposal_items, console.runbook_runs, console.runbook_steps, console.runbook_joins,
  console.runbook_ticks,
  console.troubles, console.trouble_reports, console.checklist_settings, console.festival_settings
  to regie_owner;
-- From Postgres 17 on there is a right to analyze without owning.
do $$
begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on public.monitoring_events, public.alert_history, public.system_health_snapshots to regie_owner';
  end if;
end $$;

-- Events that the clean-up may take: closed, and nothing about them younger than p_before. One that is connected to any that
-- must stay stays with it: by the same incident, or because somebody merged or split them. What must stay is what is open,
-- younger, waiting or unread, and whatever a correction or a proposal is about: its alert and every alert of its card, so that the
-- evidence of a correction is there as long as the correction; and what the incident log names, which is for ever. An incident
-- goes whole: with the first p_limit (all, where it is null) come those that they are connected with, however many.
create or replace function console.cleanable_events(p_before timestamptz, p_limit int) returns setof bigint
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive edge (a, b) as (
    -- In both directions: an incident is called by the event that leads it.
    select event_id, incident_id from console.alerts
    union all select incident_id, event_id from console.alerts
    union all select event_id, placed_from from console.alerts where placed_from is not null
    union all select placed_from, event_id from console.alerts where placed_from is not null
  ), linked (kind, id) as (
    select link ->> 'kind', link ->> 'id'
    from console.log_entries cross join jsonb_path_query(links, '$[*] ? (@.kind == "alert" || @.kind == "run")') as link
  ), kept (id) as (
    select e.event_id from public.monitoring_events e
    where e.status not in ('RESOLVED', 'FALSE_POSITIVE')
      or greatest(e.detection_timestamp, e.resolved_at) >= p_before
      or e.card_id in (select card_id from console.corrections union all select card_id from console.proposal_items)
    union
    select named.event_id from (
      select event_id from console.corrections
      union all select event_id from console.proposals
      union all select event_id from console.proposal_items
      union all select event_id from console.findings where cleared_at is null
      union all select event_id from console.runbook_runs where finished_at is null or started_at >= p_before
      union all select event_id from console.deliveries where state in ('due', 'sending')
      union all select r.event_id from console.deliveries d join console.runbook_runs r using (run_id)
      where d.state in ('due', 'sending')
      union all select case when id ~ '^[1-9][0-9]{0,17}$' then id::bigint end from linked where kind = 'alert'
      union all select r.event_id from linked l join console.runbook_runs r on r.run_id::text = lower(l.id)
      where l.kind = 'run'
      union all select event_id from console.timeline where at >= p_before
      union all select event_id from console.mentions where read_at is null
      union all select event_id from console.troubles where ended_at is null) as named
    where named.event_id is not null
    union
    select edge.b from kept k join edge on edge.a = k.id
  ), taken (id) as (
    (select e.event_id from public.monitoring_events e
    where not exists (select from kept k where k.id = e.event_id)
    order by e.event_id
    limit p_limit)
    union
    select edge.b from taken t join edge on edge.a = t.id where p_limit is not null
  )
  select e.event_id from public.monitoring_events e join taken t on t.id = e.event_id order by e.event_id
$$;
revoke execute on function console.cleanable_events(timestamptz, int) from public;
grant execute on function console.cleanable_events(timestamptz, int) to regie_owner;

-- Takes so many events, and what they are connected with, with everything that goes with them, into the archive and out of the
-- tables: in one statement each, so that nothing is deleted that is not archived. One that was put back from the archive is
-- there as it was last. Returns {"events", "rows", "more": whether there may be others}.
create or replace function console.clean_events(p_before timestamptz, p_limit int, p_run_id uuid) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_locked bigint[];
  v_ids bigint[];
  v_rows bigint;
begin
  -- Whoever touches one of them meanwhile is waited for, and keeps it: of those that are locked, what may still go. Another
  -- that may go as well is not locked.
  v_locked := array(select event_id from public.monitoring_events
    where event_id in (select console.cleanable_events(p_before, p_limit)) order by event_id for update);
  perform from console.alerts where event_id = any (v_locked) order by event_id for update;
  v_ids := array(select id from console.cleanable_events(p_before, null) as id where id = any (v_locked));
  with rows (source, row_id, event_id, data) as (
    select 'monitoring_events', e.event_id::text, e.event_id, to_jsonb(e) from public.monitoring_events e
    where e.event_id = any (v_ids)
    union all select 'alert_history', a.alert_id::text, a.monitoring_event_id, to_jsonb(a) from public.alert_history a
    where a.monitoring_event_id = any (v_ids)
    union all select 'alerts', a.event_id::text, a.event_id, to_jsonb(a) from console.alerts a where a.event_id = any (v_ids)
    union all select 'timeline', t.entry_id::text, t.event_id, to_jsonb(t) from console.timeline t
    where t.event_id = any (v_ids)
    union all select 'mentions', m.operation_id || ' ' || m.operator, m.event_id, to_jsonb(m) from console.mentions m
    where m.event_id = any (v_ids)
    union all select 'deliveries', d.delivery_id::text, d.event_id, to_jsonb(d) from console.deliveries d
    where d.event_id = any (v_ids)
      -- Ordered in a run, about whatever leads the incident.
      or d.run_id in (select run_id from console.runbook_runs where event_id = any (v_ids))
    union all select 'troubles', t.event_id::text, t.event_id, to_jsonb(t) from console.troubles t
    where t.event_id = any (v_ids)
    union all select 'trouble_reports', t.operation_id::text, t.event_id, to_jsonb(t) from console.trouble_reports t
    where t.event_id = any (v_ids)
    union all select 'runbook_runs', r.run_id::text, r.event_id, to_jsonb(r) from console.runbook_runs r
    where r.event_id = any (v_ids)
    union all select 'runbook_steps', s.run_id || ' ' || s.step_id, r.event_id, to_jsonb(s)
    from console.runbook_steps s join console.runbook_runs r using (run_id) where r.event_id = any (v_ids)
    union all select 'runbook_joins', j.run_id::text, r.event_id, to_jsonb(j)
    from console.runbook_joins j join console.runbook_runs r on r.run_id = j.joined_run_id where r.event_id = any (v_ids)
    union all select 'runbook_ticks', s.run_id || ' ' || s.step_id || ' ' || s.item_id, r.event_id, to_jsonb(s)
    from console.runbook_ticks s join console.runbook_runs r using (run_id) where r.event_id = any (v_ids)
  )
  insert into console.archive (source, row_id, event_id, run_id, data)
  select source, row_id, event_id, p_run_id, data from rows
  on conflict (source, row_id) do update set event_id = excluded.event_id, run_id = excluded.run_id,
    archived_at = excluded.archived_at, data = excluded.data;
  get diagnostics v_rows = row_count;
  delete from public.alert_history where monitoring_event_id = any (v_ids);
  delete from public.monitoring_events where event_id = any (v_ids);
  -- The consoles take them off their boards.
  insert into console.changes (event_id) select unnest(v_ids);
  return jsonb_build_object('events', cardinality(v_ids), 'rows', v_rows, 'more', cardinality(v_locked) >= p_limit);
end $$;
revoke execute on function console.clean_events(timestamptz, int, uuid) from public;
grant execute on function console.clean_events(timestamptz, int, uuid) to regie_owner;

-- The same for snapshots, by the index on their time.
create or replace function console.clean_snapshots(p_before timestamptz, p_limit int, p_run_id uuid) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_rows bigint;
begin
  with gone as (
    delete from public.system_health_snapshots where snapshot_id in (
      select snapshot_id from public.system_health_snapshots where snapshot_timestamp < p_before
      order by snapshot_timestamp limit p_limit)
    returning *
  )
  insert into console.archive (source, row_id, run_id, data)
  select 'system_health_snapshots', snapshot_id::text, p_run_id, to_jsonb(gone) from gone
  on conflict (source, row_id) do update set run_id = excluded.run_id, archived_at = excluded.archived_at,
    data = excluded.data;
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
revoke execute on function console.clean_snapshots(timestamptz, int, uuid) from public;
grant execute on function console.clean_snapshots(timestamptz, int, uuid) to regie_owner;

-- The hour of the day, at the festival, with the fewest transactions in the last week; an hour after closing where less than a day
-- is known.
create or replace function console.quiet_hour(p_now timestamptz) returns int
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with zone as (
    select coalesce((select time_zone from console.festival_settings), 'UTC') as name
  ), hours as (
    select extract(hour from snapshot_timestamp at time zone zone.name)::int as hour,
      avg(total_transactions_last_hour) as busy
    from public.system_health_snapshots cross join zone
    where snapshot_timestamp > p_now - interval '7 days' and snapshot_timestamp <= p_now
    group by 1
  ), closing as (
    select (extract(hour from closes)::int + 1) % 24 as hour from console.checklist_settings
  )
  -- Of those that are as quiet, the one that comes first after closing. What a snapshot counts is the hour before it.
  select case when (select count(*) from hours) = 24 then (
      select (h.hour + 23) % 24 from hours h cross join closing c order by h.busy, (h.hour + 23 - c.hour + 24) % 24 limit 1)
    else (select hour from closing) end
$$;
revoke execute on function console.quiet_hour(timestamptz) from public;
grant execute on function console.quiet_hour(timestamptz) to regie_console, regie_owner;

-- How large the monitoring tables are.
create or replace function console.monitoring_sizes() returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(c.relname, jsonb_build_object('rows', greatest(s.n_live_tup, 0), 'dead', s.n_dead_tup,
    'bytes', pg_total_relation_size(c.oid)))
  from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
  where c.oid in ('public.monitoring_events'::regclass, 'public.alert_history'::regclass,
    'public.system_health_snapshots'::regclass)
$$;
revoke execute on function console.monitoring_sizes() from public;
grant execute on function console.monitoring_sizes() to regie_owner;

-- What comes next of a run, one piece. Its row is locked by the caller. Returns the row as it is then.
create or replace function console.maintenance_piece(p_run console.daily_maintenance) returns console.daily_maintenance
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_before timestamptz := clock_timestamp() - make_interval(days => p_run.retention_days);
  v_cleaned jsonb;
  v_count bigint;
begin
  case p_run.step
    when 'clean' then
      v_cleaned := console.clean_events(v_before, 200, p_run.run_id);
      p_run.cleaned_events := p_run.cleaned_events + (v_cleaned ->> 'events')::bigint;
      p_run.archived_rows := p_run.archived_rows + (v_cleaned ->> 'rows')::bigint;
      if not (v_cleaned ->> 'more')::boolean then
        p_run.step := 'snapshots';
      end if;
    when 'snapshots' then
      v_count := console.clean_snapshots(v_before, 1000, p_run.run_id);
      p_run.cleaned_snapshots := p_run.cleaned_snapshots + v_count;
      p_run.archived_rows := p_run.archived_rows + v_count;
      if v_count < 1000 then
        p_run.step := 'refresh';
      end if;
    when 'refresh' then
      begin
        p_run.after := jsonb_build_object('refreshed', public.refresh_monitoring_views() ->> 'refreshed_at');
      exception when insufficient_privilege then
        -- Views of an earlier system are its owner's.
        p_run.after := '{"refreshed": null}';
      end;
      p_run.step := 'analyze';
    when 'analyze' then
      if current_setting('server_version_num')::int >= 170000
        or pg_has_role((select relowner from pg_class where oid = 'public.monitoring_events'::regclass), 'usage') then
        analyze public.monitoring_events;
        analyze public.system_health_snapshots;
        analyze public.alert_history;
        p_run.after := p_run.after || jsonb_build_object('analyzed', clock_timestamp());
      else
        p_run.after := p_run.after || '{"analyzed": null}';
      end if;
      p_run.step := 'end';
    else
      p_run.after := p_run.after || console.monitoring_sizes();
      p_run.finished_at := clock_timestamp();
      p_run.outcome := 'done';
  end case;
  return p_run;
end $$;
revoke execute on function console.maintenance_piece(console.daily_maintenance) from public;
grant execute on function console.maintenance_piece(console.daily_maintenance) to regie_owner;

-- Does the next piece of what is due: of a run that goes on, of one that somebody asked for, else of today's, from the quiet hour on
-- and for six hours after it, which is how late a laptop may come. A day's hour is fixed when the day is first looked at, by a row
-- that waits for it: whatever changes the quiet hour later, changes it from the next day on. A day that nobody did is written
-- down as missed, and is a trouble until the next one is done; what somebody asked for has failed after as long, and makes room.
-- Called by whoever leads, in a transaction that ends with its fence.
-- Returns {"more": whether there is another piece at once, "done": the run that has just ended, "missed": days}.
create or replace function console.maintain(p_laptop text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_now timestamptz := clock_timestamp();
  v_zone text := coalesce((select time_zone from console.festival_settings), 'UTC');
  v_hour time := make_time(console.quiet_hour(v_now), 0, 0);
  v_run console.daily_maintenance;
  v_missed int;
  v_day date;
  v_due timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('regie maintenance', 0));
  -- By the day's own calendar, so that two clocks set apart make one run.
  with added as (
    insert into console.daily_maintenance (day, due_at, retention_days, finished_at, outcome, laptop, term)
    select d, due, s.retention_days, case when late then v_now end, case when late then 'missed' end,
      case when late then p_laptop end, case when late then (select term from console.engine_term) end
    from console.maintenance_settings s
    cross join generate_series(0, 30) as back
    cross join lateral (select (v_now at time zone v_zone)::date - back as d) as one
    cross join lateral (select (d + v_hour) at time zone v_zone as due) as at
    cross join lateral (select due < v_now - interval '6 hours' as late) as by
    where (d >= s.since or not late)
      and d > coalesce((select max(day) from console.daily_maintenance where asked_by is null), '-infinity')
    on conflict do nothing
    returning day, due_at, outcome
  ), ended as (
    update console.daily_maintenance
    set outcome = case when started_at is null and asked_by is null then 'missed' else 'failed' end, finished_at = v_now,
      laptop = p_laptop
    where finished_at is null and due_at < v_now - interval '6 hours'
    returning day, due_at, asked_by
  )
  select count(*), max(day), max(due_at) into v_missed, v_day, v_due from (
    select day, due_at from added where outcome = 'missed'
    union all select day, due_at from ended where asked_by is null) as missed;
  if v_missed > 0 then
    perform console.report_trouble(gen_random_uuid(), 'maintenance_missed', '', p_laptop, v_due, v_now, null,
      jsonb_build_object('day', v_day::text));
  end if;

  select * into v_run from console.daily_maintenance where finished_at is null and due_at <= v_now
  order by due_at, run_id limit 1 for update;
  if not found then
    return jsonb_build_object('more', false, 'done', null, 'missed', v_missed);
  end if;
  if v_run.started_at is null then
    v_run.started_at := v_now;
    v_run.retention_days := (select retention_days from console.maintenance_settings);
    v_run.before := console.monitoring_sizes();
    v_run.after := '{}';
  end if;
  v_run := console.maintenance_piece(v_run);
  update console.daily_maintenance
  set step = v_run.step, retention_days = v_run.retention_days, started_at = v_run.started_at, finished_at = v_run.finished_at, outcome = v_run.outcome,
    archived_rows = v_run.archived_rows, cleaned_events = v_run.cleaned_events,
    cleaned_snapshots = v_run.cleaned_snapshots, before = v_run.before, after = v_run.after, laptop = p_laptop,
    term = (select term from console.engine_term), login = session_user
  where run_id = v_run.run_id;
  if v_run.outcome = 'done' then
    perform console.append_audit('regie-engine', p_laptop, 'maintenance_done', 'maintenance:' || v_run.day,
      jsonb_build_object('by', v_run.asked_by, 'events', v_run.cleaned_events, 'snapshots', v_run.cleaned_snapshots));
    perform console.end_trouble('maintenance_missed', '', p_laptop);
  end if;
  perform pg_notify('regie_changes', 'maintenance');
  return jsonb_build_object('more', v_run.finished_at is null, 'missed', v_missed,
    'done', case when v_run.outcome = 'done' then v_run.run_id end);
end $$;
alter function console.maintain(text) owner to regie_owner;
revoke execute on function console.maintain(text) from public;
grant execute on function console.maintain(text) to regie_console;

-- Asks for maintenance now, by a command of this very transaction: whoever leads does it. One at a time.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.order_maintenance(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'maintenance.run');
begin
  perform pg_advisory_xact_lock(hashtextextended('regie maintenance', 0));
  if exists (select from console.daily_maintenance where finished_at is null and due_at <= clock_timestamp()) then
    return '{"outcome": "refused", "code": "maintenance_running"}';
  end if;
  insert into console.daily_maintenance (run_id, day, asked_by, due_at, retention_days)
  select v_given.operation_id,
    (clock_timestamp() at time zone coalesce((select time_zone from console.festival_settings), 'UTC'))::date,
    v_given.operator, clock_timestamp(), retention_days
  from console.maintenance_settings;
  perform console.append_given(v_given, 'maintenance_ordered', 'maintenance', '{}');
  perform pg_notify('regie_changes', 'maintenance');
  return '{"outcome": "saved"}';
end $$;
alter function console.order_maintenance(uuid) owner to regie_owner;
revoke execute on function console.order_maintenance(uuid) from public;
grant execute on function console.order_maintenance(uuid) to regie_console;

-- Ends what goes on, after the piece at hand. What it has done so far stays done.
create or replace function console.cancel_maintenance(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'maintenance.cancel');
begin
  update console.daily_maintenance
  set finished_at = clock_timestamp(), outcome = 'cancelled', cancelled_by = v_given.operator
  where run_id = (v_given.body::jsonb #>> '{input,runId}')::uuid and finished_at is null
    and due_at <= clock_timestamp();
  if not found then
    return '{"outcome": "refused", "code": "maintenance_over"}';
  end if;
  perform console.append_given(v_given, 'maintenance_cancelled', 'maintenance', '{}');
  perform pg_notify('regie_changes', 'maintenance');
  return '{"outcome": "saved"}';
end $$;
alter function console.cancel_maintenance(uuid) owner to regie_owner;
revoke execute on function console.cancel_maintenance(uuid) from public;
grant execute on function console.cancel_maintenance(uuid) to regie_console;

-- What the next run would take if the retention were so many days, as the tables are now. The run is the one that waits for its hour,
-- else tomorrow's. Reads only; asked for by the screen while somebody types, bounded by the caller's timeout: the graph of all alerts.
-- Returns {"at", "events", "snapshots"}.
create or replace function console.retention_preview(p_days int) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_now timestamptz := clock_timestamp();
  v_zone text := coalesce((select time_zone from console.festival_settings), 'UTC');
  v_at timestamptz := greatest(v_now, coalesce(
    (select min(due_at) from console.daily_maintenance where finished_at is null and started_at is null),
    ((v_now at time zone v_zone)::date + 1 + make_time(console.quiet_hour(v_now), 0, 0)) at time zone v_zone));
  v_before timestamptz := v_at - make_interval(days => p_days);
begin
  return jsonb_build_object('at', v_at,
    'events', (select count(*) from console.cleanable_events(v_before, null)),
    'snapshots', (select count(*) from public.system_health_snapshots where snapshot_timestamp < v_before));
end $$;
alter function console.retention_preview(int) owner to regie_owner;
revoke execute on function console.retention_preview(int) from public;
grant execute on function console.retention_preview(int) to regie_console;

-- Sets the retention against the one that was seen, by a command of this very transaction; it holds from the next run that starts.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …, "name": who was first}.
create or replace function console.set_retention(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'maintenance.setRetention');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_before console.maintenance_settings;
  v_after console.maintenance_settings;
begin
  select * into strict v_before from console.maintenance_settings for update;
  if to_jsonb(v_before.retention_days) is distinct from v_input -> 'base' then
    return jsonb_build_object('outcome', 'refused', 'code', 'retention_changed', 'name', coalesce(v_before.changed_by, ''));
  end if;
  begin
    update console.maintenance_settings
    set retention_days = (v_input ->> 'days')::int, changed_at = clock_timestamp(), changed_by = v_given.operator
    returning * into v_after;
  exception when check_violation or not_null_violation or numeric_value_out_of_range or invalid_text_representation then
    return '{"outcome": "refused", "code": "retention_invalid"}';
  end;
  perform console.append_given(v_given, 'retention_changed', 'maintenance:retention',
    jsonb_build_object('kind', v_before.retention_days || ' → ' || v_after.retention_days,
      'before', v_before.retention_days, 'after', v_after.retention_days));
  perform pg_notify('regie_changes', 'maintenance');
  return '{"outcome": "saved"}';
end $$;
alter function console.set_retention(uuid) owner to regie_owner;
revoke execute on function console.set_retention(uuid) from public;
grant execute on function console.set_retention(uuid) to regie_console;
