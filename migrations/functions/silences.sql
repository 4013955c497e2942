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
