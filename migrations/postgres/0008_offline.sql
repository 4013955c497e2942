-- Up Migration

-- Which festival this is, wherever its database is reached: a laptop's waiting actions go to no other one.
create table console.identity (
  singleton boolean primary key default true check (singleton),
  festival_id uuid not null default gen_random_uuid()
);
insert into console.identity default values;

-- A run begun without the network while somebody else had begun: its steps belong to the run that was there first.
create table console.runbook_joins (
  run_id uuid primary key,
  joined_run_id uuid not null references console.runbook_runs (run_id) on delete cascade
);

-- Who is there, and what their screen shows: told to the others at once when it changes, not with every heartbeat.
alter table console.laptops
  add column operator text,
  add column incident_id bigint,
  add column left_at timestamptz;
create trigger regie_hint_came after insert on console.laptops
  for each row execute function console.hint('laptops');
create trigger regie_hint_changed after update on console.laptops
  for each row when ((old.operator, old.incident_id, old.left_at) is distinct from (new.operator, new.incident_id, new.left_at))
  execute function console.hint('laptops');

grant select on console.identity, console.audit_head to regie_console;
grant select, insert, update, delete on console.runbook_joins to regie_console;
grant select, insert, update, delete on console.identity, console.runbook_joins to regie_owner;

-- Down Migration
