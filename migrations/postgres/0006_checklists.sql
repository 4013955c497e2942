-- Checklists: what people and Regie itself confirm of a stretch of time, append-only, each entry of a run with the hash of
-- the one before it (docs/checklists.md).

create table console.checklist_runs (
  list_id text not null check (list_id ~ '^[a-z][a-z0-9-]{0,59}$'),
  -- Of which stretch of time: 2026-07-03, 2026-W27, 2026-07, festival. Two laptops that start the same run without knowing
  -- of each other mean the same one.
  window_key text not null check (window_key ~ '^[0-9A-Za-z-]{1,20}$'),
  -- As it was started: what it asks for stays, whatever becomes of the list.
  list jsonb not null check (jsonb_typeof(list -> 'items') = 'array'),
  started_at timestamptz not null,
  started_by text not null,
  started_by_id uuid not null,
  laptop text not null,
  operation_id uuid not null unique,
  -- Of the list and its stretch of time: the first entry's hash is over it.
  hash bytea not null,
  primary key (list_id, window_key)
);
comment on table console.checklist_runs is 'Checklists that were started: one run for each list and stretch of time.';
create index checklist_runs_started_idx on console.checklist_runs (started_at);

create table console.checklist_entries (
  list_id text not null,
  window_key text not null,
  -- Of the run, without holes.
  seq bigint not null check (seq > 0),
  -- The operation that wrote it; null for what Regie measured.
  entry_id uuid unique,
  act text not null check (act in ('ticked', 'answered', 'overridden', 'measured', 'signed')),
  -- Null for the signature, which is of the whole.
  item_id text check ((item_id is null) = (act = 'signed')),
  -- Of what was measured: whether it is as it should be, is not, is older than it may be, or could not be had.
  state text check (state in ('good', 'bad', 'old', 'unknown')),
  answer jsonb check ((answer is null) = (act <> 'answered')),
  reason text check ((reason is null) = (act <> 'overridden')),
  -- Values with their thresholds, times, ages and queries.
  evidence jsonb not null,
  at timestamptz not null,
  -- By the laptop's own clock; null for what Regie measured.
  entered_at timestamptz,
  actor text not null,
  actor_id uuid,
  role text not null,
  laptop text not null,
  login name not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (list_id, window_key, seq),
  foreign key (list_id, window_key) references console.checklist_runs,
  check ((state is null) = (act <> 'measured')),
  check ((entry_id is null) = (act = 'measured'))
);
comment on table console.checklist_entries is
  'What was confirmed in a run. Nothing in it is ever changed or removed (migrations/functions/checklists.sql).';
create unique index checklist_entries_signed_idx on console.checklist_entries (list_id, window_key) where act = 'signed';

create table console.checklist_settings (
  singleton boolean primary key default true check (singleton),
  version int not null default 1,
  -- Wall-clock times at the festival; one that closes before it opens closes on the next day.
  opens time not null default '14:00',
  closes time not null default '04:00',
  -- Days on which it opens; null where nobody has said so.
  first_day date,
  last_day date check (last_day >= first_day),
  changed_at timestamptz,
  changed_by text
);
comment on table console.checklist_settings is 'By when the checklists are due.';
insert into console.checklist_settings default values;
