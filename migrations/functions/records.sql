-- What consoles write themselves in a person's name (alerts, timelines, runs of runbooks, the audit trail): only under
-- the command that the person gave, on what it is about, in its words. Rows of the engine name nobody, or 'regie-…'.

-- A trigger for what is only ever added to: nobody changes it, whatever they may do elsewhere. Its argument says what it is.
create or replace function console.refuse_change() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = '42501', message = format('%s is added to and never changed', tg_argv[0]);
end $$;
revoke execute on function console.refuse_change() from public;

-- The command of this very transaction, if it is one of these; of any kind where none is named.
create or replace function console.given_now(variadic p_commands text[] default '{}') returns setof console.operations
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select op.* from console.operations op
  where op.xact = pg_current_xact_id() and op.outcome ->> 'outcome' = 'waiting' and op.body is not null
    and (op.command = any (p_commands) or p_commands = '{}')
$$;
alter function console.given_now(text[]) owner to regie_owner;
revoke execute on function console.given_now(text[]) from public;

-- The one that somebody gave on a laptop; no row where nobody did.
create or replace function console.given_by(p_operator text, p_laptop text) returns setof console.operations
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select op.* from console.given_now() as op
  where op.operator = p_operator and op.laptop is not distinct from coalesce(p_laptop, op.laptop)
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
    select console.row_id_of(said) as id
    from unnest(array[p_input ->> 'eventId', p_input ->> 'into', p_input #>> '{seen,incidentId}',
      p_input #>> '{seen,into}'] || array(select jsonb_array_elements_text(
        case when jsonb_typeof(p_input -> 'eventIds') = 'array' then p_input -> 'eventIds' else '[]' end))) as said
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
  select * into strict v_given from console.given_command(p_operation_id, variadic array(
    select command from console.command_records where place = 'audit' and kind = p_action));
  v_input := v_given.body::jsonb -> 'input';
  if not console.is_said(p_data, v_input)
    or not coalesce(case split_part(p_subject, ':', 1)
      when 'event' then console.concerns(v_input, console.row_id_of(v_id))
      when 'alerts' then p_subject = 'alerts' and v_input ? 'eventIds' and v_input -> 'eventIds' @> (p_data -> 'alerts')
      when 'run' then v_id ~ '^[0-9a-f-]{36}$' and console.is_run_of(v_input, v_id::uuid)
      when 'card' then exists (select from console.corrections
        where operation_id = (v_input ->> 'correctionId')::uuid and card_id = v_id)
      when 'operation' then v_id = v_input ->> 'dropped'
      when 'command' then v_id = v_input ->> 'call'
      when 'escalation' then p_subject = 'escalation'
      when 'festival' then p_subject = 'festival:settings'
    end, false)
    or exists (select from console.audit where operation_id = p_operation_id)
  then
    raise exception using errcode = '42501',
      message = format('%s %s is not what the command of this transaction says', p_action, p_subject);
  end if;
  perform console.append_given(v_given, p_action, p_subject, p_data);
end $$;
alter function console.record_given(uuid, text, text, jsonb) owner to regie_owner;
revoke execute on function console.record_given(uuid, text, text, jsonb) from public;
grant execute on function console.record_given(uuid, text, text, jsonb) to regie_console;

-- Whether a row is what the command of this transaction says: a function for each table, with the row as it is to be and
-- as it was (nulls: there was none).

-- An entry of a timeline.
create or replace function console.is_given(p_new console.timeline, p_old console.timeline) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_new.actor like 'regie-%' and p_new.operation_id is null or exists (
    select from console.given_by(p_new.actor, p_new.laptop) as op
    join console.command_records r on r.command = op.command and r.place = 'timeline' and r.kind = p_new.kind
    where op.operation_id = p_new.operation_id and p_new.laptop = op.laptop
      and console.concerns(op.body::jsonb -> 'input', p_new.event_id)
      and (console.is_said(p_new.data, op.body::jsonb -> 'input') or p_new.kind = 'silence_ended' and exists (
        select from console.silences s where s.released_at = now() and s.reason = p_new.data ->> 'reason')))
$$;

