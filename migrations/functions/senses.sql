-- What Regie measures for its checklists: one query for each, which is kept beside every value that it gave.

grant select on public.system_health_snapshots, public.monitoring_events, console.detector_state, console.canary_sightings,
  console.event_backups, console.backups, console.daily_maintenance, console.audit
  to regie_owner;

-- The query of something measured: it answers one row (value, at), at being the time of the data. Null for a name that this
-- version does not know. Snapshots, events and detectors are small tables or read by their indexes on time.
create or replace function console.sense_query(p_sense text) returns text
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_sense
    when 'system_status' then
      'select to_jsonb(overall_health_status) as value, snapshot_timestamp as at from public.system_health_snapshots order by snapshot_timestamp desc limit 1'
    when 'snapshot_age_s' then
      'select to_jsonb(round(extract(epoch from clock_timestamp() - max(snapshot_timestamp)))) as value, clock_timestamp() as at from public.system_health_snapshots'
    when 'snapshots_24h' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.system_health_snapshots where snapshot_timestamp > now() - interval ''24 hours'''
    when 'transactions_last_hour' then
      'select to_jsonb(total_transactions_last_hour) as value, snapshot_timestamp as at from public.system_health_snapshots order by snapshot_timestamp desc limit 1'
    when 'success_rate' then
      'select to_jsonb(success_rate_percent) as value, snapshot_timestamp as at from public.system_health_snapshots order by snapshot_timestamp desc limit 1'
    when 'processing_ms' then
      'select to_jsonb(avg_processing_time_ms) as value, snapshot_timestamp as at from public.system_health_snapshots order by snapshot_timestamp desc limit 1'
    when 'events_24h' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.monitoring_events where detection_timestamp > now() - interval ''24 hours'''
    when 'critical_24h' then
      'select to_jsonb(count(*) filter (where severity = ''CRITICAL'')) as value, clock_timestamp() as at from public.monitoring_events where detection_timestamp > now() - interval ''24 hours'''
    when 'open_events' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.monitoring_events where status in (''OPEN'', ''INVESTIGATING'') and event_type <> ''system_health'''
    when 'open_critical' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.monitoring_events where status in (''OPEN'', ''INVESTIGATING'') and severity = ''CRITICAL'''
    when 'unreviewed_events' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.monitoring_events e left join console.alerts a using (event_id) where e.status = ''OPEN'' and e.severity <> ''INFO'' and a.first_acknowledged_at is null'
    when 'breaker' then
      'select to_jsonb(upper(breaker ->> ''state'')) as value, expires_at - interval ''5 seconds'' as at from console.engine_lease where breaker is not null'
    when 'detectors_late' then
      'select to_jsonb(count(*) filter (where last_run_at is null or last_run_at < now() - interval ''10 minutes'')) as value, clock_timestamp() as at from console.detector_state having count(*) > 0'
    when 'detectors_failing' then
      'select to_jsonb(count(*) filter (where last_error_at >= last_run_at)) as value, clock_timestamp() as at from console.detector_state having count(*) > 0'
    -- Of the last hour that is over: OK, FAILED or MISSING; nothing before the first one.
    when 'verification' then
      'select to_jsonb(upper(coalesce(v.verdict, ''missing''))) as value, h.hour + interval ''1 hour'' as at from (select date_trunc(''hour'', now(), ''UTC'') - interval ''1 hour'' as hour) as h cross join console.verification_start s left join console.verifications v on v.hour = h.hour where h.hour >= s.since'
    when 'hours_over_24h' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from console.verification_hours() where verdict in (''ok'', ''failed'', ''missing'')'
    when 'unverified_24h' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from console.verification_hours() where verdict in (''failed'', ''missing'') having exists (select from console.verification_start)'
    when 'engine_leads' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from console.engine_lease where holder is not null and expires_at > clock_timestamp()'
    when 'screens' then
      'select to_jsonb(count(distinct laptop)) as value, clock_timestamp() as at from console.canary_sightings where displayed_at > now() - interval ''5 minutes'''
    when 'connections_percent' then
      'select to_jsonb(round(100.0 * count(*) / current_setting(''max_connections'')::int, 1)) as value, clock_timestamp() as at from pg_catalog.pg_stat_activity where backend_type = ''client backend'''
    when 'database_gb' then
      'select to_jsonb(round(pg_database_size(current_database()) / 1e9, 2)) as value, clock_timestamp() as at'
    when 'dead_rows_percent' then
      'select to_jsonb(coalesce(max(round(100.0 * n_dead_tup / (n_dead_tup + n_live_tup), 1)) filter (where n_dead_tup > 1000), 0)) as value, clock_timestamp() as at from pg_catalog.pg_stat_user_tables where relname in (''monitoring_events'', ''system_health_snapshots'', ''alert_history'')'
    when 'unused_indexes' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from pg_catalog.pg_stat_user_indexes where relname in (''monitoring_events'', ''system_health_snapshots'', ''alert_history'') and idx_scan = 0'
    -- Of the last one whose file was read again and held.
    when 'backup_age_h' then
      'select to_jsonb(round(extract(epoch from clock_timestamp() - max(snapshot_at)) / 3600, 1)) as value, clock_timestamp() as at from console.backups where outcome = ''made'' and verified_at is not null'
    -- How the last one ended: DONE, FAILED or MISSED. One that somebody cancelled says nothing of the night.
    when 'maintenance' then
      'select to_jsonb(upper(outcome)) as value, finished_at as at from console.daily_maintenance where outcome <> ''cancelled'' order by finished_at desc, due_at desc limit 1'
    when 'channels' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from console.escalation_settings s, jsonb_each(s.settings) c where c.key in (''smtp'', ''slack'', ''twilio'', ''webhook'') and c.value <> ''null'''
    when 'channel_names' then
      'select to_jsonb(string_agg(channel, '','')) as value, clock_timestamp() as at from console.channels_set_up() as channel'
    when 'contacts' then
      'select to_jsonb(coalesce(sum(jsonb_array_length(settings -> ''contacts'')), 0)) as value, clock_timestamp() as at from console.escalation_settings'
    when 'events_7d' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.monitoring_events where detection_timestamp > now() - interval ''7 days'''
    when 'critical_7d' then
      'select to_jsonb(count(*) filter (where severity = ''CRITICAL'')) as value, clock_timestamp() as at from public.monitoring_events where detection_timestamp > now() - interval ''7 days'''
    when 'confidence_7d' then
      'select to_jsonb(round(avg(confidence_score), 2)) as value, clock_timestamp() as at from public.monitoring_events where detection_timestamp > now() - interval ''7 days'''
    when 'cards_7d' then
      'select to_jsonb(count(distinct card_id)) as value, clock_timestamp() as at from public.monitoring_events where detection_timestamp > now() - interval ''7 days'''
    when 'success_rate_7d' then
      'select to_jsonb(round(avg(success_rate_percent), 2)) as value, clock_timestamp() as at from public.system_health_snapshots where snapshot_timestamp > now() - interval ''7 days'''
    when 'transactions_hourly_7d' then
      'select to_jsonb(round(avg(total_transactions_last_hour), 1)) as value, clock_timestamp() as at from public.system_health_snapshots where snapshot_timestamp > now() - interval ''7 days'''
    when 'critical_snapshots_7d' then
      'select to_jsonb(count(*) filter (where overall_health_status = ''CRITICAL'')) as value, clock_timestamp() as at from public.system_health_snapshots where snapshot_timestamp > now() - interval ''7 days'''
    when 'false_positives_30d' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from public.monitoring_events where status = ''FALSE_POSITIVE'' and detection_timestamp > now() - interval ''30 days'''
    -- Of this festival: the list is of a year's one.
    when 'final_report' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from console.reports where kind = ''final'' and signed_at > now() - interval ''60 days'''
    when 'refused_30d' then
      'select to_jsonb(count(*)) as value, clock_timestamp() as at from console.audit where action = ''refused'' and at > now() - interval ''30 days'''
  end
