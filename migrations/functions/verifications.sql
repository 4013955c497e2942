-- The hourly verification. As with what a checklist measures, the database does it itself: a laptop can ask for it, and
-- cannot say what comes out.

grant select on console.verifications, console.verification_start to regie_console;
grant select, insert on console.verifications, console.verification_start to regie_owner;
grant select on console.engine_lease, console.engine_term to regie_owner;

-- The guide's two hourly queries of the hour that ends at p_until, and what they come to: {"activity": rows of the first,
-- "snapshots": rows of the second, "checks": [{"figure", "value", "expect", "fits"}]}. At the present moment they are what
-- the guide's own text answers. Both by their indexes on time.
create or replace function console.hourly_figures(p_until timestamptz) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with activity as (
    select event_type, severity, count(*) as count, max(detection_timestamp) as last_detection
    from public.monitoring_events
    where detection_timestamp > p_until - interval '1 hour' and detection_timestamp <= p_until
    group by event_type, severity
    order by severity desc, count desc
  ), snapshots as (
    select snapshot_timestamp, total_transactions_last_hour, success_rate_percent, monitoring_events_last_hour
    from public.system_health_snapshots
    where snapshot_timestamp <= p_until
    order by snapshot_timestamp desc
    limit 3
  ), moments as (
    select at, at - lag(at) over (order by at) as pause
    from (
      select snapshot_timestamp as at from public.system_health_snapshots
      where snapshot_timestamp > p_until - interval '1 hour' and snapshot_timestamp <= p_until
      union all values (p_until - interval '1 hour'), (p_until)) as m
  ), figures (figure, value, expect) as (
    values
      -- Three of the five minutes, as the guide looks at them.
      ('snapshots', (select count(*) from snapshots where snapshot_timestamp > p_until - interval '1 hour'), '{"atLeast": 3}'::jsonb),
      -- The guide's own ten minutes (meta-monitoring).
      ('snapshot_age_s', (select extract(epoch from p_until - max(snapshot_timestamp)) from snapshots), '{"atMost": 600}'),
      ('system_health_age_s', (
        select extract(epoch from p_until - max(last_detection)) from activity where event_type = 'system_health'), '{"atMost": 600}'),
      -- One snapshot that is left out is none too many.
      ('snapshot_pause_s', (select extract(epoch from max(pause)) from moments), '{"atMost": 900}')
  )
  select jsonb_build_object(
    'activity', coalesce((
      select jsonb_agg(to_jsonb(a) order by severity desc, count desc) from activity a), '[]'),
    'snapshots', coalesce((
      select jsonb_agg(to_jsonb(s) order by snapshot_timestamp desc) from snapshots s), '[]'),
    'checks', (
      select jsonb_agg(jsonb_build_object('figure', figure, 'value', round(value), 'expect', expect,
        'fits', coalesce(console.fits(to_jsonb(round(value)), expect), false))) from figures))
$$;
revoke execute on function console.hourly_figures(timestamptz) from public;
grant execute on function console.hourly_figures(timestamptz) to regie_owner;

-- The 24 hours that end with the one in which p_now lies, each with what became of it: null for what was before Regie;
-- `pending` until it has been over for ten minutes, then `missing` where nobody has verified it.
create or replace function console.verification_hours(p_now timestamptz default clock_timestamp())
  returns table (hour timestamptz, verdict text, figures jsonb, made_at timestamptz, duration_ms double precision,
    laptop text, term bigint)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select h, coalesce(v.verdict, case
      when h > p_now - interval '70 minutes' then 'pending'
      when h >= (select since from console.verification_start) then 'missing' end),
    v.figures, v.made_at, v.duration_ms, v.laptop, v.term
  from generate_series(date_trunc('hour', p_now, 'UTC') - interval '23 hours', p_now, interval '1 hour') as h
  left join console.verifications v on v.hour = h
  order by h
$$;
revoke execute on function console.verification_hours(timestamptz) from public;
grant execute on function console.verification_hours(timestamptz) to regie_console, regie_owner;

-- Verifies the hours of the last day that are over and are not verified yet, as far as Regie has run in them: there are
-- snapshots, or whoever leads now led before the last one ended. For the rest there is nothing to verify; they stay
-- missing. The engine calls it in a transaction that ends with its fence, so that nothing stays of an outdated leader's.
-- Returns {"bad": [{"hour", "verdict", "checks": what did not fit}] since the last good one, "nextMs": until the hour ends}.
create or replace function console.verify_hours(p_laptop text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_now timestamptz := clock_timestamp();
  v_current timestamptz := date_trunc('hour', v_now, 'UTC');
  v_since timestamptz;
  v_hour timestamptz;
  v_begun timestamptz;
  v_figures jsonb;
begin
  insert into console.verification_start (since)
  values (case when v_now = v_current then v_current else v_current + interval '1 hour' end)
  on conflict do nothing;
  select since into v_since from console.verification_start;
  for v_hour in
    select h from generate_series(v_current - interval '24 hours', v_current - interval '1 hour', interval '1 hour') as h
    where h >= v_since and not exists (select from console.verifications where hour = h)
      and (exists (
          select from public.system_health_snapshots
          where snapshot_timestamp > h and snapshot_timestamp <= h + interval '1 hour')
        or h = v_current - interval '1 hour' and exists (select from console.engine_lease where taken_at < v_current))
  loop
    v_begun := clock_timestamp();
    v_figures := console.hourly_figures(v_hour + interval '1 hour');
    insert into console.verifications (hour, verdict, figures, made_at, duration_ms, laptop, term, login)
    select v_hour, case when bool_and((c ->> 'fits')::boolean) then 'ok' else 'failed' end, v_figures, clock_timestamp(),
      extract(epoch from clock_timestamp() - v_begun) * 1000, p_laptop, (select term from console.engine_term), session_user
    from jsonb_array_elements(v_figures -> 'checks') as c
    on conflict do nothing;
  end loop;
  return jsonb_build_object(
    'bad', coalesce((
      select jsonb_agg(jsonb_build_object('hour', (extract(epoch from h) * 1000000)::bigint::text,
        'verdict', coalesce(v.verdict, 'missing'), 'checks', coalesce((
          select jsonb_agg(c -> 'figure') from jsonb_array_elements(v.figures -> 'checks') as c
          where c -> 'fits' = 'false'), '[]')) order by h)
      from generate_series(v_current - interval '24 hours', v_current - interval '1 hour', interval '1 hour') as h
      left join console.verifications v on v.hour = h
      where h >= v_since
        and h > coalesce((select max(hour) from console.verifications where verdict = 'ok' and hour < v_current), '-infinity')),
      '[]'),
    'nextMs', ceil(extract(epoch from v_current + interval '1 hour' - clock_timestamp()) * 1000));
end $$;
alter function console.verify_hours(text) owner to regie_owner;
revoke execute on function console.verify_hours(text) from public;
grant execute on function console.verify_hours(text) to regie_console;