-- Who is on an alert, and who placed it. Nobody's name goes away under anybody's.
create or replace function console.is_given(p_new console.alerts, p_old console.alerts) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  -- Most of them, and thousands at once where the engine raises them.
  if coalesce(p_new.acknowledged_by, p_new.taken_by, p_new.placed_by) is null then
    return true;
  end if;
  return not exists (
    select from unnest(array[
      case when p_new.acknowledged_by is distinct from p_old.acknowledged_by then p_new.acknowledged_by end,
      case when (p_new.taken_by, p_new.taken_on) is distinct from (p_old.taken_by, p_old.taken_on) then p_new.taken_by end,
      case when (p_new.placed_by, p_new.placed_on) is distinct from (p_old.placed_by, p_old.placed_on)
        then p_new.placed_by end]) as name
    where name is not null
      and not exists (
        select from console.given_by(name, null) as op
        where op.command in ('alert.acknowledge', 'alert.take', 'alert.snooze', 'alert.merge', 'alert.split',
            'runbook.start', 'handover.accept', 'alerts.acknowledge', 'alerts.take', 'alerts.snooze', 'alerts.merge')
          and (p_new.taken_on is not distinct from p_old.taken_on or coalesce(p_new.taken_on, op.laptop) = op.laptop)
          and (p_new.placed_on is not distinct from p_old.placed_on or p_new.placed_on = op.laptop)
          and console.concerns(op.body::jsonb -> 'input', p_new.event_id))
      -- Who is on an incident is on what is merged into it.
      and not (name in (p_new.acknowledged_by, p_new.taken_by) and exists (
        select from console.given_now('alert.merge', 'alerts.merge') as op join console.alerts into_it
          on into_it.event_id = (op.body::jsonb #>> '{input,into}')::bigint
        where into_it.incident_id = p_new.incident_id and name in (into_it.acknowledged_by, into_it.taken_by))));
end $$;

-- The guide's own record of it. What other systems write there is theirs.
create or replace function console.is_given(p_new public.alert_history, p_old public.alert_history) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_new.acknowledged_by is null or p_new.acknowledged_by is not distinct from p_old.acknowledged_by
    or exists (
      select from console.alerts
      where event_id = p_new.monitoring_event_id and acknowledged_by = p_new.acknowledged_by)
    or exists (
      select from console.given_by(p_new.acknowledged_by, null) as op
      where op.command in ('alert.acknowledge', 'alert.take', 'alert.snooze', 'alert.merge', 'runbook.start',
          'alerts.acknowledge', 'alerts.take', 'alerts.snooze', 'alerts.merge')
        and console.concerns(op.body::jsonb -> 'input', p_new.monitoring_event_id))
$$;

-- Whom a note names, and that they have read it.
create or replace function console.is_given(p_new console.mentions, p_old console.mentions) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_old.operation_id is null then exists (
    select from console.given_by(p_new.author, p_new.laptop) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = 'alert.note' and op.operation_id = p_new.operation_id and p_new.laptop = op.laptop
      and p_new.words = input ->> 'text' and input -> 'mentions' ? p_new.operator
      and p_new.event_id = (input ->> 'eventId')::bigint and p_new.read_at is null)
  else exists (
    select from console.given_by(p_new.operator, null) as op
    where op.command = 'mention.read' and op.body::jsonb #> '{input,notes}' ? p_new.operation_id::text)
  end
$$;

-- Runs of runbooks, their steps, ticks and joins.
create or replace function console.is_given(p_new console.runbook_runs, p_old console.runbook_runs) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_old.run_id is null then exists (
    select from console.given_by(p_new.started_by, p_new.started_on) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = 'runbook.start' and p_new.started_on = op.laptop and p_new.run_id = (input ->> 'runId')::uuid
      and p_new.event_id is not distinct from (input ->> 'eventId')::bigint and p_new.runbook_id = input ->> 'runbookId'
      and p_new.runbook is not distinct from input -> 'runbook' and p_new.finished_at is null)
  else exists (
    select from console.given_now('runbook.completeStep', 'runbook.skipStep', 'runbook.end') as op
    where console.is_run_of(op.body::jsonb -> 'input', p_new.run_id))
  end
$$;

create or replace function console.is_given(p_new console.runbook_steps, p_old console.runbook_steps) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from console.given_by(p_new.actor, p_new.laptop) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = case p_new.state when 'done' then 'runbook.completeStep' else 'runbook.skipStep' end
      and p_new.step_id = input ->> 'stepId' and console.is_run_of(input, p_new.run_id)
      and p_new.choice is not distinct from input ->> 'choice' and p_new.reason is not distinct from input ->> 'reason'
      and p_new.evidence is not distinct from input -> 'evidence'
      and (p_new.told is null or p_new.told = input -> 'result'
        or p_new.told ->> 'message' is not distinct from input #>> '{told,message}'
          and p_new.told ->> 'how' is not distinct from input #>> '{told,how}'))
$$;

create or replace function console.is_given(p_new console.runbook_ticks, p_old console.runbook_ticks) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from console.given_by(p_new.actor, p_new.laptop) as op cross join lateral (
      select op.body::jsonb -> 'input' as input) as given
    where op.command = 'runbook.tick' and p_new.step_id = input ->> 'stepId' and p_new.item_id = input ->> 'itemId'
      and console.is_run_of(input, p_new.run_id))
$$;

create or replace function console.is_given(p_new console.runbook_joins, p_old console.runbook_joins) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from console.given_now('runbook.start') as op
    join console.runbook_runs r on r.run_id = p_new.joined_run_id and r.finished_at is null
      and r.event_id is not distinct from (op.body::jsonb #>> '{input,eventId}')::bigint
    where (op.body::jsonb #>> '{input,runId}')::uuid = p_new.run_id)
$$;

-- A message that somebody has ordered, in their words. One of the escalation names nobody and has no words of its own.
create or replace function console.is_given(p_new console.deliveries, p_old console.deliveries) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_old.delivery_id is null and num_nonnulls(p_new.operation_id, p_new.run_id, p_new.message) = 0
    or p_old.delivery_id is not null
      and (p_new.operation_id, p_new.run_id, p_new.message, p_new.contact, p_new.channel)
        is not distinct from (p_old.operation_id, p_old.run_id, p_old.message, p_old.contact, p_old.channel)
    or exists (
      select from console.given_now('runbook.completeStep') as op
      where op.operation_id = p_new.operation_id and console.is_run_of(op.body::jsonb -> 'input', p_new.run_id)
        and p_new.message is not distinct from op.body::jsonb #>> '{input,told,message}')
$$;

-- Compiled for each table that has it: the row's own type chooses among the functions above.
create or replace function console.check_record() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if console.is_given(new, old) then
    return new;
  end if;
  raise exception using errcode = '42501',
    message = format('this row of %s is not what the command of this transaction says', tg_table_name);
end $$;

do $$
declare
  v_function regprocedure;
  v_table text;
  v_when text;
begin
  for v_function in
    select oid from pg_proc
    where pronamespace = 'console'::regnamespace and proname in ('check_record', 'is_given')
  loop
    execute format('alter function %s owner to regie_owner', v_function);
    execute format('revoke execute on function %s from public', v_function);
  end loop;
  -- Of a console's login, and of nobody who could do it anyway.
  for v_table, v_when in values
    ('console.alerts', 'insert or update of acknowledged_by, taken_by, taken_on, placed_by, placed_on'),
    ('console.deliveries', 'insert or update'),
    ('console.mentions', 'insert or update'),
    ('console.runbook_joins', 'insert'),
    ('console.runbook_runs', 'insert or update'),
    ('console.runbook_steps', 'insert'),
    ('console.runbook_ticks', 'insert'),
    ('console.timeline', 'insert'),
    ('public.alert_history', 'insert or update of acknowledged_by')
  loop
    execute format($q$
      create or replace trigger regie_record before %s on %s for each row
      when (pg_has_role(current_user, 'regie_console', 'member') and not pg_has_role(current_user, 'regie_owner', 'member'))
      execute function console.check_record()$q$, v_when, v_table);
  end loop;
end $$;
