-- Operators: who may sign in, with which PIN, and what a wrong one leads to.

-- The first supervisor of a festival makes themselves: there is nobody yet who could.
create or replace function console.create_first_supervisor(
  p_operator_id uuid, p_name text, p_wrapped jsonb, p_secret bytea, p_laptop text
) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  lock table console.operators in share row exclusive mode;
  if exists (select from console.operators) then
    return false;
  end if;
  insert into console.operators (operator_id, name, role, wrapped, created_by, changed_by)
  values (p_operator_id, p_name, 'supervisor', p_wrapped, p_name, p_name);
  insert into console.operator_secrets (operator_id, secret) values (p_operator_id, p_secret);
  perform console.append_audit('regie-console', p_laptop, 'first_supervisor', 'operator:' || p_name,
    jsonb_build_object('name', p_name));
  return true;
end $$;
alter function console.create_first_supervisor(uuid, text, jsonb, bytea, text) owner to regie_owner;
revoke execute on function console.create_first_supervisor(uuid, text, jsonb, bytea, text) from public;
grant execute on function console.create_first_supervisor(uuid, text, jsonb, bytea, text) to regie_console;

-- Makes an operator or changes one. A new secret comes with a new PIN: what was signed with the old one is refused
-- then, and a console that is signed in with it sees by the time of the secret that it has to ask for the new PIN.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.save_operator(p_operation_id uuid, p_secret bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_input jsonb := console.command_input(p_operation_id, 'operators.save');
  v_operator_id uuid := (v_input ->> 'operatorId')::uuid;
  v_name text := v_input ->> 'name';
  v_role text := v_input ->> 'role';
  v_active boolean := (v_input ->> 'active')::boolean;
  v_wrapped jsonb := v_input -> 'wrapped';
  v_author console.operators;
  v_before console.operators;
begin
  select * into v_author from console.author_of(p_operation_id, 'operators.save');
  if not found then
    raise exception using errcode = '42501', message = 'operators are saved by the command operators.save only';
  end if;
  if encode(sha256(p_secret), 'hex') is distinct from v_input ->> 'secretSha256' then
    raise exception using errcode = '42501', message = 'this operator was saved with another secret';
  end if;
  if (v_wrapped is null) <> (p_secret is null) or v_operator_id is null or v_name is null or v_active is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  lock table console.operators in share row exclusive mode;
  select * into v_before from console.operators where operator_id = v_operator_id;
  if exists (select from console.operators where lower(name) = lower(v_name) and operator_id <> v_operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_name_taken');
  end if;
  if v_before.operator_id is null and v_wrapped is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  -- Names stand on everything that was done: they stay whose they were.
  if v_before.name <> v_name then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_name_fixed');
  end if;
  if v_before.role = 'supervisor' and v_before.active and not (v_role = 'supervisor' and v_active) and not exists (
    select from console.operators where role = 'supervisor' and active and operator_id <> v_operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'last_supervisor');
  end if;
  insert into console.operators (operator_id, name, role, active, wrapped, created_by, changed_by)
  values (v_operator_id, v_name, v_role, v_active, coalesce(v_wrapped, v_before.wrapped), v_author.name, v_author.name)
  on conflict (operator_id) do update
  set role = excluded.role, active = excluded.active, wrapped = excluded.wrapped, failures = 0, locked_until = null,
    changed_at = clock_timestamp(), changed_by = v_author.name;
  if p_secret is not null then
    insert into console.operator_secrets (operator_id, secret) values (v_operator_id, p_secret)
    on conflict (operator_id) do update set secret = excluded.secret;
    update console.operators set secret_at = clock_timestamp() where operator_id = v_operator_id;
  end if;
  perform console.append_given(p_operation_id, 'operator_saved', 'operator:' || v_name,
    jsonb_build_object('role', v_role, 'active', v_active, 'new_pin', p_secret is not null));
  return jsonb_build_object('outcome', 'saved');
end $$;
alter function console.save_operator(uuid, bytea) owner to regie_owner;
revoke execute on function console.save_operator(uuid, bytea) from public;
grant execute on function console.save_operator(uuid, bytea) to regie_console;

-- A new PIN of one's own: the same secret under another key, so that what waits on a laptop stays valid.
create or replace function console.change_pin(p_operation_id uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_wrapped jsonb := console.command_input(p_operation_id, 'operators.changePin') -> 'wrapped';
  v_author console.operators;
begin
  select * into v_author from console.author_of(p_operation_id, 'operators.changePin');
  if not found then
    raise exception using errcode = '42501', message = 'a PIN is changed by its operator only';
  end if;
  update console.operators set wrapped = v_wrapped, changed_at = clock_timestamp(), changed_by = v_author.name
  where operator_id = v_author.operator_id;
  perform console.append_given(p_operation_id, 'pin_changed', 'operator:' || v_author.name, '{}');
  return true;
end $$;
alter function console.change_pin(uuid) owner to regie_owner;
revoke execute on function console.change_pin(uuid) from public;
grant execute on function console.change_pin(uuid) to regie_console;

-- A laptop reports a PIN that was tried. Ten wrong ones in a row, wherever, lock the operator for a quarter of an hour,
-- after which there are ten tries again; a right one is believed with its proof only.
create or replace function console.note_pin(p_operator_id uuid, p_laptop text, p_at text, p_proof text)
  returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_operator console.operators;
  v_secret bytea;
  v_failures int;
begin
  select * into v_operator from console.operators where operator_id = p_operator_id for update;
  if not found then
    return null;
  end if;
  select secret into v_secret from console.operator_secrets where operator_id = p_operator_id;
  if p_proof = encode(console.hmac_sha256(v_secret,
    convert_to('sign-in' || e'\n' || p_laptop || e'\n' || p_at, 'UTF8')), 'hex') then
    if v_operator.locked_until is null or v_operator.locked_until < clock_timestamp() then
      update console.operators set failures = 0, locked_until = null where operator_id = p_operator_id and failures > 0;
      perform console.append_audit('regie-console', p_laptop, 'signed_in', 'operator:' || v_operator.name, '{}');
      return null;
    end if;
    return v_operator.locked_until;
  end if;
  -- When a lock is over, counting begins anew.
  v_failures := case when v_operator.locked_until < clock_timestamp() then 1 else v_operator.failures + 1 end;
  update console.operators
  set failures = v_failures,
    locked_until = case when v_failures >= 10 then clock_timestamp() + interval '15 minutes'
      when v_failures > 1 then locked_until end
  where operator_id = p_operator_id
  returning * into v_operator;
  if v_failures = 10 then
    perform console.append_audit('regie-console', p_laptop, 'operator_locked', 'operator:' || v_operator.name, '{}');
  end if;
  return v_operator.locked_until;
end $$;
alter function console.note_pin(uuid, text, text, text) owner to regie_owner;
revoke execute on function console.note_pin(uuid, text, text, text) from public;
grant execute on function console.note_pin(uuid, text, text, text) to regie_console;
