-- Up Migration

-- Drills (product.md): runbooks against the clock, in the training festival. In a real festival this stays empty. What
-- the fault was is not here before the drill is over: it is known to the training festival alone.
create table console.drills (
  drill_id uuid primary key,
  operator text not null,
  laptop text not null,
  surprise boolean not null,
  -- Automatic faults are off for it, and on again afterwards.
  quiet boolean not null,
  begun_at timestamptz not null default clock_timestamp(),
  -- The name of the fault in the training festival's own record, and when it was done.
  fault_id uuid,
  fault_at timestamptz,
  ended_at timestamptz,
  outcome text check (outcome in ('finished', 'abandoned')),
  kind text,
  points int check (points between 0 and 100),
  -- Why it was abandoned; or times, steps and the reasons for the points.
  result jsonb,
  check ((ended_at is null) = (outcome is null)),
  check (outcome is distinct from 'finished' or (kind is not null and points is not null and result is not null))
);
-- One at a time: two faults at once would be two operators' clocks on one desk.
create unique index drills_one_running_idx on console.drills ((true)) where ended_at is null;
create index drills_ended_idx on console.drills (ended_at);

grant select, insert, update, delete on console.drills to regie_console, regie_owner;

-- Down Migration
