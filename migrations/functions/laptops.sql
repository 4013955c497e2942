-- Laptops: which ones people may sign in on, how they do, and the keys that both sides get from it. No secret is sent:
-- laptop and database make the same key of what each of them has (electron/operations/operators/key-material.ts makes them there).

-- Whether a message comes from an enrolled laptop: hexadecimal HMAC-SHA256 under its device key.
create or replace function console.is_laptop(p_laptop_id uuid, p_message text, p_proof text) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select p_proof = encode(console.hmac_sha256(k.key, convert_to(p_message, 'UTF8')), 'hex')
    from console.laptop_keys k join console.enrolled_laptops l using (laptop_id)
    where k.laptop_id = p_laptop_id and l.ended_at is null), false)
$$;
alter function console.is_laptop(uuid, text, text) owner to regie_owner;
revoke execute on function console.is_laptop(uuid, text, text) from public;

-- Sign-in takes three transactions. First a number that is used once.
-- Returns {"outcome": "begun", "nonce": …, "pin_params": …, "pin_at": …} or {"outcome": "refused", "code": …}.
create or replace function console.sign_in_challenge(p_operator_id uuid, p_laptop_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_operator console.operators;
  v_nonce uuid;
  v_ended boolean;
begin
  select ended_at is not null into v_ended from console.enrolled_laptops where laptop_id = p_laptop_id;
  if v_ended is distinct from false then
    return jsonb_build_object('outcome', 'refused',
      'code', case when v_ended then 'laptop_ended' else 'laptop_unknown' end);
  end if;
  select * into v_operator from console.operators where operator_id = p_operator_id and active;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_inactive');
  end if;
  delete from console.sign_in_tries where made_at < clock_timestamp() - interval '1 minute';
  insert into console.sign_in_tries (operator_id, laptop_id) values (p_operator_id, p_laptop_id)
  returning nonce into v_nonce;
  return jsonb_build_object('outcome', 'begun', 'nonce', v_nonce, 'pin_params', v_operator.pin_params,
    'pin_at', v_operator.pin_at);
end $$;
alter function console.sign_in_challenge(uuid, uuid) owner to regie_owner;
revoke execute on function console.sign_in_challenge(uuid, uuid) from public;
grant execute on function console.sign_in_challenge(uuid, uuid) to regie_console;

-- After ten wrong PINs. Returns until when.
create or replace function console.lock_operator(p_operator console.operators, p_laptop_id uuid) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_until timestamptz := clock_timestamp() + interval '15 minutes';
begin
  update console.operators set locked_until = v_until where operator_id = p_operator.operator_id;
  perform console.append_audit('regie-console', (select name from console.enrolled_laptops where laptop_id = p_laptop_id),
    'operator_locked', 'operator:' || p_operator.name, '{}');
  return v_until;
end $$;
alter function console.lock_operator(console.operators, uuid) owner to regie_owner;
revoke execute on function console.lock_operator(console.operators, uuid) from public;

-- Second, the try, which counts as a wrong one until its answer says otherwise. Ten wrong ones in a row, wherever, lock
-- the operator for a quarter of an hour, after which there are ten tries again. It says nothing about the PIN: whoever
-- rolls it back has learned nothing. Without the proof of an enrolled laptop nothing is counted and nothing said.
-- Both proofs: "sign-in", nonce and operator_id, a line each; under the device key, and under the key of the PIN.
-- Returns {"outcome": "tried"} or {"outcome": "refused", "code": …, "until": …}.
create or replace function console.try_pin(p_nonce uuid, p_laptop_proof text, p_pin_proof text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_try console.sign_in_tries;
  v_operator console.operators;
  v_failures int;
begin
  select * into v_try from console.sign_in_tries
  where nonce = p_nonce and tried_xact is null and made_at > clock_timestamp() - interval '1 minute' for update;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'sign_in_expired');
  end if;
  if not console.is_laptop(v_try.laptop_id, 'sign-in' || e'\n' || p_nonce || e'\n' || v_try.operator_id, p_laptop_proof)
  then
    return jsonb_build_object('outcome', 'refused', 'code', 'laptop_unknown');
  end if;
  select * into v_operator from console.operators where operator_id = v_try.operator_id for update;
  if not found or not v_operator.active then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_inactive');
  end if;
  if v_operator.locked_until > clock_timestamp() then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_locked', 'until', v_operator.locked_until);
  end if;
  -- When a lock is over, counting begins anew.
  v_failures := case when v_operator.locked_until is null then v_operator.failures else 0 end;
  if v_failures >= 10 then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_locked',
      'until', console.lock_operator(v_operator, v_try.laptop_id));
  end if;
  update console.operators set failures = v_failures + 1, locked_until = null where operator_id = v_try.operator_id;
  update console.sign_in_tries set pin_proof = p_pin_proof, tried_xact = pg_current_xact_id() where nonce = p_nonce;
  return jsonb_build_object('outcome', 'tried');
