-- Up Migration

-- People (pitfalls.md, "Leadership, money, security"): every laptop shares one login, so the database itself checks who
-- gives a command. Each operator has a secret of 32 bytes. A laptop unlocks it with the operator's PIN, also without the
-- network, and signs each command with it; the database holds the same secret where no console can read it.

create table console.operators (
  operator_id uuid primary key,
  name text not null check (name = btrim(name) and name <> '' and length(name) <= 60),
  role text not null check (role in ('supervisor', 'operator', 'technician', 'viewer')),
  active boolean not null default true,
  -- The secret under a key that only the PIN gives (scrypt, AES-256-GCM): what laptops sign in with.
  wrapped jsonb not null,
  -- Wrong PINs in a row, over all laptops.
  failures int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  changed_at timestamptz not null default clock_timestamp(),
  changed_by text not null
);
create unique index operators_name_idx on console.operators (lower(name));

create table console.operator_secrets (
  operator_id uuid primary key references console.operators (operator_id),
  secret bytea not null check (length(secret) = 32)
);

create table console.command_rights (
  command text not null,
  role text not null check (role in ('supervisor', 'operator', 'technician', 'viewer')),
  primary key (command, role)
);
comment on table console.command_rights is 'Who may give which command. shared/domain/rights.ts says the same to the laptops.';

insert into console.command_rights (command, role)
select command, 'supervisor' from unnest(array[
  'alert.acknowledge', 'alert.unacknowledge', 'alert.take', 'alert.snooze', 'alert.reopen', 'alert.note', 'alert.resolve',
  'alert.falsePositive', 'runbook.start', 'runbook.completeStep', 'runbook.skipStep', 'correction.apply', 'detectors.set',
  'escalation.set', 'escalation.called', 'handover.offer', 'handover.accept', 'handover.withdraw', 'outbox.drop',
  'operators.save', 'operators.changePin', 'session.refused']) as command
union all
select command, 'operator' from unnest(array[
  'alert.acknowledge', 'alert.unacknowledge', 'alert.take', 'alert.snooze', 'alert.reopen', 'alert.note', 'alert.resolve',
  'alert.falsePositive', 'runbook.start', 'runbook.completeStep', 'runbook.skipStep', 'correction.apply',
  'escalation.called', 'handover.offer', 'handover.accept', 'handover.withdraw', 'outbox.drop', 'operators.changePin',
  'session.refused']) as command
union all
select command, 'technician' from unnest(array[
  'alert.acknowledge', 'alert.unacknowledge', 'alert.take', 'alert.snooze', 'alert.reopen', 'alert.note', 'alert.resolve',
  'alert.falsePositive', 'runbook.start', 'runbook.completeStep', 'runbook.skipStep', 'detectors.set', 'escalation.called',
  'handover.offer', 'handover.accept', 'handover.withdraw', 'outbox.drop', 'operators.changePin',
  'session.refused']) as command
union all
select command, 'viewer' from unnest(array['operators.changePin', 'session.refused']) as command;

alter table console.operations
  -- In whose transaction it was taken: what only a command may do looks for it there.
  add column xact xid8 not null default pg_current_xact_id(),
  add column operator_id uuid;
create index operations_xact_idx on console.operations (xact);

-- RFC 2104 with SHA-256, in what every Postgres has: pgcrypto is not installed everywhere.
create function console.hmac_sha256(key bytea, message bytea) returns bytea
  language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
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

-- Takes a command's operation_id, or says what became of it. The only way in for a command: who gives it, whether they
-- are who they say they are, and whether they may. Returns one of
--   {"taken": true}
--   {"taken": false, "content_hash": …, "outcome": …}    it was given before, or is refused just now (and on the audit trail)
create function console.take_operation(
  p_operation_id uuid, p_command text, p_content_hash text, p_operator text, p_laptop text, p_laptop_at timestamptz,
  p_proof text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_known console.operations;
  v_operator console.operators;
  v_secret bytea;
  v_refused text;
  v_outcome jsonb := '{"outcome": "waiting"}';
begin
  select * into v_operator from console.operators where lower(name) = lower(p_operator);
  insert into console.operations (operation_id, command, content_hash, outcome, operator, operator_id, laptop, laptop_at)
  values (p_operation_id, p_command, p_content_hash, v_outcome, p_operator, v_operator.operator_id, p_laptop, p_laptop_at)
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
    'code', v_refused, 'params', jsonb_build_object('name', p_operator, 'role', coalesce(v_operator.role, ''), 'command', p_command)));
  update console.operations set outcome = v_outcome where operation_id = p_operation_id;
  perform console.append_audit(p_operator, p_laptop, 'refused', 'command:' || p_command,
    jsonb_build_object('code', v_refused, 'role', v_operator.role), p_operation_id, p_laptop_at);
  return jsonb_build_object('taken', false, 'content_hash', p_content_hash, 'outcome', v_outcome);
