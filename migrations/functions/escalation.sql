-- Who is told and how: settings that hold the passwords of the channels.

-- The same settings with what stands in the place of each secret: those that are kept where the new ones are empty, or
-- a dot where somebody reads them.
create or replace function console.with_secrets(p_settings jsonb, p_kept jsonb, p_dots boolean) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_path text[];
  v_own text;
begin
  foreach v_path slice 1 in array array[['smtp', 'password'], ['twilio', 'token'], ['webhook', 'secret']] loop
    v_own := p_settings #>> v_path;
    continue when v_own is null;
    p_settings := jsonb_set(p_settings, v_path, to_jsonb(case
      when p_dots then case when v_own = '' then '' else '•' end
      else coalesce(nullif(v_own, ''), p_kept #>> v_path, '') end));
  end loop;
  return p_settings;
end $$;
alter function console.with_secrets(jsonb, jsonb, boolean) owner to regie_owner;
revoke execute on function console.with_secrets(jsonb, jsonb, boolean) from public;

-- Replaces them against the version that was seen; an empty secret stays what it was. The first ones are the guide's,
-- which have none: a console shows them where nobody has saved any.
-- Returns {"outcome": "saved", "version": …} or {"outcome": "refused", "code": …}.
create or replace function console.set_escalation(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_input jsonb := console.command_input(p_operation_id, 'escalation.set');
  v_given console.operations;
  v_before console.escalation_settings;
  v_after jsonb;
begin
  if v_input is null then
    raise exception using errcode = '42501', message = 'the escalation is changed by the command escalation.set only';
  end if;
  select * into strict v_given from console.operations where operation_id = p_operation_id;
  lock table console.escalation_settings in share row exclusive mode;
  select * into v_before from console.escalation_settings;
  if coalesce(v_before.version, 0) is distinct from (v_input ->> 'base')::int then
    return jsonb_build_object('outcome', 'refused', 'code', 'escalation_changed',
      'name', coalesce(v_before.changed_by, ''));
  end if;
  v_after := console.with_secrets(v_input -> 'settings', v_before.settings, false);
  insert into console.escalation_settings (version, settings, changed_by)
  values (coalesce(v_before.version, 0) + 1, v_after, v_given.operator)
  on conflict (singleton) do update
  set version = excluded.version, settings = excluded.settings, changed_by = excluded.changed_by,
    changed_at = clock_timestamp();
  perform console.append_given(p_operation_id, 'escalation_changed', 'escalation', jsonb_build_object(
    'before', console.with_secrets(v_before.settings, null, true),
    'after', console.with_secrets(v_after, null, true)));
  return jsonb_build_object('outcome', 'saved', 'version', coalesce(v_before.version, 0) + 1);
end $$;
alter function console.set_escalation(uuid) owner to regie_owner;
revoke execute on function console.set_escalation(uuid) from public;
grant execute on function console.set_escalation(uuid) to regie_console;