end $$;
alter function console.try_pin(uuid, text, text) owner to regie_owner;
revoke execute on function console.try_pin(uuid, text, text) from public;
grant execute on function console.try_pin(uuid, text, text) to regie_console;

-- Third, what came of the try, once it is counted for good. Where the PIN was right: a key of this session, which ends
-- with it, and the operator's key of this laptop, masked: only who has the key of the PIN can read it.
-- p_once: for one command of somebody who does not stay (docs/decisions/0014).
-- Returns {"outcome": "signed_in", "session_key": …, "expires_at": …, "laptop_key": …, "masked": …} or
-- {"outcome": "refused", "code": …, "left": …, "until": …}.
create or replace function console.sign_in(p_nonce uuid, p_once boolean) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_try console.sign_in_tries;
  v_operator console.operators;
  v_laptop console.enrolled_laptops;
  v_pin_key bytea;
  v_session console.signing_keys;
  v_laptop_key console.signing_keys;
begin
  delete from console.sign_in_tries
  where nonce = p_nonce and tried_xact <> pg_current_xact_id() and made_at > clock_timestamp() - interval '1 minute'
  returning * into v_try;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'sign_in_expired');
  end if;
  select * into v_laptop from console.enrolled_laptops where laptop_id = v_try.laptop_id;
  if v_laptop.ended_at is not null then
    return jsonb_build_object('outcome', 'refused', 'code', 'laptop_ended');
  end if;
  select * into v_operator from console.operators where operator_id = v_try.operator_id for update;
  if not found or not v_operator.active then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_inactive');
  end if;
  select pin_key into v_pin_key from console.pin_keys where operator_id = v_try.operator_id;
  if v_pin_key is null or v_try.pin_proof is distinct from encode(console.hmac_sha256(v_pin_key,
    convert_to('sign-in' || e'\n' || p_nonce || e'\n' || v_try.operator_id, 'UTF8')), 'hex') then
    if v_operator.failures >= 10 then
      return jsonb_build_object('outcome', 'refused', 'code', 'operator_locked',
        'until', coalesce(v_operator.locked_until, console.lock_operator(v_operator, v_try.laptop_id)));
    end if;
    return jsonb_build_object('outcome', 'refused', 'code', 'pin_wrong', 'left', 10 - v_operator.failures);
  end if;

  update console.operators set failures = 0, locked_until = null
  where operator_id = v_try.operator_id and (failures > 0 or locked_until is not null);
  update console.enrolled_laptops set last_seen = clock_timestamp() where laptop_id = v_try.laptop_id;
  if not p_once then
    select * into v_laptop_key from console.signing_keys
    where operator_id = v_try.operator_id and laptop_id = v_try.laptop_id and kind = 'laptop' and ended_at is null
    order by made_at desc limit 1;
    if not found then
      insert into console.signing_keys (operator_id, laptop_id, kind, secret)
      values (v_try.operator_id, v_try.laptop_id, 'laptop',
        sha256(convert_to(gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid(), 'UTF8')))
      returning * into v_laptop_key;
    end if;
  end if;
  insert into console.signing_keys (operator_id, laptop_id, kind, expires_at, secret)
  values (v_try.operator_id, v_try.laptop_id, 'session',
    clock_timestamp() + case when p_once then interval '10 minutes' else interval '16 hours' end,
    console.hmac_sha256(v_pin_key, convert_to('session' || e'\n' || p_nonce, 'UTF8')))
  returning * into v_session;
  perform console.append_audit('regie-console', v_laptop.name, 'signed_in', 'operator:' || v_operator.name, '{}');
  return jsonb_build_object('outcome', 'signed_in', 'session_key', v_session.key_id,
    'expires_at', v_session.expires_at, 'laptop_key', v_laptop_key.key_id,
    'masked', encode(console.xor(v_laptop_key.secret, console.hmac_sha256(v_pin_key,
      convert_to('laptop' || e'\n' || p_nonce, 'UTF8'))), 'hex'));
