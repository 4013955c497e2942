-- What is wrong with Regie itself is an alert like any other. A laptop says that it has noticed something; what becomes of
-- it is decided here: one alert for all laptops, of the severity of its kind, closed with its length when it is over.

grant select on console.troubles, console.trouble_reports to regie_console;
grant select, insert, update on console.troubles, console.trouble_reports to regie_owner;
grant select on console.laptops to regie_owner;

-- Null for what is no kind. shared/domain/troubles.ts has the same (a test compares them).
create or replace function console.trouble_severity(p_kind text) returns text
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_kind in ('detection_blind', 'breaker_open', 'no_leader', 'database_read_only', 'database_set_back')
      then 'CRITICAL'
    when p_kind in ('link_lost', 'follower_stuck', 'disk_low', 'backup_failed') then 'HIGH'
    when p_kind in ('clock_off', 'maintenance_missed') then 'MEDIUM'
  end
$$;
revoke execute on function console.trouble_severity(text) from public;
grant execute on function console.trouble_severity(text) to regie_console, regie_owner;

-- What is wrong now, what the leader's own detectors say of the system included.
create or replace view console.troubles_now with (security_invoker = true) as
  select t.kind, t.subject, e.severity, t.started_at, t.event_id
  from console.troubles t join public.monitoring_events e using (event_id)
  where t.ended_at is null
  union all
  select f.algorithm, '', e.severity, a.occurred_at, e.event_id
  from console.findings f join public.monitoring_events e using (event_id) join console.alerts a using (event_id)
  where f.algorithm in ('log_changed', 'traffic_silent', 'checklist_unsigned', 'hourly_verification')
    and f.cleared_at is null and e.status in ('OPEN', 'INVESTIGATING');
grant select on console.troubles_now to regie_console;

-- Ends a trouble with its length, once all who noticed it have said that it is over.
create or replace function console.end_trouble_if_over(p_event_id bigint, p_laptop text) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_trouble console.troubles;
  v_note text;
