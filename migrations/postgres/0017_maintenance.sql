-- The daily maintenance of the monitoring tables (docs/maintenance.md): what it did each night, and what it took out of them.

create table console.maintenance_settings (
  singleton boolean primary key default true check (singleton),
  -- The guide's own.
  retention_days int not null default 30 check (retention_days between 7 and 3650),
  -- The first day that can be missed: what was before is no omission.
  since date not null default (now() + interval '1 day')::date
);
comment on table console.maintenance_settings is 'How long closed monitoring data stays in the monitoring tables.';
insert into console.maintenance_settings default values;

create table console.daily_maintenance (
  run_id uuid primary key default gen_random_uuid(),
  -- Of the festival's calendar.
  day date not null,
  -- Null: by itself, once a day.
  asked_by text,
  due_at timestamptz not null,
  retention_days int not null check (retention_days >= 7),
  -- The step that comes next; it is carried on from there by whichever laptop leads.
  step text not null default 'clean' check (step in ('clean', 'snapshots', 'refresh', 'analyze', 'end')),
  started_at timestamptz,
  finished_at timestamptz,
  outcome text check (outcome in ('done', 'failed', 'cancelled', 'missed')),
  cancelled_by text,
  archived_rows bigint not null default 0,
  cleaned_events bigint not null default 0,
  cleaned_snapshots bigint not null default 0,
  -- Rows, dead rows and size of the monitoring tables; after it also what was left out, and why.
  before jsonb,
  after jsonb,
  -- Who led when it was touched last.
  laptop text,
  term bigint,
  login name not null default session_user,
  check ((finished_at is null) = (outcome is null))
);
comment on table console.daily_maintenance is
  'Each daily maintenance, and each that somebody asked for. Written by functions only (migrations/functions/maintenance.sql).';
-- Once, however many laptops there are.
create unique index daily_maintenance_day_idx on console.daily_maintenance (day) where asked_by is null;
create index daily_maintenance_due_idx on console.daily_maintenance (due_at);

create table console.archive (
  -- The table that it was in.
  source text not null,
  row_id text not null,
  event_id bigint,
  run_id uuid,
  archived_at timestamptz not null default clock_timestamp(),
  data jsonb not null,
  primary key (source, row_id)
);
comment on table console.archive is
  'What the clean-up took out of the monitoring tables, row by row. Written in the statement that deletes it.';
create index archive_event_idx on console.archive (event_id) where event_id is not null;
