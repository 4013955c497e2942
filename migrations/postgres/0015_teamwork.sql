-- Up Migration

-- Several people at several laptops: silences, incidents that a person has joined or parted, mentions, and what the
-- clocks of an alert need.

-- Detectors whose findings are always about money. `shared/domain/silence.ts` has the same list; a test compares them.
create function console.money_detectors() returns text[]
  language sql immutable parallel safe as $$
  select array['balance_deduction_on_failure', 'balance_mismatch_detection', 'negative_balance_detection',
    'duplicate_charge', 'balance_chain_break', 'ledger_drift']
$$;

-- Whether an event moved money, or may have: nothing holds it back then (product.md, "Quiet the noise, never the money").
create function console.moves_money(e public.monitoring_events) returns boolean
  language sql stable as $$
  select e.detection_algorithm = any (console.money_detectors()) or e.event_type = 'balance_discrepancy'
    or e.event_data @> '{"charged_twice": true}' or e.event_data @> '{"balances_overlap": true}'
    or (e.detection_algorithm = 'consecutive_failures' and exists (
      -- One of the failures has taken its money all the same.
      select from console.findings own join console.findings deduction on deduction.card_id = own.card_id
        and deduction.algorithm = 'balance_deduction_on_failure' and deduction.members && own.members
      where own.event_id = e.event_id))
$$;

create table console.silences (
  silence_id uuid primary key,
  -- What it matches: each that is set must fit.
  algorithm text,
  device text,
  card_id text,
  reason text not null check (btrim(reason) <> ''),
  starts_at timestamptz not null,
  -- Moved to the moment in which somebody ends it.
  ends_at timestamptz not null,
  made_by text not null,
  made_on text not null,
  -- The alert that it was made from.
  event_id bigint,
  ended_by text,
  ended_on text,
  -- What it held back has been called.
  released_at timestamptz,
  check (num_nonnulls(algorithm, device, card_id) > 0),
  check (ends_at >= starts_at and ends_at <= starts_at + interval '8 hours'),
  check (algorithm is null or not algorithm = any (console.money_detectors()))
);
create index silences_end_idx on console.silences (ends_at);
create index silences_unreleased_idx on console.silences (ends_at) where released_at is null;
create trigger regie_hint after insert or update on console.silences
  for each row execute function console.hint('team');

-- Open events and the silences that cover them, over ones included. An event of several readers is covered only when
-- the silenced one is all of them.
create view console.silenced as
  select e.event_id, s.silence_id, s.starts_at, s.ends_at
  from console.silences s join public.monitoring_events e
    on (s.algorithm is null or e.detection_algorithm = s.algorithm)
      and (s.card_id is null or e.card_id = s.card_id)
      and (s.device is null or e.event_data ->> 'device_identifier' = s.device
        or e.event_data -> 'devices' = jsonb_build_array(s.device))
  where e.status in ('OPEN', 'INVESTIGATING') and not console.moves_money(e);

-- Whether every open event of an incident was held back at a moment.
create function console.quiet_at(p_incident bigint, p_at timestamptz) returns boolean
  language sql stable as $$
  select coalesce(bool_and(exists (
    select from console.silenced s where s.event_id = e.event_id and s.starts_at <= p_at and s.ends_at > p_at)), false)
  from console.alerts a join public.monitoring_events e using (event_id)
  where a.incident_id = p_incident and e.status in ('OPEN', 'INVESTIGATING') and e.severity <> 'INFO'
    and e.detection_timestamp <= p_at
$$;

alter table console.alerts
  -- A person has put it into its incident, or taken it out: the engine leaves it there.
  add column placed text check (placed in ('merged', 'split')),
  -- The incident in which it was before that.
  add column placed_from bigint,
  add column placed_by text,
  add column placed_on text,
  -- When somebody was on it for the first time, and when its clocks began anew.
  add column first_acknowledged_at timestamptz,
  add column reopened_at timestamptz;
update console.alerts set first_acknowledged_at = acknowledged_at where acknowledged_at is not null;

create table console.mentions (
  operation_id uuid not null,
  operator text not null,
  event_id bigint not null references public.monitoring_events (event_id) on delete cascade,
  author text not null,
  laptop text not null,
  words text not null,
  at timestamptz not null default clock_timestamp(),
  read_at timestamptz,
  primary key (operation_id, operator)
);
create index mentions_time_idx on console.mentions (at);
create trigger regie_hint after insert or update on console.mentions
  for each row execute function console.hint('team');

-- The guide's level of an alert (alert_history). EMERGENCY is a CRITICAL alert that nobody answered in time: the ladder
-- sets it with its second step.
create function console.alert_level(p_severity text) returns text
  language sql immutable parallel safe as $$
  select case p_severity when 'CRITICAL' then 'CRITICAL' when 'HIGH' then 'WARNING' when 'MEDIUM' then 'WARNING' else 'INFO' end
$$;

-- Nobody makes, moves or ends a silence without a command; that it was released is the engine's to write.
create trigger regie_require_command before insert or delete or update of algorithm, device, card_id, starts_at, ends_at
  on console.silences for each row execute function console.require_command('silence.start', 'silence.end');

insert into console.command_rights (command, role)
select command, role
from unnest(array['alert.merge', 'alert.split', 'silence.start', 'silence.end']) as command,
  unnest(array['supervisor', 'operator', 'technician']) as role
union all
select 'mention.read', role from unnest(array['supervisor', 'operator', 'technician', 'viewer']) as role;

grant select, insert, update, delete on console.silences, console.mentions to regie_console, regie_owner;
grant select on console.silenced to regie_console, regie_owner;
revoke execute on function console.alert_level(text), console.money_detectors(), console.moves_money(public.monitoring_events),
  console.quiet_at(bigint, timestamptz) from public;
grant execute on function console.alert_level(text), console.money_detectors(), console.moves_money(public.monitoring_events),
  console.quiet_at(bigint, timestamptz) to regie_console, regie_owner;

-- Down Migration