begin
  if exists (select from console.trouble_reports where event_id = p_event_id and ended_at is null) then
    return;
  end if;
  update console.troubles
  set ended_at = greatest(started_at, (select max(ended_at) from console.trouble_reports where event_id = p_event_id))
  where event_id = p_event_id and ended_at is null
  returning * into v_trouble;
  if not found then
    return;
  end if;
  v_note := format('Over after %s', date_trunc('second', v_trouble.ended_at - v_trouble.started_at));
  update public.monitoring_events
  set status = 'RESOLVED', resolved_at = clock_timestamp(), resolution_notes = v_note,
    event_data = event_data || jsonb_build_object(
      'ended_at', to_char(v_trouble.ended_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'lasted_seconds', round(extract(epoch from v_trouble.ended_at - v_trouble.started_at)))
  where event_id = p_event_id and status in ('OPEN', 'INVESTIGATING');
  if not found then
    return;
  end if;
  update console.alerts set cleared_at = v_trouble.ended_at, version = version + 1 where event_id = p_event_id;
  update public.alert_history
  set resolved_at = clock_timestamp(),
    resolution_time_seconds = greatest(0, round(extract(epoch from clock_timestamp() - alert_timestamp)))::int
  where monitoring_event_id = p_event_id and resolved_at is null;
  insert into console.timeline (event_id, kind, actor, laptop, data)
  values (p_event_id, 'resolved', 'regie-engine', p_laptop, jsonb_build_object('note', v_note));
  perform console.append_audit('regie-engine', p_laptop, 'event_cleared', 'event:' || p_event_id, jsonb_build_object('note', v_note));
end $$;
alter function console.end_trouble_if_over(bigint, text) owner to regie_owner;
revoke execute on function console.end_trouble_if_over(bigint, text) from public;

-- A laptop has noticed a trouble, or that it is over. Said again with the same operation id it is the same report, and what
-- overlaps in time with one of the same kind about the same is the same trouble: whoever was cut off tells of it later.
-- Returns {"eventId": …, "open": …}, or {"refused": …}.
create or replace function console.report_trouble(p_operation_id uuid, p_kind text, p_subject text, p_laptop text,
    p_started_at timestamptz, p_raised_at timestamptz, p_ended_at timestamptz, p_facts jsonb) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_severity text := console.trouble_severity(p_kind);
  v_now timestamptz := clock_timestamp();
  v_started timestamptz := least(greatest(p_started_at, clock_timestamp() - interval '30 days'), clock_timestamp());
  v_ended timestamptz := case when p_ended_at is not null then greatest(least(p_ended_at, clock_timestamp()), v_started) end;
  v_event_id bigint;
begin
  if v_severity is null or jsonb_typeof(p_facts) is distinct from 'object' or pg_column_size(p_facts) > 4000
    or length(p_laptop) > 100 then
    raise exception using errcode = '42501', message = 'this is no trouble that a laptop may report';
  end if;
  -- About laptops that are known here: nobody fills the board with others.
  if p_subject <> '' and not exists (select from console.laptops where laptop = p_subject) then
    return '{"refused": "laptop_unknown"}';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('regie trouble ' || p_kind || ' ' || p_subject, 0));
  select event_id into v_event_id from console.trouble_reports where operation_id = p_operation_id;
  if not found then
    select event_id into v_event_id from console.troubles
    where kind = p_kind and subject = p_subject and started_at <= coalesce(v_ended, 'infinity')
      and coalesce(ended_at, 'infinity') >= v_started
      -- What goes on is an alert that is open.
      and (ended_at is null or v_ended is not null)
    order by started_at desc limit 1;
    if v_event_id is null then
      insert into public.monitoring_events (event_type, severity, detection_timestamp, detection_algorithm,
        confidence_score, event_data)
      values ('system_health', v_severity, least(greatest(p_raised_at, v_started), v_now), p_kind, 1,
        p_facts - '{acknowledged_by,acknowledged_at}'::text[] || jsonb_build_object('subject', p_subject, 'reported_by', p_laptop,
          'occurred_at', to_char(v_started at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
      returning event_id into v_event_id;
      insert into console.troubles (event_id, kind, subject, started_at) values (v_event_id, p_kind, p_subject, v_started);
      insert into console.alerts (event_id, incident_id, occurred_at) values (v_event_id, v_event_id, v_started);
      insert into console.timeline (event_id, kind, actor, laptop, data)
      values (v_event_id, 'detected', 'regie-engine', p_laptop, jsonb_build_object('algorithm', p_kind));
      insert into public.alert_history (monitoring_event_id, alert_level, alert_message, alert_data)
      select v_event_id, console.alert_level(v_severity), p_kind, jsonb_build_object('detection_algorithm', p_kind)
      where not exists (select from public.alert_history where monitoring_event_id = v_event_id);
      perform console.append_audit('regie-engine', p_laptop, 'event_raised', 'event:' || v_event_id,
        jsonb_build_object('algorithm', p_kind, 'key', p_kind || ':' || p_subject));
    else
      update console.troubles set started_at = least(started_at, v_started),
        ended_at = case when ended_at is not null then greatest(ended_at, v_ended) end
      where event_id = v_event_id;
      update console.alerts set occurred_at = v_started where event_id = v_event_id and occurred_at > v_started;
    end if;
    insert into console.trouble_reports (operation_id, event_id, laptop, login)
    values (p_operation_id, v_event_id, p_laptop, session_user);
    -- Who acknowledged it on that laptop while it had no database: what the laptop says, signed by nobody.
    if p_facts ? 'acknowledged_by' then
      insert into console.timeline (event_id, kind, actor, laptop, data)
      values (v_event_id, 'acknowledged_locally', 'regie-engine', p_laptop, jsonb_build_object(
        'name', left(p_facts ->> 'acknowledged_by', 100), 'at', left(p_facts ->> 'acknowledged_at', 40)));
    end if;
  end if;
  if v_ended is not null then
    update console.trouble_reports set ended_at = v_ended where operation_id = p_operation_id and ended_at is null;
    perform console.end_trouble_if_over(v_event_id, p_laptop);
  end if;
  return jsonb_build_object('eventId', v_event_id::text,
    'open', exists (select from console.troubles where event_id = v_event_id and ended_at is null));
end $$;
alter function console.report_trouble(uuid, text, text, text, timestamptz, timestamptz, timestamptz, jsonb) owner to regie_owner;
revoke execute on function console.report_trouble(uuid, text, text, text, timestamptz, timestamptz, timestamptz, jsonb) from public;
grant execute on function console.report_trouble(uuid, text, text, text, timestamptz, timestamptz, timestamptz, jsonb) to regie_console;

-- It is over for the whole festival, whoever noticed it: the next backup went well. Returns whether there was one.
create or replace function console.end_trouble(p_kind text, p_subject text, p_laptop text) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event_id bigint;
begin
  if p_kind not in ('backup_failed', 'maintenance_missed') then
    raise exception using errcode = '42501', message = 'this trouble ends where it was noticed';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('regie trouble ' || p_kind || ' ' || p_subject, 0));
  select event_id into v_event_id from console.troubles where kind = p_kind and subject = p_subject and ended_at is null;
  update console.trouble_reports set ended_at = clock_timestamp() where event_id = v_event_id and ended_at is null;
  perform console.end_trouble_if_over(v_event_id, p_laptop);
  return v_event_id is not null;
end $$;
alter function console.end_trouble(text, text, text) owner to regie_owner;
revoke execute on function console.end_trouble(text, text, text) from public;
grant execute on function console.end_trouble(text, text, text) to regie_console;

-- A laptop that is gone cannot say that something is over: ten minutes after it was last seen its reports end.
create or replace function console.end_troubles_of_gone(p_laptop text) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_trouble console.troubles;
  v_count int := 0;
begin
  for v_trouble in
    select t.* from console.troubles t
    where t.kind not in ('backup_failed', 'maintenance_missed') and exists (
      select from console.trouble_reports r join console.laptops l using (laptop)
      where r.event_id = t.event_id and r.ended_at is null and l.seen_at < clock_timestamp() - interval '10 minutes')
    order by t.event_id
  loop
    -- Another laptop may be reporting the same just now: its report is waited for, and counts.
    perform pg_advisory_xact_lock(hashtextextended('regie trouble ' || v_trouble.kind || ' ' || v_trouble.subject, 0));
    update console.trouble_reports r set ended_at = l.seen_at
    from console.laptops l
    where r.event_id = v_trouble.event_id and r.ended_at is null and l.laptop = r.laptop
      and l.seen_at < clock_timestamp() - interval '10 minutes';
    if found then
      perform console.end_trouble_if_over(v_trouble.event_id, p_laptop);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;
alter function console.end_troubles_of_gone(text) owner to regie_owner;
revoke execute on function console.end_troubles_of_gone(text) from public;
grant execute on function console.end_troubles_of_gone(text) to regie_console;
