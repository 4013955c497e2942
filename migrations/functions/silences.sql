-- Silences: what calls nobody for a while. Noise is held back, money never.

-- Detectors whose findings are always about money. `shared/domain/silence.ts` has the same list; a test compares them.
create or replace function console.money_detectors() returns text[]
  language sql immutable parallel safe as $$
  select array['balance_deduction_on_failure', 'balance_mismatch_detection', 'negative_balance_detection',
    'duplicate_charge', 'balance_chain_break', 'ledger_drift']
$$;
revoke execute on function console.money_detectors() from public;
grant execute on function console.money_detectors() to regie_console, regie_owner;

do $$
begin
  if not exists (
    select from pg_constraint
    where conrelid = 'console.silences'::regclass and conname = 'silences_algorithm_check'
  ) then
    alter table console.silences add constraint silences_algorithm_check
      check (algorithm is null or not algorithm = any (console.money_detectors()));
  end if;
end $$;

-- Whether an event moved money, or may have: nothing holds it back then.
create or replace function console.moves_money(e public.monitoring_events) returns boolean
  language sql stable as $$
  select e.detection_algorithm = any (console.money_detectors()) or e.event_type = 'balance_discrepancy'
    or e.event_data @> '{"charged_twice": true}' or e.event_data @> '{"balances_overlap": true}'
    or (e.detection_algorithm = 'consecutive_failures' and exists (
      -- One of the failures has taken its money all the same.
      select from console.findings own join console.findings deduction on deduction.card_id = own.card_id
        and deduction.algorithm = 'balance_deduction_on_failure' and deduction.members && own.members
      where own.event_id = e.event_id))
$$;
revoke execute on function console.moves_money(public.monitoring_events) from public;
grant execute on function console.moves_money(public.monitoring_events) to regie_console, regie_owner;

-- Open events and the silences that cover them, over ones included. An event of several readers is covered only when
-- the silenced one is all of them.
create or replace view console.silenced as
  select e.event_id, s.silence_id, s.starts_at, s.ends_at
  from console.silences s join public.monitoring_events e
    on (s.algorithm is null or e.detection_algorithm = s.algorithm)
      and (s.card_id is null or e.card_id = s.card_id)
      and (s.device is null or e.event_data ->> 'device_identifier' = s.device
        or e.event_data -> 'devices' = jsonb_build_array(s.device))
  where e.status in ('OPEN', 'INVESTIGATING') and not console.moves_money(e);
grant select on console.silenced to regie_console, regie_owner;

-- Whether every open event of an incident was held back at a moment.
create or replace function console.quiet_at(p_incident bigint, p_at timestamptz) returns boolean
  language sql stable as $$
  select coalesce(bool_and(exists (
    select from console.silenced s where s.event_id = e.event_id and s.starts_at <= p_at and s.ends_at > p_at)), false)
  from console.alerts a join public.monitoring_events e using (event_id)
  where a.incident_id = p_incident and e.status in ('OPEN', 'INVESTIGATING') and e.severity <> 'INFO'
    and e.detection_timestamp <= p_at
$$;
revoke execute on function console.quiet_at(bigint, timestamptz) from public;
grant execute on function console.quiet_at(bigint, timestamptz) to regie_console, regie_owner;

-- Starts a silence, by a command of this very transaction. One that waited on a laptop ends when its author was told;
-- nobody's clock makes it begin later than now. Returns {"outcome": "saved", "until": …} or
-- {"outcome": "refused", "code": …}.
create or replace function console.start_silence(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'silence.start');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_starts timestamptz := least((v_input ->> 'from')::timestamptz, now());
  v_made console.silences;
  v_until text;
begin
  if num_nonnulls(v_input ->> 'algorithm', v_input ->> 'device', v_input ->> 'cardId') = 0 then
    return '{"outcome": "refused", "code": "silence_of_everything"}';
  end if;
  if coalesce((v_input ->> 'algorithm') = any (console.money_detectors()), false) or exists (
    select from public.monitoring_events e
    where e.event_id = (v_input ->> 'eventId')::bigint and console.moves_money(e)) then
    return '{"outcome": "refused", "code": "silence_money"}';
  end if;
  insert into console.silences (
    silence_id, algorithm, device, card_id, reason, starts_at, ends_at, made_by, made_on, event_id
  ) values (
    (v_input ->> 'silenceId')::uuid, v_input ->> 'algorithm', v_input ->> 'device', v_input ->> 'cardId',
    v_input ->> 'reason', v_starts, v_starts + make_interval(mins => (v_input ->> 'minutes')::int),
    v_given.operator, v_given.laptop, (v_input ->> 'eventId')::bigint
  )
  on conflict do nothing
  returning * into v_made;
  if v_made.silence_id is null then
    return '{"outcome": "refused", "code": "operation_reused"}';
  end if;
  v_until := to_char(v_made.ends_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  perform console.append_given(v_given, 'silence', 'silence:' || v_made.silence_id, jsonb_build_object(
    'algorithm', v_made.algorithm, 'device', v_made.device, 'card', v_made.card_id, 'reason', v_made.reason,
    'until', v_until, 'minutes', (v_input ->> 'minutes')::int));
  return jsonb_build_object('outcome', 'saved', 'until', v_until);
end $$;
alter function console.start_silence(uuid) owner to regie_owner;
revoke execute on function console.start_silence(uuid) from public;
grant execute on function console.start_silence(uuid) to regie_console;

-- Ends one before its time. One that is over, by somebody or by itself, is over as was wanted ("over").
create or replace function console.end_silence(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'silence.end');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_silence console.silences;
begin
  select * into v_silence from console.silences where silence_id = (v_input ->> 'silenceId')::uuid for update;
  if not found then
    return '{"outcome": "refused", "code": "not_found"}';
  end if;
  if v_silence.ends_at <= now() then
    return '{"outcome": "over"}';
  end if;
  update console.silences
  set ends_at = greatest(starts_at, now()), ended_by = v_given.operator, ended_on = v_given.laptop
  where silence_id = v_silence.silence_id;
  perform console.append_given(v_given, 'silence_ended', 'silence:' || v_silence.silence_id,
    jsonb_build_object('reason', v_silence.reason));
  return '{"outcome": "saved"}';
end $$;
alter function console.end_silence(uuid) owner to regie_owner;
revoke execute on function console.end_silence(uuid) from public;
grant execute on function console.end_silence(uuid) to regie_console;