end $$;

-- What became of a command, in the transaction that took it.
create function console.settle_operation(p_operation_id uuid, p_outcome jsonb) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  update console.operations set outcome = p_outcome
  where operation_id = p_operation_id and xact = pg_current_xact_id() and outcome ->> 'outcome' = 'waiting';
  if not found then
    raise exception using errcode = '42501', message = 'an operation is settled by the transaction that took it';
  end if;
end $$;

-- Who gives the command of this very transaction; no row where nobody does. For functions that do what only a command may.
create function console.author_of(p_operation_id uuid, variadic p_commands text[]) returns setof console.operators
  language sql stable security definer set search_path = pg_catalog as $$
  select o.* from console.operations op join console.operators o using (operator_id)
  where op.operation_id = p_operation_id and op.command = any (p_commands) and op.xact = pg_current_xact_id()
    and op.outcome ->> 'outcome' = 'waiting'
$$;

-- Keeps a table from being changed by a console's login without a command that may (trigger arguments: the commands).
create function console.require_command() returns trigger
  language plpgsql set search_path = pg_catalog as $$
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
create trigger regie_require_command before insert or update or delete on console.detector_settings
  for each row execute function console.require_command('detectors.set');
create trigger regie_require_command before insert or update or delete on console.escalation_settings
  for each row execute function console.require_command('escalation.set');

