-- High load (docs/database.md, "High load"): one switch for the whole festival, with an end.

grant select on console.high_load to regie_console;
grant select, update on console.high_load to regie_owner;

-- Switches it by a command of this very transaction: on for so many minutes from now, or off with 0.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.set_high_load(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'database.setHighLoad');
  v_minutes int := (v_given.body::jsonb #>> '{input,minutes}')::int;
  v_until timestamptz;
begin
  -- What has waited for the network was meant for another moment.
  if clock_timestamp() - v_given.laptop_at > interval '10 minutes' then
    return '{"outcome": "refused", "code": "remedy_late", "minutes": 10}';
  end if;
  if v_minutes is null or v_minutes not between 0 and 1440 then
    return '{"outcome": "refused", "code": "maintenance_unknown"}';
  end if;
  if v_minutes > 0 then
    v_until := clock_timestamp() + make_interval(mins => v_minutes);
  end if;
  update console.high_load
  set until = v_until, set_by = v_given.operator, set_on = v_given.laptop, set_at = clock_timestamp();
  perform console.append_given(v_given, 'high_load_set', 'festival:high-load', jsonb_build_object(
    'kind', case when v_minutes > 0 then v_minutes || ' min' else '0 min' end, 'until', v_until));
  return '{"outcome": "saved"}';
end $$;
alter function console.set_high_load(uuid) owner to regie_owner;
revoke execute on function console.set_high_load(uuid) from public;
grant execute on function console.set_high_load(uuid) to regie_console;
