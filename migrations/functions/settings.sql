-- What holds for the whole festival: its name, time zone, language, and the limit above which a second person approves.

-- Replaces the settings against the version that was seen. The only way in, by a command of this very transaction.
-- Returns {"outcome": "saved", "version": …} or {"outcome": "refused", "code": …}.
create or replace function console.set_festival_settings(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'festival.set');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_before console.festival_settings;
  v_after console.festival_settings;
begin
  select * into strict v_before from console.festival_settings for update;
  if v_before.version is distinct from (v_input ->> 'base')::int then
    return jsonb_build_object('outcome', 'refused', 'code', 'settings_changed',
      'name', coalesce(v_before.changed_by, ''));
  end if;
  if v_input ->> 'timeZone' is not null
    and not exists (select from pg_timezone_names where name = v_input ->> 'timeZone') then
    return jsonb_build_object('outcome', 'refused', 'code', 'time_zone_unknown');
  end if;
  begin
    update console.festival_settings
    set version = version + 1,
      name = btrim(v_input ->> 'name'),
      time_zone = v_input ->> 'timeZone',
      language = v_input ->> 'language',
      approval_limit = console.amount_of(v_input -> 'approvalLimitCents'),
      card_day_limit = console.amount_of(v_input -> 'cardDayLimitCents'),
      operator_day_limit = console.amount_of(v_input -> 'operatorDayLimitCents'),
      changed_at = clock_timestamp(),
      changed_by = v_given.operator
    returning * into v_after;
  exception when check_violation or not_null_violation or numeric_value_out_of_range then
    return jsonb_build_object('outcome', 'refused', 'code', 'settings_invalid');
  end;
  perform console.append_given(v_given, 'festival_settings_changed', 'festival:settings',
    jsonb_build_object('before', to_jsonb(v_before) - 'singleton', 'after', to_jsonb(v_after) - 'singleton'));
  return jsonb_build_object('outcome', 'saved', 'version', v_after.version);
end $$;
alter function console.set_festival_settings(uuid) owner to regie_owner;
revoke execute on function console.set_festival_settings(uuid) from public;
grant execute on function console.set_festival_settings(uuid) to regie_console;
