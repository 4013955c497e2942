-- Stopping and restarting monitoring for the whole festival, and the thresholds of its detectors.

-- Stops monitoring, by a command of this very transaction. An order that has waited for the network for too long is
-- asked again: it was meant for another moment. Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.stop_monitoring(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'monitoring.stop');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_before console.monitoring_state;
begin
  select * into strict v_before from console.monitoring_state for update;
  if v_before.stopped_at is not null then
    return case when v_before.stopped_by = v_given.operator then '{"outcome": "saved"}'::jsonb
      else jsonb_build_object('outcome', 'refused', 'code', 'monitoring_stopped', 'name', v_before.stopped_by) end;
  end if;
  if clock_timestamp() - v_given.laptop_at > interval '10 minutes' then
    return '{"outcome": "refused", "code": "stop_late", "minutes": 10}';
  end if;
  update console.monitoring_state
  set stopped_at = clock_timestamp(), stopped_by = v_given.operator, stopped_on = v_given.laptop,
    reason = v_input ->> 'reason';
  -- Before the term, as whoever runs the engine does it: the other way round the two could wait for each other.
  perform console.append_given(v_given, 'monitoring_stopped', 'monitoring',
    jsonb_build_object('reason', v_input ->> 'reason'));
  -- The term of whoever runs the engine is over: what it is writing now fails at its fence (docs/decisions/0006).
  update console.engine_term set term = term + 1;
  update console.engine_lease
  set term = (select term from console.engine_term), holder = null, expires_at = clock_timestamp();
  return '{"outcome": "saved"}';
end $$;
alter function console.stop_monitoring(uuid) owner to regie_owner;
revoke execute on function console.stop_monitoring(uuid) from public;
grant execute on function console.stop_monitoring(uuid) to regie_console;

-- Restarts it.
create or replace function console.restart_monitoring(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'monitoring.restart');
  v_before console.monitoring_state;
begin
  select * into strict v_before from console.monitoring_state for update;
  if v_before.stopped_at is not null then
    update console.monitoring_state
    set stopped_at = null, stopped_by = null, stopped_on = null, reason = null, restarted_at = clock_timestamp();
    perform console.append_given(v_given, 'monitoring_restarted', 'monitoring',
      jsonb_build_object('stopped_at', v_before.stopped_at, 'stopped_by', v_before.stopped_by));
  end if;
  return '{"outcome": "saved"}';
end $$;
alter function console.restart_monitoring(uuid) owner to regie_owner;
revoke execute on function console.restart_monitoring(uuid) from public;
grant execute on function console.restart_monitoring(uuid) to regie_console;

-- Sets the thresholds of a detector against those that were seen (no "base": by an older version, unseen).
create or replace function console.set_thresholds(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'detectors.set');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_algorithm text := v_input ->> 'algorithm';
  v_after jsonb := v_input -> 'thresholds';
  v_before console.detector_settings;
begin
  -- Two who set the first thresholds have no row to lock.
  lock table console.detector_settings in share row exclusive mode;
  select * into v_before from console.detector_settings where algorithm = v_algorithm;
  if v_input ? 'base' and v_before.updated_at is distinct from (v_input ->> 'base')::timestamptz then
    return jsonb_build_object('outcome', 'refused', 'code', 'thresholds_changed',
      'name', coalesce(v_before.updated_by, ''));
  end if;
  insert into console.detector_settings (algorithm, settings, updated_by)
  values (v_algorithm, v_after, v_given.operator)
  on conflict (algorithm) do update
  set settings = excluded.settings, updated_by = excluded.updated_by, updated_at = now();
  insert into console.detector_setting_changes (algorithm, author, laptop, before, after)
  values (v_algorithm, v_given.operator, v_given.laptop, v_before.settings, v_after);
  perform console.append_given(v_given, 'thresholds_changed', 'detector:' || v_algorithm,
    jsonb_build_object('before', v_before.settings, 'after', v_after));
  return '{"outcome": "saved"}';
end $$;
alter function console.set_thresholds(uuid) owner to regie_owner;
revoke execute on function console.set_thresholds(uuid) from public;
grant execute on function console.set_thresholds(uuid) to regie_console;
