-- What consoles write themselves in a person's name (alerts, timelines, runs of runbooks, the audit trail): only under
-- the command that the person gave, on what it is about, in its words. Rows of the engine name nobody, or 'regie-…'.

-- The command of this very transaction that somebody gave on a laptop; no row where nobody did.
create or replace function console.given_by(p_operator text, p_laptop text) returns setof console.operations
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select op.* from console.operations op
  where op.xact = pg_current_xact_id() and op.outcome ->> 'outcome' = 'waiting' and op.body is not null
    and op.operator = p_operator and op.laptop is not distinct from coalesce(p_laptop, op.laptop)
$$;
alter function console.given_by(text, text) owner to regie_owner;
revoke execute on function console.given_by(text, text) from public;

-- Whether everything that is said freely in a record (note, reason, text, words, message) is said in the command.
create or replace function console.is_said(p_record jsonb, p_input jsonb) returns boolean
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select not exists (
    select from jsonb_path_query(p_record, '$.** ? (@.type() == "object").keyvalue() ? (@.key == "note"
      || @.key == "reason" || @.key == "text" || @.key == "words" || @.key == "message").value
      ? (@.type() == "string")') as said
    where said not in (select jsonb_path_query(p_input, '$.** ? (@.type() == "string")')))
$$;
alter function console.is_said(jsonb, jsonb) owner to regie_owner;
revoke execute on function console.is_said(jsonb, jsonb) from public;

