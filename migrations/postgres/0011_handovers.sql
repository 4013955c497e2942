-- Up Migration

-- A shift is handed over by two people: what the next one does not accept in time goes back to unacknowledged.
create table console.handovers (
  handover_id uuid primary key,
  from_operator text not null,
  from_laptop text not null,
  note text not null,
  -- The incidents that were the giver's when it was offered.
  incidents bigint[] not null,
  offered_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by text,
  accepted_on text,
  -- Withdrawn, or not accepted in time.
  ended_at timestamptz,
  check (accepted_at is null or ended_at is null)
);
create unique index handovers_one_open_idx on console.handovers (from_operator) where accepted_at is null and ended_at is null;
create index handovers_time_idx on console.handovers (offered_at);

create trigger regie_hint after insert or update on console.handovers
  for each row execute function console.hint('handover');

grant select, insert, update, delete on console.handovers to regie_console, regie_owner;

-- Down Migration