$$;
revoke execute on function console.sense_query(text) from public;
grant execute on function console.sense_query(text) to regie_console, regie_owner;

-- Measures: {"sense", "value", "at": of the data, "readAt", "query"}. What cannot be had has the value null.
create or replace function console.sense(p_sense text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_query text := console.sense_query(p_sense);
  v_value jsonb;
  v_at timestamptz;
begin
  if v_query is not null then
    execute v_query into v_value, v_at;
  end if;
  return jsonb_build_object('sense', p_sense, 'value', nullif(v_value, 'null'),
    'at', to_char(v_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'readAt', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'query', v_query);
end $$;
alter function console.sense(text) owner to regie_owner;
revoke execute on function console.sense(text) from public;
grant execute on function console.sense(text) to regie_console;

-- Whether a value is as it should be; null where there is none, or where the two cannot be compared.
create or replace function console.fits(p_value jsonb, p_expect jsonb) returns boolean
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_expect ? 'equals' and jsonb_typeof(p_value) = 'string' then p_value = p_expect -> 'equals'
    when jsonb_typeof(p_value) <> 'number' then null
    when jsonb_typeof(p_expect -> 'atMost') = 'number' then
      (p_value #>> '{}')::numeric <= (p_expect ->> 'atMost')::numeric
    when jsonb_typeof(p_expect -> 'atLeast') = 'number' then
      (p_value #>> '{}')::numeric >= (p_expect ->> 'atLeast')::numeric
  end
$$;
revoke execute on function console.fits(jsonb, jsonb) from public;
grant execute on function console.fits(jsonb, jsonb) to regie_owner;

-- Measures an item: {"state": good, bad, old or unknown, "expect", "maxAgeS", and what `sense` says}.
create or replace function console.measure(p_item jsonb) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_sensed jsonb := console.sense(p_item ->> 'sense');
  v_fits boolean := console.fits(v_sensed -> 'value', p_item -> 'expect');
begin
  return v_sensed || jsonb_build_object('expect', p_item -> 'expect', 'maxAgeS', p_item -> 'maxAgeS', 'state', case
    when v_fits is null then 'unknown'
    when (v_sensed ->> 'at')::timestamptz < clock_timestamp() - make_interval(secs => (p_item ->> 'maxAgeS')::numeric)
      then 'old'
    when v_fits then 'good' else 'bad' end);
end $$;
revoke execute on function console.measure(jsonb) from public;
grant execute on function console.measure(jsonb) to regie_owner;

-- What is shown beside an item, as the database has it now: {"figures": what `sense` says of each}.
create or replace function console.figures_beside(p_item jsonb) returns jsonb
  language sql set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('figures', coalesce(jsonb_agg(console.sense(figure)), '[]'))
  from jsonb_array_elements_text(p_item -> 'figures') as figure
$$;
revoke execute on function console.figures_beside(jsonb) from public;
grant execute on function console.figures_beside(jsonb) to regie_owner;
