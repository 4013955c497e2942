-- Commands: who gives one is proven to the database, which stores what it says and applies it once.

-- RFC 2104 with SHA-256, in what every Postgres has: pgcrypto is not installed everywhere.
create or replace function console.hmac_sha256(key bytea, message bytea) returns bytea
  language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
begin
  if length(key) > 64 then
    key := sha256(key);
  end if;
  for i in 0 .. length(key) - 1 loop
    inner_pad := set_byte(inner_pad, i, 54 # get_byte(key, i));
    outer_pad := set_byte(outer_pad, i, 92 # get_byte(key, i));
  end loop;
  return sha256(outer_pad || sha256(inner_pad || message));
end $$;
revoke execute on function console.hmac_sha256(bytea, bytea) from public;
grant execute on function console.hmac_sha256(bytea, bytea) to regie_owner;

-- The one text of a JSON value: sorted keys, no spaces, numbers without exponent, as shared/domain/command-body.ts writes
-- it. Of a body that says the same in another way (a key twice, 1e3) the text differs from the body.
create or replace function console.canonical_json(p_value jsonb, p_depth int default 0) returns text
  language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  v_text text;
begin
  case jsonb_typeof(p_value)
    when 'object' then
      if p_depth > 64 then
        raise exception using errcode = '22023', message = 'nested too deeply';
      end if;
      select '{' || coalesce(string_agg(
        to_json(key)::text || ':' || case when jsonb_typeof(value) = 'string' then value::text
          else console.canonical_json(value, p_depth + 1) end, ',' order by key collate "C"), '') || '}'
      into v_text from jsonb_each(p_value);
    when 'array' then
      if p_depth > 64 then
        raise exception using errcode = '22023', message = 'nested too deeply';
      end if;
      select '[' || coalesce(string_agg(console.canonical_json(value, p_depth + 1), ',' order by position), '') || ']'
      into v_text from jsonb_array_elements(p_value) with ordinality as list (value, position);
    when 'number' then
      -- Nine characters can stand for a hundred thousand digits.
      if abs(p_value::numeric) >= 1e30 or scale(p_value::numeric) > 40 then
        raise exception using errcode = '22023', message = 'not a number that a console writes';
      end if;
      v_text := trim_scale(p_value::numeric)::text;
    else v_text := p_value::text;
  end case;
  return v_text;
end $$;
revoke execute on function console.canonical_json(jsonb, int) from public;
grant execute on function console.canonical_json(jsonb, int) to regie_owner;

-- What a body says, or why it says nothing: {"author": …, "command": …, "input": …, "operationId": …} with nothing beside.
create or replace function console.read_body(p_body text) returns jsonb
  language plpgsql stable strict set search_path = pg_catalog, pg_temp as $$
declare
  v_body jsonb;
begin
  v_body := p_body::jsonb;
  if jsonb_typeof(v_body) = 'object'
    and (select array_agg(key order by key collate "C") from jsonb_object_keys(v_body) as key)
      = array['author', 'command', 'input', 'operationId']
    and jsonb_typeof(v_body -> 'author') = 'object'
    and (select array_agg(key order by key collate "C") from jsonb_object_keys(v_body -> 'author') as key)
      = array['laptop', 'laptopAt', 'laptopId', 'operator', 'operatorId']
    and jsonb_typeof(v_body #> '{author,laptop}') = 'string'
    and jsonb_typeof(v_body #> '{author,operator}') = 'string'
    and length(v_body #>> '{author,laptop}') <= 200
    and length(v_body #>> '{author,operator}') <= 200
    and jsonb_typeof(v_body -> 'command') = 'string'
    and length(v_body ->> 'command') <= 200
    and jsonb_typeof(v_body -> 'input') = 'object'
    and (v_body ->> 'operationId')::uuid is not null
    and (v_body #>> '{author,operatorId}')::uuid is not null
    and v_body #>> '{author,laptopAt}' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$'
    and (v_body #>> '{author,laptopAt}')::timestamptz is not null
    and ((v_body #>> '{author,laptopId}')::uuid is not null or jsonb_typeof(v_body #> '{author,laptopId}') = 'null')
    and console.canonical_json(v_body) = p_body
  then
    return v_body;
  end if;
  return null;
exception when others then
  -- Not JSON, nested too deeply, no uuid, no time.
  return null;
end $$;
revoke execute on function console.read_body(text) from public;
grant execute on function console.read_body(text) to regie_owner;

-- What a command must be signed with, and what refuses it though it is signed so. One place, for all commands: a key of
-- this operator on this laptop that has not ended; of a session where the command asks for one
-- (docs/decisions/0028).
create or replace function console.signing_key_of(
  p_key_id uuid, p_operator_id uuid, p_laptop_id uuid, p_command text
) returns table (secret bytea, refused text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.secret, case
    when k.ended_at is not null or k.expires_at < clock_timestamp() then 'key_ended'
    when k.kind <> 'session' and exists (
      select from console.command_rights r where r.command = p_command and r.step_up) then 'step_up_required'
  end
  from console.signing_keys k
  where k.key_id = p_key_id and k.operator_id = p_operator_id and k.laptop_id = p_laptop_id
$$;
alter function console.signing_key_of(uuid, uuid, uuid, text) owner to regie_owner;
revoke execute on function console.signing_key_of(uuid, uuid, uuid, text) from public;
grant execute on function console.signing_key_of(uuid, uuid, uuid, text) to regie_owner;

-- Takes a command, or says what became of it. The only way in for one: who gives it, whether they are who they say they
-- are, and whether they may. What is verified is the body, byte by byte, and everything that the command does is read
-- from there (console.given_command). p_proof: hexadecimal HMAC-SHA256 of the body. Returns one of
--   {"taken": true}
--   {"taken": false, "outcome": …}    it was given before, or is refused just now (and audited)
-- What nobody is proven to have given is refused and kept under no id, so that it stands in nobody's way.
create or replace function console.take_command(p_body text, p_key_id uuid, p_proof text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_body jsonb;
  v_hash text;
  v_id uuid;
  v_author jsonb;
  v_command text;
  v_known console.operations;
  v_operator console.operators;
  v_key record;
  v_refused text;
  v_outcome jsonb := '{"outcome": "waiting"}';
begin
  if p_body is null or octet_length(p_body) > 1048576 then
    return console.refuse_body('command_too_large', null);
  end if;
  v_body := console.read_body(p_body);
  if v_body is null then
    return console.refuse_body('command_unreadable', null);
  end if;
  v_hash := encode(sha256(convert_to(p_body, 'UTF8')), 'hex');
  v_id := (v_body ->> 'operationId')::uuid;
  v_author := v_body -> 'author';
  v_command := v_body ->> 'command';
  select * into v_known from console.operations where operation_id = v_id;
  if v_known.content_hash = v_hash then
    return jsonb_build_object('taken', false, 'outcome', v_known.outcome);
  end if;

  select * into v_operator from console.operators
  where operator_id = (v_author ->> 'operatorId')::uuid and name = v_author ->> 'operator';
  if not found then
    return console.refuse_body('operator_unknown', v_body);
  end if;
  select * into v_key from console.signing_key_of(
    p_key_id, v_operator.operator_id, (v_author ->> 'laptopId')::uuid, v_command);
  if v_key.secret is null
    or p_proof is distinct from encode(console.hmac_sha256(v_key.secret, convert_to(p_body, 'UTF8')), 'hex') then
    return console.refuse_body('proof_wrong', v_body);
  end if;

  insert into console.operations (
    operation_id, command, content_hash, body, outcome, operator, operator_id, laptop, laptop_id, laptop_at, key_id
  ) values (
    v_id, v_command, v_hash, p_body, v_outcome, v_operator.name, v_operator.operator_id, v_author ->> 'laptop',
    (v_author ->> 'laptopId')::uuid, (v_author ->> 'laptopAt')::timestamptz, p_key_id
  )
  on conflict (operation_id) do nothing;
  if not found then
    select * into strict v_known from console.operations where operation_id = v_id;
    return case when v_known.content_hash = v_hash then jsonb_build_object('taken', false, 'outcome', v_known.outcome)
      else console.refuse_body('operation_reused', v_body) end;
  end if;

  v_refused := case
    when not v_operator.active then 'operator_inactive'
    when not exists (select from console.command_rights where command = v_command and role = v_operator.role)
      then 'not_allowed'
    else v_key.refused
  end;
  if v_refused is null then
    return jsonb_build_object('taken', true);
  end if;
  v_outcome := jsonb_build_object('outcome', 'rejected', 'error', jsonb_build_object(
    'code', v_refused,
    'params', jsonb_build_object('name', v_operator.name, 'role', v_operator.role, 'command', v_command)));
  update console.operations set outcome = v_outcome where operation_id = v_id;
  perform console.append_audit(v_operator.name, v_author ->> 'laptop', 'refused', 'command:' || v_command,
    jsonb_build_object('code', v_refused, 'role', v_operator.role), v_id, (v_author ->> 'laptopAt')::timestamptz);
  return jsonb_build_object('taken', false, 'outcome', v_outcome);
end $$;
alter function console.take_command(text, uuid, text) owner to regie_owner;
revoke execute on function console.take_command(text, uuid, text) from public;
grant execute on function console.take_command(text, uuid, text) to regie_console;

-- Refuses what nobody is proven to have given: written down in the console's own name, with whose it claimed to be.
create or replace function console.refuse_body(p_code text, p_body jsonb) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_command text := left(coalesce(p_body ->> 'command', ''), 100);
  v_name text := left(coalesce(p_body #>> '{author,operator}', ''), 100);
begin
  perform console.append_audit('regie-console', left(coalesce(p_body #>> '{author,laptop}', ''), 100), 'refused',
    'command:' || v_command, jsonb_strip_nulls(jsonb_build_object(
      'code', p_code, 'operator', nullif(v_name, ''), 'operation', p_body ->> 'operationId')));
  return jsonb_build_object('taken', false, 'outcome', jsonb_build_object(
    'outcome', 'rejected', 'error', jsonb_build_object(
      'code', p_code, 'params', jsonb_build_object('name', v_name, 'role', '', 'command', v_command))));
end $$;
alter function console.refuse_body(text, jsonb) owner to regie_owner;
revoke execute on function console.refuse_body(text, jsonb) from public;
grant execute on function console.refuse_body(text, jsonb) to regie_owner;

-- What became of a command, in the transaction that took it. Nobody is told that money moved where nothing says so.
create or replace function console.settle_operation(p_operation_id uuid, p_outcome jsonb) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update console.operations set outcome = p_outcome
  where operation_id = p_operation_id and xact = pg_current_xact_id() and outcome ->> 'outcome' = 'waiting'
    and not (command like 'correction.%' and p_outcome ->> 'outcome' = 'applied' and not exists (
      select from console.audit where audit.operation_id = p_operation_id));
  if not found then
    raise exception using errcode = '42501', message = 'an operation is settled by the transaction that took it';
  end if;
end $$;
alter function console.settle_operation(uuid, jsonb) owner to regie_owner;
revoke execute on function console.settle_operation(uuid, jsonb) from public;
grant execute on function console.settle_operation(uuid, jsonb) to regie_console;

-- The command of this very transaction, for a function that does what only it may. What such a function does is read from
-- its body and nowhere else. Refuses where nobody gives it.
create or replace function console.given_command(p_operation_id uuid, variadic p_commands text[])
  returns console.operations
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations;
begin
  select * into v_given from console.operations
  where operation_id = p_operation_id and command = any (p_commands) and xact = pg_current_xact_id()
    and outcome ->> 'outcome' = 'waiting' and body is not null;
  if not found then
    raise exception using errcode = '42501',
      message = 'this is done by the command ' || array_to_string(p_commands, ' or ') || ' only';
  end if;
  return v_given;
end $$;
alter function console.given_command(uuid, text[]) owner to regie_owner;
revoke execute on function console.given_command(uuid, text[]) from public;
grant execute on function console.given_command(uuid, text[]) to regie_owner;

-- The id of a row in what somebody says: decimal text of 64 bits, since a number in JSON would lose digits on its way.
-- Null for anything else.
create or replace function console.row_id_of(p_id text) returns bigint
  language sql immutable parallel safe as $$
  select case when p_id ~ '^-?\d{1,40}$' then
    case when p_id::numeric between -9223372036854775808 and 9223372036854775807 then p_id::bigint end end
$$;
revoke execute on function console.row_id_of(text) from public;
grant execute on function console.row_id_of(text) to regie_console, regie_owner;

-- Cents of a command, which are integers, as the amount that they are. What is no such number is no amount (NaN).
create or replace function console.amount_of(p_cents jsonb) returns numeric
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  v_cents numeric;
begin
  if p_cents is null or jsonb_typeof(p_cents) = 'null' then
    return null;
  end if;
  if jsonb_typeof(p_cents) <> 'number' then
    return 'NaN';
  end if;
  v_cents := p_cents::numeric;
  if abs(v_cents) > 9007199254740991 or v_cents <> trunc(v_cents) then
    return 'NaN';
  end if;
  return round(v_cents / 100, 2);
end $$;
revoke execute on function console.amount_of(jsonb) from public;
grant execute on function console.amount_of(jsonb) to regie_owner;
