-- Checklists: what a run consists of is added by commands, and by Regie's own measuring, and stays as it is.

grant select, insert, update on console.checklist_runs to regie_owner;
grant select, insert on console.checklist_entries to regie_owner;
grant select, update on console.checklist_settings to regie_owner;
grant select on console.checklist_runs, console.checklist_entries, console.checklist_settings to regie_console;

-- What an entry says, as it is shown, copied to laptops, exported and hashed: one JSON for one meaning.
create or replace function console.checklist_said(entry console.checklist_entries) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'listId', entry.list_id, 'windowKey', entry.window_key, 'seq', entry.seq, 'entryId', entry.entry_id,
    'act', entry.act, 'itemId', entry.item_id, 'state', entry.state, 'answer', entry.answer, 'reason', entry.reason,
    'evidence', entry.evidence,
    'at', to_char(entry.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'enteredAt', to_char(entry.entered_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', entry.actor, 'actorId', entry.actor_id, 'role', entry.role, 'laptop', entry.laptop, 'login', entry.login)
$$;
revoke execute on function console.checklist_said(console.checklist_entries) from public;
grant execute on function console.checklist_said(console.checklist_entries) to regie_console, regie_owner;

-- The newest hash of a run: over everything that was confirmed in it, and over the list as it was started. By primary key.
create or replace function console.checklist_hash(p_run console.checklist_runs) returns bytea
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((
      select hash from console.checklist_entries e
      where e.list_id = p_run.list_id and e.window_key = p_run.window_key order by seq desc limit 1),
    p_run.hash)
$$;
revoke execute on function console.checklist_hash(console.checklist_runs) from public;
grant execute on function console.checklist_hash(console.checklist_runs) to regie_console, regie_owner;

-- Adds an entry to a run that this transaction has locked: entries have one order and no holes.
create or replace function console.append_to_run(p_run console.checklist_runs, p_entry console.checklist_entries)
  returns console.checklist_entries
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_entry console.checklist_entries := p_entry;
begin
  v_entry.list_id := p_run.list_id;
  v_entry.window_key := p_run.window_key;
  select coalesce(max(seq), 0) + 1 into v_entry.seq from console.checklist_entries
  where list_id = p_run.list_id and window_key = p_run.window_key;
  v_entry.at := clock_timestamp();
  v_entry.login := session_user;
  v_entry.previous_hash := console.checklist_hash(p_run);
  v_entry.hash := sha256(v_entry.previous_hash
    || convert_to(console.canonical_json(console.checklist_said(v_entry)), 'UTF8'));
  insert into console.checklist_entries select v_entry.*;
  return v_entry;
end $$;
revoke execute on function console.append_to_run(console.checklist_runs, console.checklist_entries) from public;
grant execute on function console.append_to_run(console.checklist_runs, console.checklist_entries) to regie_owner;

-- Whether an item is there at this moment. A value that cannot be had leaves it in.
create or replace function console.item_applies(p_item jsonb) returns boolean
  language sql set search_path = pg_catalog, pg_temp as $$
  select not p_item ? 'when'
    or coalesce(console.fits(console.sense(p_item #>> '{when,sense}') -> 'value', p_item #> '{when,expect}'), true)
$$;
revoke execute on function console.item_applies(jsonb) from public;
grant execute on function console.item_applies(jsonb) to regie_owner;

-- Measures what a run asks Regie for; writes down what is not as it was at the last look. Of a locked, unsigned run.
create or replace function console.measure_run(p_run console.checklist_runs) returns int
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_item jsonb;
  v_measured jsonb;
  v_entry console.checklist_entries;
  v_written int := 0;
begin
  for v_item in select value from jsonb_array_elements(p_run.list -> 'items') where value ->> 'kind' = 'sensed' loop
    v_measured := console.measure(v_item);
    if v_measured ->> 'state' is distinct from (
      select state from console.checklist_entries
      where list_id = p_run.list_id and window_key = p_run.window_key and act = 'measured'
        and item_id = v_item ->> 'id' order by seq desc limit 1) then
      v_entry := null;
      v_entry.act := 'measured';
      v_entry.item_id := v_item ->> 'id';
      v_entry.state := v_measured ->> 'state';
      v_entry.evidence := v_measured - 'state';
      v_entry.actor := 'regie-console';
      v_entry.role := '';
      v_entry.laptop := '';
      perform console.append_to_run(p_run, v_entry);
      v_written := v_written + 1;
    end if;
  end loop;
  return v_written;
end $$;
revoke execute on function console.measure_run(console.checklist_runs) from public;
grant execute on function console.measure_run(console.checklist_runs) to regie_owner;

-- Measures for every run that goes on. Every laptop calls it while it shows checklists; what they get is what the database
-- measures at that moment, whoever calls. Runs that another one measures at this moment are left to it. Runs nobody has
-- signed for a month are left alone. Returns how many things are not as they were.
create or replace function console.measure_checklists() returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_run console.checklist_runs;
  v_written int := 0;
begin
  for v_run in
    select * from console.checklist_runs r
    where started_at > now() - interval '31 days' and not exists (
      select from console.checklist_entries e
      where e.list_id = r.list_id and e.window_key = r.window_key and act = 'signed')
    order by list_id, window_key
    for update skip locked
  loop
    -- Signed while this waited for nothing: what was read before the lock may be old.
    continue when exists (
      select from console.checklist_entries
      where list_id = v_run.list_id and window_key = v_run.window_key and act = 'signed');
    v_written := v_written + console.measure_run(v_run);
  end loop;
  return v_written;
end $$;
alter function console.measure_checklists() owner to regie_owner;
revoke execute on function console.measure_checklists() from public;
grant execute on function console.measure_checklists() to regie_console;

-- Whether an item is done: overridden, or measured as good, signed by one, signed by two who are surely two, or answered.
create or replace function console.item_done(p_run console.checklist_runs, p_item jsonb) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with entry as (
    select * from console.checklist_entries
    where list_id = p_run.list_id and window_key = p_run.window_key and item_id = p_item ->> 'id'
  )
  select exists (select from entry where act = 'overridden') or case p_item ->> 'kind'
    when 'sensed' then coalesce((select state = 'good' from entry where act = 'measured' order by seq desc limit 1), false)
    when 'two_person' then exists (
      select from entry one join entry other on one.seq < other.seq
      where one.act = 'ticked' and other.act = 'ticked' and console.are_two_people(one.actor_id, other.actor_id))
    -- Whoever got it has read out the code: over every channel that there is, and there is one.
    when 'received' then (
      select count(*) > 0 and bool_and(exists (select from entry where act = 'ticked' and evidence ->> 'channel' = channel))
      from console.channels_set_up() as channel)
    when 'answered' then exists (select from entry where act = 'answered')
    else exists (select from entry where act = 'ticked') end
$$;
revoke execute on function console.item_done(console.checklist_runs, jsonb) from public;
grant execute on function console.item_done(console.checklist_runs, jsonb) to regie_owner;

-- Starts a run, with the list as the laptop has it. One that is there already goes on.
create or replace function console.start_checklist(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'checklist.start');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_run console.checklist_runs;
begin
  begin
    insert into console.checklist_runs (
      list_id, window_key, list, started_at, started_by, started_by_id, laptop, operation_id, hash
    ) values (
      v_input #>> '{list,id}', v_input ->> 'windowKey', v_input -> 'list', clock_timestamp(), v_given.operator,
      v_given.operator_id, v_given.laptop, v_given.operation_id,
      sha256(convert_to(console.canonical_json(jsonb_build_object(
        'listId', v_input #> '{list,id}', 'windowKey', v_input -> 'windowKey', 'list', v_input -> 'list')), 'UTF8'))
    )
    on conflict (list_id, window_key) do nothing
    returning * into v_run;
  exception when check_violation or not_null_violation then
    return '{"outcome": "refused", "code": "checklist_invalid"}';
  end;
  if v_run.list_id is null then
    return '{"outcome": "saved", "joined": true}';
  end if;
  perform console.append_given(v_given, 'checklist_started', 'checklist:' || v_run.list_id || ':' || v_run.window_key,
    jsonb_build_object('hash', encode(console.checklist_hash(v_run), 'hex')));
  perform console.measure_run(v_run);
  return '{"outcome": "saved", "joined": false}';
end $$;
alter function console.start_checklist(uuid) owner to regie_owner;
revoke execute on function console.start_checklist(uuid) from public;
grant execute on function console.start_checklist(uuid) to regie_console;

-- Whether an answer is one that the item asks for.
create or replace function console.answer_fits(p_asked jsonb, p_answer jsonb) returns boolean
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(case p_asked ->> 'type'
    when 'text' then jsonb_typeof(p_answer) = 'string' and length(btrim(p_answer #>> '{}')) between 1 and 2000
    when 'number' then case when jsonb_typeof(p_answer) = 'number' then
      (p_answer #>> '{}')::numeric between coalesce((p_asked ->> 'min')::numeric, '-Infinity')
        and coalesce((p_asked ->> 'max')::numeric, 'Infinity') end
    when 'choice' then jsonb_typeof(p_answer) = 'string'
      and exists (select from jsonb_array_elements(p_asked -> 'choices') c where c -> 'id' = p_answer)
  end, false)
$$;
revoke execute on function console.answer_fits(jsonb, jsonb) from public;
grant execute on function console.answer_fits(jsonb, jsonb) to regie_owner;

-- Why nothing can be added to a run, as a command answers it; null where something can. Of a locked run, or of none.
create or replace function console.run_refused(p_run console.checklist_runs) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_signed_by text;
begin
  if p_run.list_id is null then
    return '{"outcome": "refused", "code": "checklist_unknown"}';
  end if;
  select actor into v_signed_by from console.checklist_entries
  where list_id = p_run.list_id and window_key = p_run.window_key and act = 'signed';
  if found then
    return jsonb_build_object('outcome', 'refused', 'code', 'checklist_signed', 'name', v_signed_by);
  end if;
  return null;
end $$;
revoke execute on function console.run_refused(console.checklist_runs) from public;
grant execute on function console.run_refused(console.checklist_runs) to regie_owner;

-- The entry of a command, with who gave it; what it says is added.
create or replace function console.entry_given(p_given console.operations) returns console.checklist_entries
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_entry console.checklist_entries;
begin
  v_entry.entry_id := p_given.operation_id;
  v_entry.entered_at := p_given.laptop_at;
  v_entry.actor := p_given.operator;
  v_entry.actor_id := p_given.operator_id;
  select role into v_entry.role from console.operators where operator_id = p_given.operator_id;
  v_entry.laptop := p_given.laptop;
  return v_entry;
end $$;
revoke execute on function console.entry_given(console.operations) from public;
grant execute on function console.entry_given(console.operations) to regie_owner;

-- Confirms an item of a run, answers it, or overrides it. What comes later than the same of somebody else is kept beside it.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.confirm_item(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(
    p_operation_id, 'checklist.tick', 'checklist.answer', 'checklist.override');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_run console.checklist_runs;
  v_refused jsonb;
  v_item jsonb;
  v_entry console.checklist_entries := console.entry_given(v_given);
begin
  select * into v_run from console.checklist_runs
  where list_id = v_input ->> 'listId' and window_key = v_input ->> 'windowKey' for update;
  v_refused := console.run_refused(v_run);
  if v_refused is not null then
    return v_refused;
  end if;
  v_entry.act := case v_given.command
    when 'checklist.tick' then 'ticked' when 'checklist.answer' then 'answered' else 'overridden' end;
  select value into v_item from jsonb_array_elements(v_run.list -> 'items') where value ->> 'id' = v_input ->> 'itemId';
  if v_item is null
    or v_entry.act = 'ticked' and v_item ->> 'kind' not in ('attested', 'two_person')
    or v_entry.act = 'answered' and v_item ->> 'kind' <> 'answered' then
    return '{"outcome": "refused", "code": "checklist_item_unknown"}';
  end if;
  if v_entry.act = 'answered' and not console.answer_fits(v_item -> 'answer', v_input -> 'answer') then
    return '{"outcome": "refused", "code": "checklist_answer_wrong"}';
  end if;
  v_entry.item_id := v_item ->> 'id';
  v_entry.answer := case when v_entry.act = 'answered' then v_input -> 'answer' end;
  v_entry.reason := case when v_entry.act = 'overridden' then v_input ->> 'reason' end;
  -- What is shown beside it, as the database has it now; of an override what it overrides.
  v_entry.evidence := case
    when v_item ->> 'kind' = 'sensed' then console.measure(v_item)
    else console.figures_beside(v_item) end;
  -- Who confirms second hears at once that they don't count as another person, and not only from the refused signature.
  if v_entry.act = 'ticked' and v_item ->> 'kind' = 'two_person' then
    v_entry.evidence := v_entry.evidence || jsonb_build_object('second', exists (
      select from console.checklist_entries one
      where one.list_id = v_run.list_id and one.window_key = v_run.window_key and one.item_id = v_item ->> 'id'
        and one.act = 'ticked' and console.are_two_people(one.actor_id, v_entry.actor_id)));
  end if;
  -- An answer is corrected by another one, which names those that it has taken the place of: of this item, and that are here.
  if v_entry.act = 'answered' and jsonb_typeof(v_input -> 'replaces') = 'array' then
    v_entry.evidence := v_entry.evidence || jsonb_build_object('replaces', coalesce((
      select jsonb_agg(entry_id order by seq) from console.checklist_entries
      where list_id = v_run.list_id and window_key = v_run.window_key and item_id = v_entry.item_id
        and act = 'answered' and v_input -> 'replaces' ? entry_id::text), '[]'));
  end if;
  begin
    v_entry := console.append_to_run(v_run, v_entry);
  exception when check_violation or not_null_violation then
    return '{"outcome": "refused", "code": "checklist_invalid"}';
  end;
  perform console.append_given(v_given, 'checklist_' || v_entry.act,
    'checklist:' || v_run.list_id || ':' || v_run.window_key, jsonb_strip_nulls(jsonb_build_object(
      'item', v_entry.item_id, 'reason', v_entry.reason, 'hash', encode(v_entry.hash, 'hex'))));
  return '{"outcome": "saved"}';
end $$;
alter function console.confirm_item(uuid) owner to regie_owner;
revoke execute on function console.confirm_item(uuid) from public;
grant execute on function console.confirm_item(uuid) to regie_console;

-- Signs a run off: over the hash of everything that was confirmed in it, which is what was seen or it is refused. Measures
-- once more before, and keeps with the signature what Regie measured at that moment.
create or replace function console.sign_checklist(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'checklist.sign');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_run console.checklist_runs;
  v_refused jsonb;
  v_entry console.checklist_entries := console.entry_given(v_given);
  v_open int;
  v_measured jsonb;
begin
  select * into v_run from console.checklist_runs
  where list_id = v_input ->> 'listId' and window_key = v_input ->> 'windowKey' for update;
  v_refused := console.run_refused(v_run);
  if v_refused is not null then
    return v_refused;
  end if;
  perform console.measure_run(v_run);
  if encode(console.checklist_hash(v_run), 'hex') is distinct from v_input ->> 'hash' then
    return '{"outcome": "refused", "code": "checklist_changed"}';
  end if;
  select count(*) into v_open from jsonb_array_elements(v_run.list -> 'items') as item
  where not console.item_done(v_run, item) and console.item_applies(item);
  if v_open > 0 then
    return jsonb_build_object('outcome', 'refused', 'code', 'checklist_incomplete', 'count', v_open);
  end if;
  select coalesce(jsonb_object_agg(item ->> 'id', console.measure(item)), '{}') into v_measured
  from jsonb_array_elements(v_run.list -> 'items') as item where item ->> 'kind' = 'sensed';
  -- What turned in between is written down, and seen, before it is signed.
  if exists (
    select from jsonb_each(v_measured) as now
    where now.value ->> 'state' is distinct from (
      select state from console.checklist_entries
      where list_id = v_run.list_id and window_key = v_run.window_key and act = 'measured' and item_id = now.key
      order by seq desc limit 1)) then
    return '{"outcome": "refused", "code": "checklist_changed"}';
  end if;
  v_entry.act := 'signed';
  v_entry.evidence := jsonb_build_object('hash', v_input ->> 'hash', 'measured', v_measured, 'leftOut', coalesce((
    select jsonb_agg(item ->> 'id') from jsonb_array_elements(v_run.list -> 'items') as item
    where not console.item_applies(item)), '[]'));
  v_entry := console.append_to_run(v_run, v_entry);
  perform console.append_given(v_given, 'checklist_signed', 'checklist:' || v_run.list_id || ':' || v_run.window_key,
    jsonb_build_object('hash', encode(v_entry.hash, 'hex')));
  return '{"outcome": "saved"}';
end $$;
alter function console.sign_checklist(uuid) owner to regie_owner;
revoke execute on function console.sign_checklist(uuid) from public;
grant execute on function console.sign_checklist(uuid) to regie_console;

-- By when lists are due, against the version that was seen.
create or replace function console.set_checklist_times(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'checklist.set');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_before console.checklist_settings;
  v_after console.checklist_settings;
begin
  select * into strict v_before from console.checklist_settings for update;
  if v_before.version is distinct from (v_input ->> 'base')::int then
    return jsonb_build_object('outcome', 'refused', 'code', 'settings_changed',
      'name', coalesce(v_before.changed_by, ''));
  end if;
  update console.checklist_settings
  set version = version + 1, opens = (v_input ->> 'opens')::time, closes = (v_input ->> 'closes')::time,
    first_day = (v_input ->> 'firstDay')::date, last_day = (v_input ->> 'lastDay')::date,
    changed_at = clock_timestamp(), changed_by = v_given.operator
  returning * into v_after;
  perform console.append_given(v_given, 'checklist_times_changed', 'checklist:settings',
    jsonb_build_object('before', to_jsonb(v_before) - 'singleton', 'after', to_jsonb(v_after) - 'singleton'));
  return jsonb_build_object('outcome', 'saved', 'version', v_after.version);
end $$;
alter function console.set_checklist_times(uuid) owner to regie_owner;
revoke execute on function console.set_checklist_times(uuid) from public;
grant execute on function console.set_checklist_times(uuid) to regie_console;

-- Nobody changes what was confirmed, whatever they may do elsewhere.
create or replace trigger regie_append_only before update or delete or truncate on console.checklist_entries
  for each statement execute function console.refuse_change('a checklist');
-- A lock on a run needs the right to update it; what it asks for stays as it was started.
create or replace trigger regie_append_only before update or delete or truncate on console.checklist_runs
  for each statement execute function console.refuse_change('a checklist');
-- Also in a session that puts triggers aside.
alter table console.checklist_entries enable always trigger regie_append_only;
alter table console.checklist_runs enable always trigger regie_append_only;