end $$;
alter function console.sign_in(uuid, boolean) owner to regie_owner;
revoke execute on function console.sign_in(uuid, boolean) from public;
grant execute on function console.sign_in(uuid, boolean) to regie_console;

-- A secret under a mask that is as long or longer.
create or replace function console.xor(p_secret bytea, p_mask bytea) returns bytea
  language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  for i in 0 .. length(p_secret) - 1 loop
    p_secret := set_byte(p_secret, i, get_byte(p_secret, i) # get_byte(p_mask, i));
  end loop;
  return p_secret;
end $$;
alter function console.xor(bytea, bytea) owner to regie_owner;
revoke execute on function console.xor(bytea, bytea) from public;

-- Ends a session: locked, signed out, or somebody else has signed in. Proof: "sign-out" and key_id under its key.
create or replace function console.sign_out(p_key_id uuid, p_proof text) returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  update console.signing_keys set ended_at = clock_timestamp(), ended_why = 'signed_out'
  where key_id = p_key_id and kind = 'session' and ended_at is null
    and p_proof = encode(console.hmac_sha256(secret, convert_to('sign-out' || e'\n' || p_key_id, 'UTF8')), 'hex')
$$;
alter function console.sign_out(uuid, text) owner to regie_owner;
revoke execute on function console.sign_out(uuid, text) from public;
grant execute on function console.sign_out(uuid, text) to regie_console;

-- Enrols the laptop on which a one-time code was typed. Proof: "enrol", laptop_id, name and the laptop's own nonce, a
-- line each, under the key of the code; its device key is "device", laptop_id and nonce under the same.
-- Returns {"outcome": "enrolled", "name": …} or {"outcome": "refused", "code": …}.
create or replace function console.enrol_laptop(
  p_code_id text, p_laptop_id uuid, p_name text, p_nonce text, p_proof text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_code console.enrolment_codes;
  v_name text;
begin
  select * into v_code from console.enrolment_codes where code_id = p_code_id for update;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'enrolment_code_wrong');
  end if;
  if v_code.used_at is not null or v_code.tries >= 5 or v_code.expires_at < clock_timestamp() then
    return jsonb_build_object('outcome', 'refused', 'code', 'enrolment_code_ended');
  end if;
  if p_proof is distinct from encode(console.hmac_sha256(v_code.code_key, convert_to(
    'enrol' || e'\n' || p_laptop_id || e'\n' || p_name || e'\n' || p_nonce, 'UTF8')), 'hex') then
    update console.enrolment_codes set tries = tries + 1 where code_id = p_code_id;
    return jsonb_build_object('outcome', 'refused', 'code', 'enrolment_code_wrong');
  end if;
  v_name := coalesce(v_code.name, p_name);
  lock table console.enrolled_laptops in share row exclusive mode;
  if exists (select from console.enrolled_laptops where lower(name) = lower(v_name) and ended_at is null) then
    return jsonb_build_object('outcome', 'refused', 'code', 'laptop_name_taken');
  end if;
  insert into console.enrolled_laptops (laptop_id, name, enrolled_by, enrolled_by_id)
  values (p_laptop_id, v_name, v_code.created_by, v_code.created_by_id);
  insert into console.laptop_keys (laptop_id, key)
  values (p_laptop_id, console.hmac_sha256(v_code.code_key, convert_to(
    'device' || e'\n' || p_laptop_id || e'\n' || p_nonce, 'UTF8')));
  update console.enrolment_codes set used_at = clock_timestamp(), code_key = null where code_id = p_code_id;
  perform console.append_audit('regie-console', v_name, 'laptop_enrolled', 'laptop:' || v_name,
    jsonb_build_object('by', v_code.created_by, 'login', session_user));
  return jsonb_build_object('outcome', 'enrolled', 'name', v_name);
end $$;
alter function console.enrol_laptop(text, uuid, text, text, text) owner to regie_owner;
revoke execute on function console.enrol_laptop(text, uuid, text, text, text) from public;
grant execute on function console.enrol_laptop(text, uuid, text, text, text) to regie_console;

-- Takes a code that a supervisor's console has made for another laptop. p_code_key: what it is checked against; its hash
-- is part of the command. Returns until when it can be typed.
create or replace function console.invite_laptop(p_operation_id uuid, p_code_key bytea) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'laptops.invite');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_expires_at timestamptz;
begin
  if p_code_key is null or encode(sha256(p_code_key), 'hex') is distinct from v_input ->> 'codeSha256' then
    raise exception using errcode = '42501', message = 'this was signed with another code';
  end if;
  insert into console.enrolment_codes (code_id, code_key, created_by, created_by_id)
  values (v_input ->> 'codeId', p_code_key, v_given.operator, v_given.operator_id)
  returning expires_at into v_expires_at;
  perform console.append_given(v_given, 'laptop_invited', 'laptop', '{}');
  return v_expires_at;
