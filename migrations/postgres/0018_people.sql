-- Up Migration

-- When their secret was made: a console that is signed in with the one before says so, and asks for the new PIN.
alter table console.operators add column secret_at timestamptz not null default clock_timestamp();

-- As in 0012_operators.sql, with the time of the secret.
create or replace function console.save_operator(
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
    update console.operators set secret_at = clock_timestamp() where operator_id = p_operator_id;
  end if;
  return jsonb_build_object('outcome', 'saved');
end $$;

-- As in 0012_operators.sql, but who was locked has ten tries again afterwards, and not one.
create or replace function console.note_pin(p_operator_id uuid, p_laptop text, p_at text, p_proof text) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog as $$
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

-- As in 0012_operators.sql, but a command that was refused is no command: only that it was refused is written under it.
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
      and lower(operator) = lower(p_actor) and (outcome ->> 'outcome' = 'waiting' or p_action = 'refused')
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

-- Money moves under a command about money that was taken in this very transaction, and by nothing else: neither under a
-- command that was refused, nor under one that everybody may give.
create function console.require_correction() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if pg_has_role(session_user, (select relowner from pg_class where oid = tg_relid), 'member')
    or exists (select from console.operations where operation_id = new.operation_id and xact = pg_current_xact_id()
      and command like 'correction.%' and outcome ->> 'outcome' = 'waiting') then
    return new;
  end if;
  raise exception using errcode = '42501', message = 'money is moved by a command only that may';
end $$;
revoke execute on function console.require_correction() from public;
create trigger regie_require_correction before insert on console.corrections
  for each row execute function console.require_correction();

-- Records of what people have decided: who set which thresholds, and who took over whose shift (its end comes by itself).
create trigger regie_require_command before insert or update or delete on console.detector_setting_changes
  for each row execute function console.require_command('detectors.set');
create trigger regie_require_command before insert or delete
  or update of from_operator, from_laptop, note, incidents, offered_at, accepted_at, accepted_by, accepted_on on console.handovers
  for each row execute function console.require_command('handover.offer', 'handover.accept', 'handover.withdraw');

-- Down Migration
