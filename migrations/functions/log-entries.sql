-- The incident log: entries are added by commands and by nothing else, and stay as they are.

-- What an entry says, as it is shown, copied to laptops, exported and hashed: one JSON for one meaning.
create or replace function console.log_said(entry console.log_entries) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'number', entry.number, 'entryId', entry.entry_id, 'act', entry.act, 'refersTo', entry.refers_to,
    'kind', entry.kind, 'text', entry.text, 'place', entry.place, 'tags', to_jsonb(entry.tags),
    'importance', entry.importance, 'mentions', to_jsonb(entry.mentions), 'links', entry.links,
    'decision', entry.decision, 'followUp', entry.follow_up, 'attachments', entry.attachments,
    'lateReason', entry.late_reason,
    'occurredAt', to_char(entry.occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'enteredAt', to_char(entry.entered_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'clockOffsetMs', entry.clock_offset_ms,
    'arrivedAt', to_char(entry.arrived_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'author', entry.author, 'authorId', entry.author_id, 'role', entry.role, 'laptop', entry.laptop,
    'laptopId', entry.laptop_id, 'laptopNumber', entry.laptop_number, 'login', entry.login)
$$;
revoke execute on function console.log_said(console.log_entries) from public;
grant execute on function console.log_said(console.log_entries) to regie_console, regie_owner;

-- The hash of an entry over the one before it and everything that it says, in the one form that
-- shared/domain/command-body.ts writes as well: any program can compute it from an exported line.
create or replace function console.log_hash(previous bytea, entry console.log_entries) returns bytea
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select sha256(previous || convert_to(console.canonical_json(console.log_said(entry)), 'UTF8'))
$$;
revoke execute on function console.log_hash(bytea, console.log_entries) from public;
grant execute on function console.log_hash(bytea, console.log_entries) to regie_owner;

-- Whether something that occurred then has to be explained: it is written down more than five minutes later. Ten seconds
-- more than a laptop allows, which asks a moment before it signs (shared/domain/log.ts).
create or replace function console.is_late(p_occurred_at timestamptz, p_entered_at timestamptz, p_offset_ms bigint)
  returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_entered_at + make_interval(secs => coalesce(p_offset_ms, 0) / 1000.0) - p_occurred_at
    > interval '5 minutes 10 seconds'
$$;
revoke execute on function console.is_late(timestamptz, timestamptz, bigint) from public;
grant execute on function console.is_late(timestamptz, timestamptz, bigint) to regie_owner;

-- Adds an entry, by a command of this very transaction. Writers queue on the head row until they commit, so the numbers
-- have one order and no holes. Two people who strike the same entry without knowing of each other are both on record.
-- Returns {"outcome": "saved", "number": …} or {"outcome": "refused", "code": …}.
create or replace function console.write_log(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(
    p_operation_id, 'log.write', 'log.correct', 'log.strike', 'log.finish');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_head console.log_head;
  v_first console.log_entries;
  v_entry console.log_entries;
begin
  v_entry.act := case v_given.command
    when 'log.write' then 'written' when 'log.correct' then 'corrected' when 'log.strike' then 'struck'
    else 'finished' end;
  if v_entry.act <> 'written' then
    select * into v_first from console.log_entries
    where entry_id = (v_input ->> 'entryId')::uuid and act = 'written';
    if not found or v_entry.act = 'finished' and v_first.follow_up is null then
      return '{"outcome": "refused", "code": "log_entry_unknown"}';
    end if;
  end if;
  v_entry.entry_id := v_given.operation_id;
  v_entry.refers_to := v_first.entry_id;
  v_entry.kind := coalesce(v_input ->> 'kind', v_first.kind);
  v_entry.text := coalesce(v_input ->> 'text', '');
  v_entry.place := v_input ->> 'place';
  v_entry.tags := array(select jsonb_array_elements_text(coalesce(v_input -> 'tags', '[]')));
  v_entry.importance := coalesce(v_input ->> 'importance', 'normal');
  v_entry.mentions := array(select jsonb_array_elements_text(coalesce(v_input -> 'mentions', '[]')));
  v_entry.links := coalesce(v_input -> 'links', '[]');
  v_entry.decision := nullif(v_input -> 'decision', 'null');
  v_entry.follow_up := nullif(v_input -> 'followUp', 'null');
  v_entry.attachments := coalesce(v_input -> 'attachments', '[]');
  v_entry.late_reason := v_input ->> 'lateReason';
  v_entry.entered_at := v_given.laptop_at;
  v_entry.clock_offset_ms := (v_input ->> 'clockOffsetMs')::bigint;
  -- What is said of an entry later is said now.
  v_entry.occurred_at := coalesce((v_input ->> 'occurredAt')::timestamptz,
    v_entry.entered_at + make_interval(secs => coalesce(v_entry.clock_offset_ms, 0) / 1000.0));
  if v_entry.late_reason is null
    and console.is_late(v_entry.occurred_at, v_entry.entered_at, v_entry.clock_offset_ms) then
    return '{"outcome": "refused", "code": "log_late"}';
  end if;
  v_entry.author := v_given.operator;
  v_entry.author_id := v_given.operator_id;
  select role into v_entry.role from console.operators where operator_id = v_given.operator_id;
  v_entry.laptop := v_given.laptop;
  v_entry.laptop_id := v_given.laptop_id;
  v_entry.laptop_number := (v_input ->> 'laptopNumber')::bigint;
  v_entry.login := session_user;

  select * into strict v_head from console.log_head for update;
  v_entry.number := v_head.number + 1;
  v_entry.arrived_at := clock_timestamp();
  v_entry.previous_hash := v_head.hash;
  v_entry.hash := console.log_hash(v_head.hash, v_entry);
  begin
    insert into console.log_entries select v_entry.*;
  exception when check_violation or not_null_violation then
    return '{"outcome": "refused", "code": "log_invalid"}';
  end;
  update console.log_head set number = v_entry.number, hash = v_entry.hash;
  -- Whom it names, and of whom it asks something, reads it like a note (team-view.ts).
  insert into console.mentions (operation_id, operator, event_id, author, laptop, words)
  select v_entry.entry_id, o.name, null, v_entry.author, v_entry.laptop, left(v_entry.text, 2000)
  from console.operators o
  where o.active and o.name <> v_entry.author
    and (o.name = any (v_entry.mentions) or o.name = v_entry.follow_up ->> 'who');
  -- The audit trail holds the log's chain: whoever has seen its newest row has seen this one.
  perform console.append_given(v_given, 'log_' || v_entry.act, 'entry:' || v_entry.number,
    jsonb_build_object('hash', encode(v_entry.hash, 'hex')));
  return jsonb_build_object('outcome', 'saved', 'number', v_entry.number);
end $$;
alter function console.write_log(uuid) owner to regie_owner;
revoke execute on function console.write_log(uuid) from public;
grant execute on function console.write_log(uuid) to regie_console;

-- Takes one piece of a picture by a command of this very transaction. The last one is put together with the others, and
-- stored once if it is what it says that it is: a picture that came in by two entries, or twice, is one row.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.add_log_piece(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'log.attach');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_file uuid := (v_input ->> 'fileId')::uuid;
  v_sha text := v_input ->> 'sha256';
  v_whole bytea;
begin
  if exists (select from console.log_files where sha256 = v_sha) then
    delete from console.log_pieces where file_id = v_file;
    return '{"outcome": "saved"}';
  end if;
  insert into console.log_pieces (file_id, piece, data, added_by, sha256, laptop_id)
  values (v_file, (v_input ->> 'piece')::int, v_input ->> 'data', v_given.operator, v_sha, v_given.laptop_id)
  on conflict do nothing;
  if (select count(*) from console.log_pieces where file_id = v_file) < (v_input ->> 'pieces')::int then
    return '{"outcome": "saved"}';
  end if;
  begin
    select string_agg(decode(data, 'base64'), '' order by piece) into v_whole
    from console.log_pieces where file_id = v_file;
  exception when invalid_parameter_value then
    v_whole := null;
  end;
  delete from console.log_pieces where file_id = v_file;
  if v_whole is null or encode(sha256(v_whole), 'hex') is distinct from v_sha
    or octet_length(v_whole) not between 1 and 5242880
    or v_input ->> 'type' not in ('image/png', 'image/jpeg', 'image/webp') then
    return '{"outcome": "refused", "code": "log_file_broken"}';
  end if;
  insert into console.log_files (sha256, type, bytes, data, added_by, added_on)
  values (v_sha, v_input ->> 'type', octet_length(v_whole), translate(encode(v_whole, 'base64'), E'\n', ''),
    v_given.operator, v_given.laptop)
  on conflict do nothing;
  return '{"outcome": "saved"}';
end $$;
alter function console.add_log_piece(uuid) owner to regie_owner;
revoke execute on function console.add_log_piece(uuid) from public;
grant execute on function console.add_log_piece(uuid) to regie_console;

-- Removes pieces of pictures that nobody will complete: those of a laptop that is dead, or of a picture that was taken out of
-- the line before it was written. The engine calls it with each clean-up; all but always it reads a table without rows.
-- None of a picture is taken
-- - while a piece of it came within 30 days: that is longer than a festival with all that is done after it, in which a laptop
--   may stay in its box, and short enough that what is sent for nothing fills no disk;
-- - which an entry names: the log says that there is a picture, and whoever has the rest may still bring it;
-- - of a laptop that has brought nothing since, and may come back: whoever is back sends what waits, in its order, before a
--   day has passed. A laptop that was ended sends nothing any more.
-- What no laptop is known of was there before laptops were noted, and has its 30 days.
-- Returns how many were removed.
create or replace function console.clear_log_pieces() returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  with abandoned as (
    select file_id, sha256, laptop_id, max(added_at) as newest
    from console.log_pieces
    group by 1, 2, 3
    having max(added_at) < clock_timestamp() - interval '30 days'
  ), removed as (
    delete from console.log_pieces p using abandoned a
    where p.file_id = a.file_id
      and not exists (
        select from console.log_pieces other
        where other.file_id = p.file_id and other.added_at >= clock_timestamp() - interval '30 days')
      and not exists (
        select from console.log_entries e
        where e.attachments @> jsonb_build_array(jsonb_build_object('sha256', a.sha256)))
      and (a.laptop_id is null
        or exists (select from console.enrolled_laptops l where l.laptop_id = a.laptop_id and l.ended_at is not null)
        or exists (
          select from console.operations o
          where o.laptop_id = a.laptop_id and o.applied_at > a.newest + interval '1 day'))
    returning 1
  )
  select count(*) from removed
$$;
alter function console.clear_log_pieces() owner to regie_owner;
revoke execute on function console.clear_log_pieces() from public;
grant execute on function console.clear_log_pieces() to regie_console;

-- Replaces the log's tags and templates against the version that was seen.
create or replace function console.set_log_settings(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'log.set');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_before console.log_settings;
  v_after console.log_settings;
begin
  select * into strict v_before from console.log_settings for update;
  if v_before.version is distinct from (v_input ->> 'base')::int then
    return jsonb_build_object('outcome', 'refused', 'code', 'settings_changed',
      'name', coalesce(v_before.changed_by, ''));
  end if;
  update console.log_settings
  set version = version + 1, tags = array(select jsonb_array_elements_text(v_input -> 'tags')),
    templates = v_input -> 'templates', changed_at = clock_timestamp(), changed_by = v_given.operator
  returning * into v_after;
  perform console.append_given(v_given, 'log_settings_changed', 'log:settings',
    jsonb_build_object('before', to_jsonb(v_before) - 'singleton', 'after', to_jsonb(v_after) - 'singleton'));
  return jsonb_build_object('outcome', 'saved', 'version', v_after.version);
end $$;
alter function console.set_log_settings(uuid) owner to regie_owner;
revoke execute on function console.set_log_settings(uuid) from public;
grant execute on function console.set_log_settings(uuid) to regie_console;

-- The head moves to the entry that was just added, and to no other.
create or replace function console.keep_log_head() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.number = old.number + 1 and exists (
    select from console.log_entries
    where number = new.number and hash = new.hash and previous_hash = old.hash
  ) then
    return new;
  end if;
  raise exception using errcode = '42501', message = 'the head of the incident log is its newest entry';
end $$;
alter function console.keep_log_head() owner to regie_owner;
revoke execute on function console.keep_log_head() from public;

-- Nobody changes the log, whatever they may do elsewhere.
create or replace trigger regie_append_only before update or delete or truncate on console.log_entries
  for each statement execute function console.refuse_change('the incident log');
create or replace trigger regie_append_only before update or delete or truncate on console.log_files
  for each statement execute function console.refuse_change('the incident log');
create or replace trigger regie_append_only before delete or truncate on console.log_head
  for each statement execute function console.refuse_change('the incident log');
create or replace trigger regie_newest before update on console.log_head
  for each row execute function console.keep_log_head();
-- Also in a session that puts triggers aside.
alter table console.log_entries enable always trigger regie_append_only;
alter table console.log_files enable always trigger regie_append_only;
alter table console.log_head enable always trigger regie_append_only;
alter table console.log_head enable always trigger regie_newest;
