-- Shifts that are handed over by two people, each by a command.

-- The open incidents of an operator, acknowledged or taken.
create or replace function console.held_by(p_operator text) returns bigint[]
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct a.incident_id order by a.incident_id), '{}')
  from console.alerts a join public.monitoring_events e using (event_id)
  where e.status in ('OPEN', 'INVESTIGATING') and coalesce(a.taken_by, a.acknowledged_by) = p_operator
$$;
alter function console.held_by(text) owner to regie_owner;
revoke execute on function console.held_by(text) from public;

-- Offers, accepts or withdraws: which of them, says the command.
-- Returns {"outcome": "saved", "from": …, "incidents": […]} or {"outcome": "refused", "code": …, "name": …}.
create or replace function console.hand_over(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(
    p_operation_id, 'handover.offer', 'handover.accept', 'handover.withdraw');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_id uuid := (v_input ->> 'handoverId')::uuid;
  v_handover console.handovers;
  v_incidents bigint[];
begin
  if v_given.command = 'handover.offer' then
    v_incidents := console.held_by(v_given.operator);
    insert into console.handovers (handover_id, from_operator, from_laptop, note, incidents, expires_at)
    values (v_id, v_given.operator, v_given.laptop, v_input ->> 'note', v_incidents,
      clock_timestamp() + interval '15 minutes')
    on conflict do nothing;
    if not found then
      return '{"outcome": "refused", "code": "handover_open"}';
    end if;
    perform console.append_given(v_given, 'handover_offered', 'handover:' || v_id,
      jsonb_build_object('incidents', v_incidents::text[], 'note', v_input ->> 'note'));
    return '{"outcome": "saved", "incidents": []}';
  end if;

  select * into v_handover from console.handovers where handover_id = v_id for update;
  if not found then
    return '{"outcome": "refused", "code": "not_found"}';
  end if;
  if v_given.command = 'handover.withdraw' then
    if v_handover.from_operator <> v_given.operator then
      return '{"outcome": "refused", "code": "handover_not_yours"}';
    end if;
    if v_handover.accepted_by is not null then
      return jsonb_build_object('outcome', 'refused', 'code', 'handover_taken', 'name', v_handover.accepted_by);
    end if;
    update console.handovers set ended_at = coalesce(ended_at, clock_timestamp()) where handover_id = v_id;
    perform console.append_given(v_given, 'handover_withdrawn', 'handover:' || v_id, '{}');
    return '{"outcome": "saved", "incidents": []}';
  end if;

  if v_handover.from_operator = v_given.operator then
    return '{"outcome": "refused", "code": "handover_own"}';
  end if;
  if v_handover.accepted_by = v_given.operator then
    return '{"outcome": "saved", "incidents": []}';
  end if;
  if v_handover.accepted_by is not null then
    return jsonb_build_object('outcome', 'refused', 'code', 'handover_taken', 'name', v_handover.accepted_by);
  end if;
  if v_handover.ended_at is not null then
    return '{"outcome": "refused", "code": "handover_ended"}';
  end if;
  update console.handovers
  set accepted_at = clock_timestamp(), accepted_by = v_given.operator, accepted_on = v_given.laptop
  where handover_id = v_id;
  -- What somebody else has taken meanwhile stays theirs.
  select coalesce(array_agg(id order by id), '{}') into v_incidents
  from unnest(v_handover.incidents) as id where id = any (console.held_by(v_handover.from_operator));
  update console.alerts
  set acknowledged_by = v_given.operator, snoozed_until = null, version = version + 1,
    taken_by = case when taken_by is not null then v_given.operator end,
    taken_on = case when taken_by is not null then v_given.laptop end,
    taken_at = case when taken_by is not null then clock_timestamp() end
  where incident_id = any (v_incidents) and acknowledged_at is not null;
  perform console.append_given(v_given, 'handover_accepted', 'handover:' || v_id,
    jsonb_build_object('from', v_handover.from_operator, 'incidents', v_incidents::text[]));
  return jsonb_build_object('outcome', 'saved', 'from', v_handover.from_operator, 'incidents', v_incidents::text[]);
end $$;
alter function console.hand_over(uuid) owner to regie_owner;
revoke execute on function console.hand_over(uuid) from public;
grant execute on function console.hand_over(uuid) to regie_console;
