-- What one person may do alone: limits over a day, and who counts as a second person (docs/decisions/0024).

grant select on console.limit_changes, console.nominations, console.supervisor_ends to regie_console;
grant select, insert, update, delete on console.limit_changes, console.nominations, console.supervisor_ends
  to regie_owner;
-- For the alert about splitting.
grant insert on public.monitoring_events, public.alert_history, console.alerts to regie_owner;

-- Who may stand behind an operator: whoever made or changed them within a day (a new PIN, an unlocked name, another role
-- are changes), and whoever stands behind those. The operator is one of them.
create or replace function console.behind(p_operator_id uuid) returns setof uuid
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive changed as materialized (
    -- By operations_people_idx.
    select (body::jsonb #>> '{input,operatorId}')::uuid as operator_id, operator_id as changed_by_id
    from console.operations
    where command = 'operators.save' and outcome ->> 'outcome' = 'applied'
      and applied_at > clock_timestamp() - make_interval(hours => (select independence_hours from console.festival_settings))
  ), behind as (
    select p_operator_id as operator_id
    union
    select changed.changed_by_id from behind join changed using (operator_id)
  )
  select operator_id from behind
$$;
alter function console.behind(uuid) owner to regie_owner;
revoke execute on function console.behind(uuid) from public;

-- Whether two operators are surely two people: nobody stands behind both.
create or replace function console.are_two_people(p_one uuid, p_other uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select not exists (select console.behind(p_one) intersect select console.behind(p_other))
$$;
alter function console.are_two_people(uuid, uuid) owner to regie_owner;
revoke execute on function console.are_two_people(uuid, uuid) from public;

-- The limits that hold for an operator: whoever raises one is judged by the lower one for a day, and so is everybody
-- behind whom they may stand.
create or replace function console.limits_of(p_operator_id uuid)
  returns table (approval_limit numeric, card_day_limit numeric, operator_day_limit numeric)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select least(s.approval_limit, min(c.approval_limit)), least(s.card_day_limit, min(c.card_day_limit)),
    least(s.operator_day_limit, min(c.operator_day_limit))
  from console.festival_settings s
  left join console.limit_changes c on c.changed_at > clock_timestamp() - interval '24 hours'
    and c.changed_by_id is not null and not console.are_two_people(p_operator_id, c.changed_by_id)
  group by s.approval_limit, s.card_day_limit, s.operator_day_limit
$$;
alter function console.limits_of(uuid) owner to regie_owner;
revoke execute on function console.limits_of(uuid) from public;

-- What has moved without a second person within a day: on a card, and by an operator. Corrections that were taken back
-- count, and what took them back.
create or replace function console.moved_alone(p_card_id text, p_operator text)
  returns table (on_card numeric, by_operator numeric, by_operator_on_card numeric, times_on_card bigint)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select
    coalesce((
      select sum(greatest(abs(card_delta), abs(ledger_delta))) from console.corrections
      where card_id = p_card_id and approver is null and applied_at > clock_timestamp() - interval '24 hours'), 0),
    coalesce(sum(moved), 0), coalesce(sum(moved) filter (where card_id = p_card_id), 0),
    count(*) filter (where card_id = p_card_id)
  from (
    select card_id, greatest(abs(card_delta), abs(ledger_delta)) as moved from console.corrections
    where lower(operator) = lower(p_operator) and approver is null
      and applied_at > clock_timestamp() - interval '24 hours') as own
$$;
alter function console.moved_alone(text, text) owner to regie_owner;
revoke execute on function console.moved_alone(text, text) from public;

-- What an operator may still move on a card without a second person: for the screen, which asks before it comes to that.
create or replace function console.allowance(p_card_id text, p_operator text)
  returns table (approval_limit numeric, card_day_limit numeric, on_card numeric, operator_day_limit numeric,
    by_operator numeric)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select limits.approval_limit, limits.card_day_limit, alone.on_card, limits.operator_day_limit, alone.by_operator
  from console.operators o, console.limits_of(o.operator_id) as limits,
    console.moved_alone(p_card_id, p_operator) as alone
  where lower(o.name) = lower(p_operator)
$$;
alter function console.allowance(text, text) owner to regie_owner;
revoke execute on function console.allowance(text, text) from public;
grant execute on function console.allowance(text, text) to regie_console;

-- Why a second person has to approve a correction; null where nobody has to. The caller holds the card's lock and the
-- operator's.
create or replace function console.approval_reason(
  p_kind text, p_card_delta numeric, p_ledger_delta numeric, p_card_id text, p_operator_id uuid, p_operator text
) returns text
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_kind = 'opening_balance' then 'opening_balance'
    when moved > limits.approval_limit then 'approval_limit'
    when alone.on_card + moved > limits.card_day_limit then 'card_day_limit'
    when alone.by_operator + moved > limits.operator_day_limit then 'operator_day_limit'
  end
  from (select greatest(abs(p_card_delta), abs(p_ledger_delta))) as asked (moved),
    console.limits_of(p_operator_id) as limits,
    console.moved_alone(p_card_id, p_operator) as alone
$$;
alter function console.approval_reason(text, numeric, numeric, text, uuid, text) owner to regie_owner;
revoke execute on function console.approval_reason(text, numeric, numeric, text, uuid, text) from public;

-- Raises an alert when somebody has corrected one card several times without a second person and by more than one
-- correction may move: once a card and operator, until it is closed.
create or replace function console.report_splitting(p_card_id text, p_operator text, p_limit numeric) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_moved numeric;
  v_times bigint;
  v_event_id bigint;
begin
  select by_operator_on_card, times_on_card into v_moved, v_times from console.moved_alone(p_card_id, p_operator);
  if v_times < 2 or v_moved <= p_limit or exists (
    select from public.monitoring_events
    where card_id = p_card_id and detection_algorithm = 'split_corrections' and status in ('OPEN', 'INVESTIGATING')
      and event_data ->> 'operator' = p_operator) then
    return;
  end if;
  insert into public.monitoring_events (
    event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score, event_data
  ) values (
    'balance_discrepancy', 'HIGH', p_card_id, v_moved, 'split_corrections', 1,
    jsonb_build_object('operator', p_operator, 'corrections', v_times, 'moved', v_moved, 'limit', p_limit)
  ) returning event_id into v_event_id;
  insert into console.alerts (event_id, incident_id, occurred_at) values (v_event_id, v_event_id, clock_timestamp());
  insert into console.timeline (event_id, kind, actor, data)
  values (v_event_id, 'detected', 'regie-engine', jsonb_build_object('algorithm', 'split_corrections'));
  insert into public.alert_history (monitoring_event_id, alert_level, alert_message)
  select v_event_id, console.alert_level('HIGH'), format('split_corrections on card %s, %s EUR', p_card_id, v_moved)
  where not exists (select from public.alert_history where monitoring_event_id = v_event_id);
end $$;
alter function console.report_splitting(text, text, numeric) owner to regie_owner;
revoke execute on function console.report_splitting(text, text, numeric) from public;

-- Notes which limits held until now, and who changed them.
create or replace function console.note_limits() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into console.limit_changes (changed_by_id, approval_limit, card_day_limit, operator_day_limit)
  select (select operator_id from console.operations
      where xact = pg_current_xact_id() and command = 'festival.set' and outcome ->> 'outcome' = 'waiting'),
    old.approval_limit, old.card_day_limit, old.operator_day_limit;
  return null;
end $$;
alter function console.note_limits() owner to regie_owner;
revoke execute on function console.note_limits() from public;

create or replace trigger regie_note_limits after update on console.festival_settings
  for each row
  when ((old.approval_limit, old.card_day_limit, old.operator_day_limit)
    is distinct from (new.approval_limit, new.card_day_limit, new.operator_day_limit))
  execute function console.note_limits();

-- A supervisor is made by two as soon as there are two: by the command of the first one they are nominated and stay what
-- they are (a new one: an operator), by the same command of a second one, who is surely somebody else, they are one.
create or replace function console.require_second_supervisor() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before console.operators;
  v_given console.operations;
  v_hours interval := (select make_interval(hours => independence_hours) from console.festival_settings);
begin
  select * into v_before from console.operators where operator_id = new.operator_id;
  -- What an insert finds there is updated: that trigger decides.
  if tg_op = 'INSERT' and found then
    return new;
  end if;
  if v_before.role = 'supervisor' and v_before.active then
    if not (new.role = 'supervisor' and new.active) then
      insert into console.supervisor_ends (operator_id) values (new.operator_id)
      on conflict (operator_id) do update set ended_at = excluded.ended_at;
    end if;
    return new;
  end if;
  if not (new.role = 'supervisor' and new.active) then
    return new;
  end if;
  select * into v_given from console.operations
  where xact = pg_current_xact_id() and command = 'operators.save' and outcome ->> 'outcome' = 'waiting';
  -- An administrator, or the first supervisor of all; or nobody else was one within a day.
  if not found or v_hours = interval '0' or not exists (
    select from console.operators o left join console.supervisor_ends e using (operator_id)
    where o.operator_id not in (v_given.operator_id, new.operator_id)
      and (o.role = 'supervisor' and o.active or e.ended_at > clock_timestamp() - v_hours)) then
    return new;
  end if;
  delete from console.nominations n
  where n.operator_id = new.operator_id and n.nominated_at > clock_timestamp() - interval '24 hours'
    and console.are_two_people(n.nominated_by_id, v_given.operator_id);
  if found then
    return new;
  end if;
  insert into console.nominations (operator_id, nominated_by_id) values (new.operator_id, v_given.operator_id)
  on conflict (operator_id) do update
  set nominated_by_id = excluded.nominated_by_id, nominated_at = excluded.nominated_at;
  perform console.append_audit(v_given.operator, v_given.laptop, 'supervisor_nominated', 'operator:' || new.name, '{}',
    v_given.operation_id, v_given.laptop_at);
  new.role := case when tg_op = 'INSERT' then 'operator' else old.role end;
  new.active := case when tg_op = 'INSERT' then new.active else old.active end;
  return new;
end $$;
alter function console.require_second_supervisor() owner to regie_owner;
revoke execute on function console.require_second_supervisor() from public;

create or replace trigger regie_require_second_supervisor before insert or update of role, active on console.operators
  for each row execute function console.require_second_supervisor();