-- Whether a run is the one that a command names, or the one that it was joined to.
create or replace function console.is_run_of(p_input jsonb, p_run_id uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_run_id = (p_input ->> 'runId')::uuid or exists (
    select from console.runbook_joins
    where run_id = (p_input ->> 'runId')::uuid and joined_run_id = p_run_id)
$$;
alter function console.is_run_of(jsonb, uuid) owner to regie_owner;
revoke execute on function console.is_run_of(jsonb, uuid) from public;

-- Whether a command is about an event: it names it, or its incident, its run, its handover, its correction, its silence,
-- among others where it is on many.
create or replace function console.concerns(p_input jsonb, p_event_id bigint) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with named as (
    select (value #>> '{}')::numeric as id
    from jsonb_path_query(jsonb_build_array(p_input -> 'eventId', p_input -> 'into', p_input #> '{seen,incidentId}',
      p_input #> '{seen,into}') || coalesce(p_input -> 'eventIds', '[]'), '$[*] ? (@.type() == "number")') as value
    union all
    select r.event_id from console.runbook_runs r
    where r.run_id in ((p_input ->> 'runId')::uuid, (
      select joined_run_id from console.runbook_joins where run_id = (p_input ->> 'runId')::uuid))
    union all
    select unnest(h.incidents) from console.handovers h where h.handover_id = (p_input ->> 'handoverId')::uuid
    union all
    select c.event_id from console.corrections c where c.operation_id = (p_input ->> 'correctionId')::uuid
  )
  select exists (select from named where id = p_event_id)
    or exists (
      select from console.alerts a where a.event_id = p_event_id and (
        a.incident_id in (select id from named)
        or a.incident_id in (select own.incident_id from console.alerts own where own.event_id in (select id from named))))
    or (p_input ? 'silenceId' and exists (
      select from console.silenced s join console.silences k using (silence_id)
      where s.event_id = p_event_id and (k.silence_id = (p_input ->> 'silenceId')::uuid or k.released_at = now())))
$$;
alter function console.concerns(jsonb, bigint) owner to regie_owner;
revoke execute on function console.concerns(jsonb, bigint) from public;

-- Writes what somebody did on the audit trail, under their command. For consoles: what, about what and in which words is
-- the command's, and each is written once.
create or replace function console.record_given(p_operation_id uuid, p_action text, p_subject text, p_data jsonb)
  returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations;
  v_input jsonb;
  v_id text := substr(p_subject, strpos(p_subject, ':') + 1);
begin
  select * into v_given from console.operations
  where operation_id = p_operation_id and xact = pg_current_xact_id() and outcome ->> 'outcome' = 'waiting';
  v_input := v_given.body::jsonb -> 'input';
  if v_input is null
    or not exists (select from console.command_records
      where command = v_given.command and place = 'audit' and kind = p_action)
    or not console.is_said(p_data, v_input)
    or not coalesce(case split_part(p_subject, ':', 1)
      when 'event' then v_id ~ '^\d{1,18}$' and console.concerns(v_input, v_id::bigint)
      when 'alerts' then p_subject = 'alerts' and v_input ? 'eventIds' and v_input -> 'eventIds' @> (p_data -> 'alerts')
      when 'run' then v_id ~ '^[0-9a-f-]{36}$' and console.is_run_of(v_input, v_id::uuid)
      when 'card' then exists (select from console.corrections
        where operation_id = (v_input ->> 'correctionId')::uuid and card_id = v_id)
      when 'operation' then v_id = v_input ->> 'dropped'
      when 'command' then v_id = v_input ->> 'call'
      when 'escalation' then p_subject = 'escalation'
    end, false)
    or exists (select from console.audit where operation_id = p_operation_id)
  then
    raise exception using errcode = '42501',
      message = format('%s %s is not what the command of this transaction says', p_action, p_subject);
  end if;
  perform console.append_given(p_operation_id, p_action, p_subject, p_data);
end $$;
alter function console.record_given(uuid, text, text, jsonb) owner to regie_owner;
revoke execute on function console.record_given(uuid, text, text, jsonb) from public;
grant execute on function console.record_given(uuid, text, text, jsonb) to regie_console;

create or replace function console.refuse_row(p_table name) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = '42501',
    message = format('this row of %s is not what the command of this transaction says', p_table);
end $$;
alter function console.refuse_row(name) owner to regie_owner;
revoke execute on function console.refuse_row(name) from public;

-- An entry of a timeline.
create or replace function console.check_timeline() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.actor like 'regie-%' and new.operation_id is null then
    return new;
  end if;
  if not exists (
    select from console.given_by(new.actor, new.laptop) as op
    join console.command_records r on r.command = op.command and r.place = 'timeline' and r.kind = new.kind
    where op.operation_id = new.operation_id and new.laptop = op.laptop
      and console.concerns(op.body::jsonb -> 'input', new.event_id)
      and (console.is_said(new.data, op.body::jsonb -> 'input') or new.kind = 'silence_ended' and exists (
        select from console.silences s where s.released_at = now() and s.reason = new.data ->> 'reason'))
  ) then
    perform console.refuse_row(tg_table_name);
  end if;
  return new;
end $$;
alter function console.check_timeline() owner to regie_owner;
revoke execute on function console.check_timeline() from public;
create or replace trigger regie_check before insert on console.timeline for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_timeline();

-- Who is on an alert, and who placed it. Nobody's name goes away under anybody's.
create or replace function console.check_alert() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_old console.alerts;
  v_name text;
begin
  if tg_op = 'UPDATE' then
    v_old := old;
  end if;
  foreach v_name in array array[
    case when new.acknowledged_by is distinct from v_old.acknowledged_by then new.acknowledged_by end,
    case when (new.taken_by, new.taken_on) is distinct from (v_old.taken_by, v_old.taken_on) then new.taken_by end,
    case when (new.placed_by, new.placed_on) is distinct from (v_old.placed_by, v_old.placed_on) then new.placed_by end]
  loop
    continue when v_name is null;
    if not exists (
      select from console.given_by(v_name, null) as op
      where op.command in ('alert.acknowledge', 'alert.take', 'alert.snooze', 'alert.merge', 'alert.split', 'runbook.start',
          'handover.accept', 'alerts.acknowledge', 'alerts.take', 'alerts.snooze', 'alerts.merge')
        and (new.taken_on is not distinct from v_old.taken_on or coalesce(new.taken_on, op.laptop) = op.laptop)
        and (new.placed_on is not distinct from v_old.placed_on or new.placed_on = op.laptop)
        and console.concerns(op.body::jsonb -> 'input', new.event_id))
      -- Who is on an incident is on what is merged into it.
      and not (v_name in (new.acknowledged_by, new.taken_by) and exists (
        select from console.operations op join console.alerts into_it
          on into_it.event_id = (op.body::jsonb #>> '{input,into}')::bigint
        where op.xact = pg_current_xact_id() and op.command in ('alert.merge', 'alerts.merge')
          and op.outcome ->> 'outcome' = 'waiting' and into_it.incident_id = new.incident_id and v_name in (into_it.acknowledged_by, into_it.taken_by)))
    then
      perform console.refuse_row(tg_table_name);
    end if;
  end loop;
  return new;
end $$;
alter function console.check_alert() owner to regie_owner;
revoke execute on function console.check_alert() from public;
create or replace trigger regie_check
  before insert or update of acknowledged_by, taken_by, taken_on, placed_by, placed_on on console.alerts for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_alert();

-- The guide's own record of it. What other systems write there is theirs.
create or replace function console.check_alert_history() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.acknowledged_by is null or tg_op = 'UPDATE' and new.acknowledged_by is not distinct from old.acknowledged_by then
    return new;
  end if;
  if not exists (
    select from console.alerts where event_id = new.monitoring_event_id and acknowledged_by = new.acknowledged_by)
    and not exists (
      select from console.given_by(new.acknowledged_by, null) as op
      where op.command in ('alert.acknowledge', 'alert.take', 'alert.snooze', 'alert.merge', 'runbook.start',
          'alerts.acknowledge', 'alerts.take', 'alerts.snooze', 'alerts.merge')
        and console.concerns(op.body::jsonb -> 'input', new.monitoring_event_id))
  then
    perform console.refuse_row(tg_table_name);
  end if;
  return new;
end $$;
alter function console.check_alert_history() owner to regie_owner;
revoke execute on function console.check_alert_history() from public;
create or replace trigger regie_check before insert or update of acknowledged_by on public.alert_history for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_alert_history();

-- Whom a note names, and that they have read it.
create or replace function console.check_mention() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' and exists (
    select from console.given_by(new.author, new.laptop) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = 'alert.note' and op.operation_id = new.operation_id and new.laptop = op.laptop
      and new.words = input ->> 'text' and input -> 'mentions' ? new.operator
      and new.event_id = (input ->> 'eventId')::bigint and new.read_at is null)
    or tg_op = 'UPDATE' and exists (
      select from console.given_by(new.operator, null) as op
      where op.command = 'mention.read' and op.body::jsonb #> '{input,notes}' ? new.operation_id::text)
  then
    return new;
  end if;
  perform console.refuse_row(tg_table_name);
  return null;
end $$;
alter function console.check_mention() owner to regie_owner;
revoke execute on function console.check_mention() from public;
create or replace trigger regie_check before insert or update on console.mentions for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_mention();

-- Runs of runbooks, their steps, ticks and joins.
create or replace function console.check_run() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' and exists (
    select from console.given_by(new.started_by, new.started_on) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = 'runbook.start' and new.started_on = op.laptop and new.run_id = (input ->> 'runId')::uuid
      and new.event_id is not distinct from (input ->> 'eventId')::bigint and new.runbook_id = input ->> 'runbookId'
      and new.runbook is not distinct from input -> 'runbook' and new.finished_at is null)
    or tg_op = 'UPDATE' and exists (
      select from console.operations op
      where op.xact = pg_current_xact_id() and op.outcome ->> 'outcome' = 'waiting'
        and op.command in ('runbook.completeStep', 'runbook.skipStep', 'runbook.end')
        and console.is_run_of(op.body::jsonb -> 'input', new.run_id))
  then
    return new;
  end if;
  perform console.refuse_row(tg_table_name);
  return null;
end $$;
alter function console.check_run() owner to regie_owner;
revoke execute on function console.check_run() from public;
create or replace trigger regie_check before insert or update on console.runbook_runs for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_run();

create or replace function console.check_step() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from console.given_by(new.actor, new.laptop) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = case new.state when 'done' then 'runbook.completeStep' else 'runbook.skipStep' end
      and new.step_id = input ->> 'stepId' and console.is_run_of(input, new.run_id)
      and new.choice is not distinct from input ->> 'choice' and new.reason is not distinct from input ->> 'reason'
      and new.evidence is not distinct from input -> 'evidence'
      and (new.told is null or new.told = input -> 'result'
        or new.told ->> 'message' is not distinct from input #>> '{told,message}'
          and new.told ->> 'how' is not distinct from input #>> '{told,how}'))
  then
    perform console.refuse_row(tg_table_name);
  end if;
  return new;
end $$;
alter function console.check_step() owner to regie_owner;
revoke execute on function console.check_step() from public;
create or replace trigger regie_check before insert on console.runbook_steps for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_step();

create or replace function console.check_tick() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from console.given_by(new.actor, new.laptop) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = 'runbook.tick' and new.step_id = input ->> 'stepId' and new.item_id = input ->> 'itemId'
      and console.is_run_of(input, new.run_id))
  then
    perform console.refuse_row(tg_table_name);
  end if;
  return new;
end $$;
alter function console.check_tick() owner to regie_owner;
revoke execute on function console.check_tick() from public;
create or replace trigger regie_check before insert on console.runbook_ticks for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_tick();

create or replace function console.check_join() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from console.operations op
    join console.runbook_runs r on r.run_id = new.joined_run_id and r.finished_at is null
      and r.event_id is not distinct from (op.body::jsonb #>> '{input,eventId}')::bigint
    where op.xact = pg_current_xact_id() and op.outcome ->> 'outcome' = 'waiting' and op.command = 'runbook.start'
      and (op.body::jsonb #>> '{input,runId}')::uuid = new.run_id)
  then
    perform console.refuse_row(tg_table_name);
  end if;
  return new;
end $$;
alter function console.check_join() owner to regie_owner;
revoke execute on function console.check_join() from public;
create or replace trigger regie_check before insert on console.runbook_joins for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_join();

-- A message that somebody has ordered, in their words. One of the escalation names nobody and has no words of its own.
create or replace function console.check_delivery() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' and num_nonnulls(new.operation_id, new.run_id, new.message) = 0
    or tg_op = 'UPDATE' and (new.operation_id, new.run_id, new.message, new.contact, new.channel)
      is not distinct from (old.operation_id, old.run_id, old.message, old.contact, old.channel)
    or exists (
      select from console.operations op
      where op.operation_id = new.operation_id and op.xact = pg_current_xact_id() and op.command = 'runbook.completeStep'
        and op.outcome ->> 'outcome' = 'waiting' and console.is_run_of(op.body::jsonb -> 'input', new.run_id)
        and new.message is not distinct from op.body::jsonb #>> '{input,told,message}')
  then
    return new;
  end if;
  perform console.refuse_row(tg_table_name);
  return null;
end $$;
alter function console.check_delivery() owner to regie_owner;
revoke execute on function console.check_delivery() from public;
create or replace trigger regie_words before insert or update on console.deliveries for each row
  when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
  execute function console.check_delivery();