-- What a person did is written under the command that they gave; only the engine writes without one.
create or replace function console.append_audit(
  p_actor text, p_laptop text, p_action text, p_subject text, p_data jsonb,
  p_operation_id uuid default null, p_laptop_at timestamptz default null
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, console as $$
declare
  head console.audit_head;
  entry console.audit;
begin
  if not (p_operation_id is null and p_actor like 'regie-%') and not exists (
    select from console.operations where operation_id = p_operation_id and xact = pg_current_xact_id()
      and lower(operator) = lower(p_actor)
  ) then
    raise exception using errcode = '42501', message = 'an entry of a person needs the command that they gave';
  end if;
  select * into strict head from console.audit_head for update;
  entry.seq := head.seq + 1;
  entry.at := clock_timestamp();
  entry.laptop_at := p_laptop_at;
  entry.operation_id := p_operation_id;
  entry.actor := p_actor;
  entry.laptop := p_laptop;
  entry.action := p_action;
  entry.subject := p_subject;
  entry.data := coalesce(p_data, '{}');
  entry.previous_hash := head.hash;
  entry.hash := console.audit_hash(head.hash, entry);
  insert into console.audit select entry.*;
  update console.audit_head set seq = entry.seq, hash = entry.hash;
  return entry.seq;
end $$;

-- The first supervisor of a festival makes themselves: there is nobody yet who could.
create function console.create_first_supervisor(
  p_operator_id uuid, p_name text, p_wrapped jsonb, p_secret bytea, p_laptop text
) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  lock table console.operators in share row exclusive mode;
  if exists (select from console.operators) then
    return false;
  end if;
  insert into console.operators (operator_id, name, role, wrapped, created_by, changed_by)
  values (p_operator_id, p_name, 'supervisor', p_wrapped, p_name, p_name);
  insert into console.operator_secrets (operator_id, secret) values (p_operator_id, p_secret);
  perform console.append_audit('regie-console', p_laptop, 'first_supervisor', 'operator:' || p_name, jsonb_build_object('name', p_name));
  return true;
end $$;

-- Makes an operator or changes one. A new secret comes with a new PIN: what was signed with the old one is refused then.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create function console.save_operator(
  p_operation_id uuid, p_operator_id uuid, p_name text, p_role text, p_active boolean, p_wrapped jsonb, p_secret bytea
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_author console.operators;
  v_before console.operators;
begin
  select * into v_author from console.author_of(p_operation_id, 'operators.save');
  if not found then
    raise exception using errcode = '42501', message = 'operators are saved by the command operators.save only';
  end if;
  if (p_wrapped is null) <> (p_secret is null) then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  lock table console.operators in share row exclusive mode;
  select * into v_before from console.operators where operator_id = p_operator_id;
  if exists (select from console.operators where lower(name) = lower(p_name) and operator_id <> p_operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_name_taken');
  end if;
  if v_before.operator_id is null and p_wrapped is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  -- Names stand on everything that was done: they stay whose they were.
  if v_before.name <> p_name then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_name_fixed');
  end if;
  if v_before.role = 'supervisor' and v_before.active and not (p_role = 'supervisor' and p_active) and not exists (
    select from console.operators where role = 'supervisor' and active and operator_id <> p_operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'last_supervisor');
  end if;
  insert into console.operators (operator_id, name, role, active, wrapped, created_by, changed_by)
  values (p_operator_id, p_name, p_role, p_active, coalesce(p_wrapped, v_before.wrapped), v_author.name, v_author.name)
  on conflict (operator_id) do update
  set role = excluded.role, active = excluded.active, wrapped = excluded.wrapped, failures = 0, locked_until = null,
    changed_at = clock_timestamp(), changed_by = v_author.name;
  if p_secret is not null then
    insert into console.operator_secrets (operator_id, secret) values (p_operator_id, p_secret)
    on conflict (operator_id) do update set secret = excluded.secret;
  end if;
  return jsonb_build_object('outcome', 'saved');
end $$;

-- A new PIN of one's own: the same secret under another key, so that what waits on a laptop stays valid.
create function console.change_pin(p_operation_id uuid, p_wrapped jsonb) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_author console.operators;
begin
  select * into v_author from console.author_of(p_operation_id, 'operators.changePin');
  if not found then
    raise exception using errcode = '42501', message = 'a PIN is changed by its operator only';
  end if;
  update console.operators set wrapped = p_wrapped, changed_at = clock_timestamp(), changed_by = v_author.name
  where operator_id = v_author.operator_id;
  return found;
end $$;

-- A laptop tells of a PIN that was tried. Ten wrong ones in a row, wherever, lock the operator for a quarter of an hour; a
-- right one is believed with its proof only.
create function console.note_pin(p_operator_id uuid, p_laptop text, p_at text, p_proof text) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_operator console.operators;
  v_secret bytea;
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
  update console.operators
  set failures = failures + 1,
    locked_until = case when failures + 1 >= 10 then clock_timestamp() + interval '15 minutes' else locked_until end
  where operator_id = p_operator_id
  returning * into v_operator;
  if v_operator.failures = 10 then
    perform console.append_audit('regie-console', p_laptop, 'operator_locked', 'operator:' || v_operator.name, '{}');
  end if;
  return v_operator.locked_until;
end $$;

create trigger regie_hint after insert or update on console.operators
  for each row execute function console.hint('operators');

grant select on console.operators, console.command_rights to regie_console;
revoke insert, update, delete on console.operations from regie_console;
grant select, insert, update, delete on console.operators, console.operator_secrets, console.command_rights to regie_owner;

revoke execute on function
  console.require_command(),
  console.hmac_sha256(bytea, bytea),
  console.take_operation(uuid, text, text, text, text, timestamptz, text),
  console.settle_operation(uuid, jsonb),
  console.author_of(uuid, text[]),
  console.create_first_supervisor(uuid, text, jsonb, bytea, text),
  console.save_operator(uuid, uuid, text, text, boolean, jsonb, bytea),
  console.change_pin(uuid, jsonb),
  console.note_pin(uuid, text, text, text)
  from public;
grant execute on function
  console.take_operation(uuid, text, text, text, text, timestamptz, text),
  console.settle_operation(uuid, jsonb),
  console.create_first_supervisor(uuid, text, jsonb, bytea, text),
  console.save_operator(uuid, uuid, text, text, boolean, jsonb, bytea),
  console.change_pin(uuid, jsonb),
  console.note_pin(uuid, text, text, text)
  to regie_console;
grant execute on function console.hmac_sha256(bytea, bytea), console.author_of(uuid, text[]) to regie_owner;

-- Down Migration
