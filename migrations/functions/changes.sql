-- What tells the consoles that something changed: rows that followers read, and hints that wake them. A hint may be
-- lost, because followers poll as well.

-- Notes which events a statement changed. One that changed none wakes nobody: some look for work every second, and each
-- hint makes every laptop read.
create or replace function console.note_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into console.changes (event_id) select distinct changed.event_id from changed;
  -- A hint only: followers poll as well.
  if found then
    perform pg_notify('regie_changes', '');
  end if;
  return null;
end $$;
alter function console.note_change() owner to regie_owner;
revoke execute on function console.note_change() from public;

create or replace trigger regie_note_insert after insert on public.monitoring_events
  referencing new table as changed for each statement execute function console.note_change();
create or replace trigger regie_note_update after update on public.monitoring_events
  referencing new table as changed for each statement execute function console.note_change();
create or replace trigger regie_note_insert after insert on console.timeline
  referencing new table as changed for each statement execute function console.note_change();
create or replace trigger regie_note_insert after insert on console.alerts
  referencing new table as changed for each statement execute function console.note_change();
create or replace trigger regie_note_update after update on console.alerts
  referencing new table as changed for each statement execute function console.note_change();

-- Wakes the followers of one thing (trigger argument: which). For each row, so that a statement without any wakes nobody; a
-- transaction sends equal hints once.
create or replace function console.hint() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('regie_changes', tg_argv[0]);
  return null;
end $$;
alter function console.hint() owner to regie_owner;
revoke execute on function console.hint() from public;

create or replace trigger regie_hint after update of detected_at on console.canary_probes
  for each row execute function console.hint('canary');
-- Who is there, and what their screen shows: sent to the others at once when it changes, not with every heartbeat.
create or replace trigger regie_hint_came after insert on console.laptops
  for each row execute function console.hint('laptops');
create or replace trigger regie_hint_changed after update on console.laptops
  for each row
  when ((old.operator, old.incident_id, old.left_at) is distinct from (new.operator, new.incident_id, new.left_at))
  execute function console.hint('laptops');
create or replace trigger regie_hint after insert or update on console.handovers
  for each row execute function console.hint('handover');
create or replace trigger regie_hint after insert or update on console.operators
  for each row execute function console.hint('operators');
create or replace trigger regie_hint after insert or update of ended_at on console.enrolled_laptops
  for each row execute function console.hint('enrolled');
create or replace trigger regie_hint after insert or update on console.proposals
  for each row execute function console.hint('proposals');
create or replace trigger regie_hint after insert or update on console.silences
  for each row execute function console.hint('team');
create or replace trigger regie_hint after insert or update on console.mentions
  for each row execute function console.hint('team');
-- Runs of an alert are seen by its timeline.
create or replace trigger regie_hint_begun after insert on console.runbook_runs
  for each row when (new.event_id is null) execute function console.hint('runbooks');
create or replace trigger regie_hint_ended after update on console.runbook_runs
  for each row when (new.event_id is null) execute function console.hint('runbooks');
create or replace trigger regie_hint after insert on console.runbook_steps
  for each row execute function console.hint('runbooks');
create or replace trigger regie_hint after insert on console.runbook_ticks
  for each row execute function console.hint('runbooks');
create or replace trigger regie_hint after insert on console.log_entries
  for each row execute function console.hint('log');
create or replace trigger regie_hint after update on console.log_settings
  for each row execute function console.hint('log');
create or replace trigger regie_hint after insert on console.checklist_runs
  for each row execute function console.hint('checklists');
create or replace trigger regie_hint after insert on console.checklist_entries
  for each row execute function console.hint('checklists');
create or replace trigger regie_hint after update on console.checklist_settings
  for each row execute function console.hint('checklists');
create or replace trigger regie_hint after insert or update on console.message_tests
  for each row execute function console.hint('checklists');
create or replace trigger regie_hint after update on console.festival_settings
  for each row execute function console.hint('settings');
create or replace trigger regie_hint after update on console.monitoring_state
  for each row execute function console.hint('engine');
create or replace trigger regie_hint after insert on console.engine_requests
  for each row execute function console.hint('requests');
