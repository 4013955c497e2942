-- Commands: who gives one is proven to the database, which applies it once, and the tables that only a command changes.

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

-- Takes a command's operation_id, or says what became of it. The only way in for a command: who gives it, whether they
-- are who they say they are, and whether they may. Returns one of
--   {"taken": true}
--   {"taken": false, "content_hash": …, "outcome": …}    it was given before, or is refused just now (and audited)
create or replace function console.take_operation(
  p_operation_id uuid, p_command text, p_content_hash text, p_operator text, p_laptop text, p_laptop_at timestamptz,
  p_proof text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_known console.operations;
  v_operator console.operators;
  v_secret bytea;
  v_refused text;
  v_outcome jsonb := '{"outcome": "waiting"}';
begin
  select * into v_operator from console.operators where lower(name) = lower(p_operator);
  insert into console.operations (
    operation_id, command, content_hash, outcome, operator, operator_id, laptop, laptop_at
  ) values (
    p_operation_id, p_command, p_content_hash, v_outcome, p_operator, v_operator.operator_id, p_laptop, p_laptop_at
  )
  on conflict (operation_id) do nothing;
  if not found then
    select * into strict v_known from console.operations where operation_id = p_operation_id;
    return jsonb_build_object('taken', false, 'content_hash', v_known.content_hash, 'outcome', v_known.outcome);
  end if;

  select secret into v_secret from console.operator_secrets where operator_id = v_operator.operator_id;
  v_refused := case
    when v_operator.operator_id is null or v_secret is null then 'operator_unknown'
    when p_proof is distinct from encode(console.hmac_sha256(v_secret, convert_to(
      p_operation_id::text || e'\n' || p_command || e'\n' || p_content_hash, 'UTF8')), 'hex') then 'proof_wrong'
    when not v_operator.active then 'operator_inactive'
    when not exists (select from console.command_rights where command = p_command and role = v_operator.role)
      then 'not_allowed'
  end;
  if v_refused is null then
    return jsonb_build_object('taken', true);
  end if;
  v_outcome := jsonb_build_object('outcome', 'rejected', 'error', jsonb_build_object(
    'code', v_refused,
    'params', jsonb_build_object('name', p_operator, 'role', coalesce(v_operator.role, ''), 'command', p_command)));
  update console.operations set outcome = v_outcome where operation_id = p_operation_id;
  perform console.append_audit(p_operator, p_laptop, 'refused', 'command:' || p_command,
    jsonb_build_object('code', v_refused, 'role', v_operator.role), p_operation_id, p_laptop_at);
  return jsonb_build_object('taken', false, 'content_hash', p_content_hash, 'outcome', v_outcome);
end $$;
revoke execute on function console.take_operation(uuid, text, text, text, text, timestamptz, text) from public;
grant execute on function console.take_operation(uuid, text, text, text, text, timestamptz, text) to regie_console;

-- What became of a command, in the transaction that took it.
create or replace function console.settle_operation(p_operation_id uuid, p_outcome jsonb) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update console.operations set outcome = p_outcome
  where operation_id = p_operation_id and xact = pg_current_xact_id() and outcome ->> 'outcome' = 'waiting';
  if not found then
    raise exception using errcode = '42501', message = 'an operation is settled by the transaction that took it';
  end if;
end $$;
revoke execute on function console.settle_operation(uuid, jsonb) from public;
grant execute on function console.settle_operation(uuid, jsonb) to regie_console;

-- Who gives the command of this very transaction; no row where nobody does. For functions that do what only a command
-- may.
create or replace function console.author_of(p_operation_id uuid, variadic p_commands text[])
  returns setof console.operators
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.* from console.operations op join console.operators o using (operator_id)
  where op.operation_id = p_operation_id and op.command = any (p_commands) and op.xact = pg_current_xact_id()
    and op.outcome ->> 'outcome' = 'waiting'
$$;
revoke execute on function console.author_of(uuid, text[]) from public;
grant execute on function console.author_of(uuid, text[]) to regie_owner;

-- Keeps a table from being changed by a console's login without a command that may (trigger arguments: the commands).
create or replace function console.require_command() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'member')
    or current_user = 'regie_owner'
    or exists (select from console.operations where xact = pg_current_xact_id() and command = any (tg_argv)
      and outcome ->> 'outcome' = 'waiting') then
    return coalesce(new, old);
  end if;
  raise exception using errcode = '42501',
    message = format('%s is changed by a command only: %s', tg_table_name, array_to_string(tg_argv, ', '));
end $$;
revoke execute on function console.require_command() from public;

create or replace trigger regie_require_command before insert or update or delete on console.detector_settings
  for each row execute function console.require_command('detectors.set');
create or replace trigger regie_require_command before insert or update or delete on console.detector_setting_changes
  for each row execute function console.require_command('detectors.set');
create or replace trigger regie_require_command before insert or update or delete on console.escalation_settings
  for each row execute function console.require_command('escalation.set');
create or replace trigger regie_require_command before insert or update or delete on console.monitoring_state
  for each row execute function console.require_command('monitoring.stop', 'monitoring.restart');
-- Nobody makes, moves or ends a silence without a command; that it was released is the engine's to write.
create or replace trigger regie_require_command
  before insert or delete or update of algorithm, device, card_id, starts_at, ends_at on console.silences
  for each row execute function console.require_command('silence.start', 'silence.end');
-- Who took over whose shift; that an offer ended comes by itself.
create or replace trigger regie_require_command
  before insert or delete
  or update of from_operator, from_laptop, note, incidents, offered_at, accepted_at, accepted_by, accepted_on
  on console.handovers
  for each row execute function console.require_command('handover.offer', 'handover.accept', 'handover.withdraw');
