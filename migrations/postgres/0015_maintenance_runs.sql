-- What people had done to the database itself (docs/database.md, "Remedies"): a session ended, a table vacuumed.

create table console.maintenance_runs (
  -- The command that asked for it.
  run_id uuid primary key,
  kind text not null,
  -- The session, the table, the setting.
  target text not null,
  operator text not null,
  laptop text not null,
  -- The database's login under which it was recorded; what an administrator's login did says so in `by_administrator`.
  login name not null default session_user,
  by_administrator boolean not null default false,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz check (finished_at >= started_at),
  -- Null while it goes on, or where the laptop that did it never said.
  outcome text check (outcome in ('done', 'failed')),
  before jsonb,
  after jsonb,
  error text
);
comment on table console.maintenance_runs is
  'What people had done to the database itself: who, what, before and after. Written by functions only (migrations/functions/remedies.sql).';
create index maintenance_runs_started_idx on console.maintenance_runs (started_at desc);

-- Detection comes twice as often until a time that somebody has set (docs/database.md, "High load").
create table console.high_load (
  singleton boolean primary key default true check (singleton),
  -- Null: it was never set, or was ended.
  until timestamptz,
  set_by text,
  set_on text,
  set_at timestamptz
);
comment on table console.high_load is 'Whether the whole festival works at high load. One row. Written by a function only.';
insert into console.high_load default values;
