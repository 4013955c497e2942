-- The audit trail: append-only, each row carries the hash of the row before it.

-- The hash of a row: over the one before it and everything that it says, as a list of texts that any program can write
-- in the same way (electron/operations/audit/audit-hash.ts does).
create or replace function console.audit_hash(previous bytea, entry console.audit) returns bytea
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select sha256(previous || convert_to(array_to_json(array[
    entry.seq::text, extract(epoch from entry.at)::text, extract(epoch from entry.laptop_at)::text,
    entry.operation_id::text, entry.actor, entry.laptop, entry.action, entry.subject, entry.data::text,
    entry.login::text, entry.term::text])::text, 'UTF8'))
$$;
revoke execute on function console.audit_hash(bytea, console.audit) from public;
grant execute on function console.audit_hash(bytea, console.audit) to regie_console, regie_owner;

-- What comes next on the trail, not written yet.
create or replace function console.next_audit(
  p_head console.audit_head, p_actor text, p_laptop text, p_action text, p_subject text, p_data jsonb,
  p_operation_id uuid default null, p_laptop_at timestamptz default null
) returns console.audit
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  entry console.audit;
begin
  entry.seq := p_head.seq + 1;
  entry.at := clock_timestamp();
  entry.laptop_at := p_laptop_at;
  entry.operation_id := p_operation_id;
  entry.actor := p_actor;
  entry.laptop := p_laptop;
  entry.action := p_action;
  entry.subject := p_subject;
  entry.data := coalesce(p_data, '{}');
  entry.login := session_user;
  if p_actor = 'regie-engine' then
    select term into entry.term from console.engine_lease where login = session_user and expires_at > clock_timestamp();
  end if;
  entry.previous_hash := p_head.hash;
  entry.hash := console.audit_hash(p_head.hash, entry);
  return entry;
end $$;
alter function console.next_audit(console.audit_head, text, text, text, text, jsonb, uuid, timestamptz) owner to regie_owner;
revoke execute on function console.next_audit(console.audit_head, text, text, text, text, jsonb, uuid, timestamptz)
  from public;

-- The only way in. Writers queue on the head row until they commit, so the chain has one order and no holes. What a
-- person did is written under the command that they gave, and a command that was refused is none: only that it was
-- refused is written under it. Only the engine writes without one.
create or replace function console.append_audit(
  p_actor text, p_laptop text, p_action text, p_subject text, p_data jsonb,
  p_operation_id uuid default null, p_laptop_at timestamptz default null
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
  entry := console.next_audit(head, p_actor, p_laptop, p_action, p_subject, p_data, p_operation_id, p_laptop_at);
  insert into console.audit select entry.*;
  update console.audit_head set seq = entry.seq, hash = entry.hash;
  return entry.seq;
end $$;
alter function console.append_audit(text, text, text, text, jsonb, uuid, timestamptz) owner to regie_owner;
revoke execute on function console.append_audit(text, text, text, text, jsonb, uuid, timestamptz) from public;
-- Consoles write in the engine's name by append_engine_audit, and in a person's by record_given (records.sql).
revoke execute on function console.append_audit(text, text, text, text, jsonb, uuid, timestamptz) from regie_console;

-- What a function has done under a command, in the name of who gave it.
create or replace function console.append_given(
  p_given console.operations, p_action text, p_subject text, p_data jsonb
) returns void
  language sql set search_path = pg_catalog, pg_temp as $$
  select console.append_audit(p_given.operator, p_given.laptop, p_action, p_subject, p_data, p_given.operation_id,
    p_given.laptop_at)
$$;
alter function console.append_given(console.operations, text, text, jsonb) owner to regie_owner;
revoke execute on function console.append_given(console.operations, text, text, jsonb) from public;

-- What the engine does of itself, on whichever laptop it runs.
create or replace function console.append_engine_audit(p_laptop text, p_action text, p_subject text, p_data jsonb)
  returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return console.append_audit('regie-engine', p_laptop, p_action, p_subject, p_data);
end $$;
alter function console.append_engine_audit(text, text, text, jsonb) owner to regie_owner;
revoke execute on function console.append_engine_audit(text, text, text, jsonb) from public;
grant execute on function console.append_engine_audit(text, text, text, jsonb) to regie_console;

-- The same for many: [{"action": …, "subject": …, "data": {…}}, …]. The head is written once, since each further version
-- of a row makes all reads of it in that transaction slower.
create or replace function console.append_engine_audits(p_laptop text, p_entries jsonb) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head console.audit_head;
  entry console.audit;
  given record;
begin
  select * into strict head from console.audit_head for update;
  for given in
    select e.action, e.subject, e.data
    from rows from (jsonb_to_recordset(p_entries) as (action text, subject text, data jsonb)) with ordinality
      as e (action, subject, data, place)
    order by e.place
  loop
    entry := console.next_audit(head, 'regie-engine', p_laptop, given.action, given.subject, given.data);
    insert into console.audit select entry.*;
    head.seq := entry.seq;
    head.hash := entry.hash;
  end loop;
  update console.audit_head set seq = head.seq, hash = head.hash;
  return head.seq;
end $$;
alter function console.append_engine_audits(text, jsonb) owner to regie_owner;
revoke execute on function console.append_engine_audits(text, jsonb) from public;
grant execute on function console.append_engine_audits(text, jsonb) to regie_console;

-- A row that a laptop has seen is another one now, or none, and somebody knows why: what was seen stays on the trail
-- itself. True: it was; false: the row is there as it was seen.
create or replace function console.accept_audit(p_operation_id uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'audit.accept');
  v_input jsonb := v_given.body::jsonb -> 'input';
begin
  if exists (
    select from console.audit
    where seq = (v_input #>> '{seen,seq}')::bigint and encode(hash, 'hex') = v_input #>> '{seen,hash}'
  ) then
    return false;
  end if;
  perform console.append_given(v_given, 'audit_accepted', 'audit',
    jsonb_build_object('seen', v_input -> 'seen', 'reason', v_input ->> 'reason'));
  return true;
end $$;
alter function console.accept_audit(uuid) owner to regie_owner;
revoke execute on function console.accept_audit(uuid) from public;
grant execute on function console.accept_audit(uuid) to regie_console;