end $$;
alter function console.invite_laptop(uuid, bytea) owner to regie_owner;
revoke execute on function console.invite_laptop(uuid, bytea) from public;
grant execute on function console.invite_laptop(uuid, bytea) to regie_console;

-- Ends a laptop: nobody signs in on it any more, what was signed there and still waits is refused, and who signed in
-- there is asked to change their PIN, which its thief can try. Returns how many are asked; null where it is none.
create or replace function console.end_laptop(p_operation_id uuid) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'laptops.end');
  v_laptop_id uuid := (v_given.body::jsonb #>> '{input,laptopId}')::uuid;
  v_author console.operators;
  v_asked int;
begin
  select * into strict v_author from console.operators where operator_id = v_given.operator_id;
  v_asked := console.end_enrolment(v_laptop_id, v_author);
  if v_asked is not null then
    perform console.append_given(v_given, 'laptop_ended',
      'laptop:' || (select name from console.enrolled_laptops where laptop_id = v_laptop_id),
      jsonb_build_object('asked', v_asked));
  end if;
  return v_asked;
end $$;
alter function console.end_laptop(uuid) owner to regie_owner;
revoke execute on function console.end_laptop(uuid) from public;
grant execute on function console.end_laptop(uuid) to regie_console;

-- The end itself. Also for the administrator, by hand: select console.end_enrolment(laptop_id, null) from
-- console.enrolled_laptops where name = 'booth-4'.
create or replace function console.end_enrolment(p_laptop_id uuid, p_by console.operators) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_asked int;
begin
  update console.enrolled_laptops
  set ended_at = clock_timestamp(), ended_by = p_by.name, ended_by_id = p_by.operator_id
  where laptop_id = p_laptop_id and ended_at is null;
  if not found then
    return null;
  end if;
  delete from console.laptop_keys where laptop_id = p_laptop_id;
  update console.operators set pin_change_asked = clock_timestamp()
  where operator_id in (select operator_id from console.signing_keys where laptop_id = p_laptop_id and kind = 'laptop');
  get diagnostics v_asked = row_count;
  update console.signing_keys set ended_at = clock_timestamp(), ended_why = 'laptop_ended'
  where laptop_id = p_laptop_id and ended_at is null;
  return v_asked;
end $$;
alter function console.end_enrolment(uuid, console.operators) owner to regie_owner;
revoke execute on function console.end_enrolment(uuid, console.operators) from public;
