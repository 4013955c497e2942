-- Operators: who may sign in, and with which PIN. How they sign in is in laptops.sql.

-- The first supervisor of a festival makes themselves, and with it enrols the laptop at which they sit: there is nobody
-- yet who could. Where an administrator has enrolled laptops already, it is done on one of them only (p_laptop_proof:
-- "first-supervisor" and the operator under its device key), and p_device_key is not looked at.
-- Returns {"outcome": "made"} or {"outcome": "refused", "code": …}.
create or replace function console.create_first_supervisor(
  p_operator_id uuid, p_name text, p_pin_params jsonb, p_pin_digits int, p_pin_key bytea,
  p_laptop_id uuid, p_laptop text, p_device_key bytea, p_laptop_proof text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  lock table console.operators, console.enrolled_laptops in share row exclusive mode;
  if exists (select from console.operators) then
    return jsonb_build_object('outcome', 'refused', 'code', 'operators_exist');
  end if;
  if p_pin_digits < 6 then
    return jsonb_build_object('outcome', 'refused', 'code', 'pin_too_short');
  end if;
  if exists (select from console.enrolled_laptops) then
    if not console.is_laptop(p_laptop_id, 'first-supervisor' || e'\n' || p_operator_id, p_laptop_proof) then
      return jsonb_build_object('outcome', 'refused', 'code', 'laptop_unknown');
    end if;
  else
    insert into console.enrolled_laptops (laptop_id, name, enrolled_by) values (p_laptop_id, p_laptop, p_name);
    insert into console.laptop_keys (laptop_id, key) values (p_laptop_id, p_device_key);
  end if;
  insert into console.operators (operator_id, name, role, pin_params, pin_digits, created_by, changed_by)
  values (p_operator_id, p_name, 'supervisor', p_pin_params, p_pin_digits, p_name, p_name);
  insert into console.pin_keys (operator_id, pin_key) values (p_operator_id, p_pin_key);
  perform console.append_audit('regie-console', p_laptop, 'first_supervisor', 'operator:' || p_name,
    jsonb_build_object('name', p_name));
  return jsonb_build_object('outcome', 'made');
end $$;
alter function console.create_first_supervisor(uuid, text, jsonb, int, bytea, uuid, text, bytea, text) owner to regie_owner;
revoke execute on function console.create_first_supervisor(uuid, text, jsonb, int, bytea, uuid, text, bytea, text)
  from public;
grant execute on function console.create_first_supervisor(uuid, text, jsonb, int, bytea, uuid, text, bytea, text)
  to regie_console;

-- Makes an operator or changes one. A new PIN ends whatever they sign with: what was signed with it and still waits is
-- refused then, and a console on which they are signed in sees by pin_at that it has to ask for the new PIN.
-- p_pin_key: what the new PIN is checked against; its hash is part of the command.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.save_operator(p_operation_id uuid, p_pin_key bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'operators.save');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_operator_id uuid := (v_input ->> 'operatorId')::uuid;
  v_name text := v_input ->> 'name';
  v_role text := v_input ->> 'role';
  v_active boolean := (v_input ->> 'active')::boolean;
  v_digits int := (v_input #>> '{pin,digits}')::int;
  v_before console.operators;
begin
  perform console.require_pin_key(v_input, p_pin_key);
  if num_nulls(v_operator_id, v_name, v_role, v_active) > 0 then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  lock table console.operators in share row exclusive mode;
  select * into v_before from console.operators where operator_id = v_operator_id;
  if exists (select from console.operators where lower(name) = lower(v_name) and operator_id <> v_operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_name_taken');
  end if;
  if v_before.operator_id is null and p_pin_key is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  -- Names stand on everything that was done: they stay whose they were.
  if v_before.name <> v_name then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_name_fixed');
  end if;
  if v_role = 'supervisor' and coalesce(v_digits, v_before.pin_digits) < 6 then
    return jsonb_build_object('outcome', 'refused', 'code', 'pin_too_short');
  end if;
  if v_before.role = 'supervisor' and v_before.active and not (v_role = 'supervisor' and v_active) and not exists (
    select from console.operators where role = 'supervisor' and active and operator_id <> v_operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'last_supervisor');
  end if;
  insert into console.operators (operator_id, name, role, active, pin_params, pin_digits, created_by, changed_by)
  values (v_operator_id, v_name, v_role, v_active, coalesce(v_input #> '{pin,params}', v_before.pin_params),
    coalesce(v_digits, v_before.pin_digits), v_given.operator, v_given.operator)
  on conflict (operator_id) do update
  set role = excluded.role, active = excluded.active, pin_params = excluded.pin_params,
    pin_digits = excluded.pin_digits, failures = 0, locked_until = null, changed_at = clock_timestamp(),
    changed_by = v_given.operator;
  if p_pin_key is not null then
    perform console.set_pin(v_operator_id, v_input -> 'pin', p_pin_key);
    update console.signing_keys set ended_at = clock_timestamp(), ended_why = 'new_pin'
    where operator_id = v_operator_id and ended_at is null;
  end if;
  perform console.append_given(v_given, 'operator_saved', 'operator:' || v_name,
    jsonb_build_object('role', v_role, 'active', v_active, 'new_pin', p_pin_key is not null));
  -- Whoever is to be a supervisor stays what they are until a second one says the same (limits.sql).
  return jsonb_build_object('outcome', 'saved', 'nominated', not exists (
    select from console.operators where operator_id = v_operator_id and role = v_role and active = v_active));
end $$;
alter function console.save_operator(uuid, bytea) owner to regie_owner;
revoke execute on function console.save_operator(uuid, bytea) from public;
grant execute on function console.save_operator(uuid, bytea) to regie_console;

-- A new PIN of one's own. Sessions end, and sign in again with it; the laptops' keys stay, so that what waits stays
-- valid. Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.change_pin(p_operation_id uuid, p_pin_key bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'operators.changePin');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_author console.operators;
begin
  select * into strict v_author from console.operators where operator_id = v_given.operator_id;
  perform console.require_pin_key(v_input, p_pin_key);
  if p_pin_key is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  if v_author.role = 'supervisor' and (v_input #>> '{pin,digits}')::int < 6 then
    return jsonb_build_object('outcome', 'refused', 'code', 'pin_too_short');
  end if;
  perform console.set_pin(v_author.operator_id, v_input -> 'pin', p_pin_key);
  update console.operators set changed_by = v_author.name where operator_id = v_author.operator_id;
  update console.signing_keys set ended_at = clock_timestamp(), ended_why = 'new_pin'
  where operator_id = v_author.operator_id and kind = 'session' and ended_at is null;
  perform console.append_given(v_given, 'pin_changed', 'operator:' || v_author.name, '{}');
  return jsonb_build_object('outcome', 'saved');
end $$;
alter function console.change_pin(uuid, bytea) owner to regie_owner;
revoke execute on function console.change_pin(uuid, bytea) from public;
grant execute on function console.change_pin(uuid, bytea) to regie_console;

-- Holds the key of a new PIN to the command that it came beside.
create or replace function console.require_pin_key(p_input jsonb, p_pin_key bytea) returns void
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if encode(sha256(p_pin_key), 'hex') is distinct from p_input #>> '{pin,keySha256}' then
    raise exception using errcode = '42501', message = 'this was signed with another PIN';
  end if;
end $$;
alter function console.require_pin_key(jsonb, bytea) owner to regie_owner;
revoke execute on function console.require_pin_key(jsonb, bytea) from public;

-- What both have in common. p_pin: {"params": …, "digits": …}.
create or replace function console.set_pin(p_operator_id uuid, p_pin jsonb, p_pin_key bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into console.pin_keys (operator_id, pin_key) values (p_operator_id, p_pin_key)
  on conflict (operator_id) do update set pin_key = excluded.pin_key;
  update console.operators
  set pin_params = p_pin -> 'params', pin_digits = (p_pin ->> 'digits')::int, pin_at = clock_timestamp(),
    pin_change_asked = null, changed_at = clock_timestamp()
  where operator_id = p_operator_id;
end $$;
alter function console.set_pin(uuid, jsonb, bytea) owner to regie_owner;
revoke execute on function console.set_pin(uuid, jsonb, bytea) from public;
