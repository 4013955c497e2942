-- Backups that were made, or failed, so that every laptop and the evening's checklist know of the last one.
create table console.backups (
  backup_id uuid primary key,
  outcome text not null check (outcome in ('made', 'failed')),
  noted_at timestamptz not null default clock_timestamp(),
  -- What was committed before is in it; null for one that failed before it began.
  snapshot_at timestamptz,
  -- An operator, regie-engine, or administrator.
  made_by text not null,
  laptop text not null,
  -- Its name there, without the folder.
  file text,
  bytes bigint,
  tables int,
  rows bigint,
  -- The file's last 32 bytes, which name it.
  checksum text check (checksum ~ '^[0-9a-f]{64}$'),
  encrypted boolean,
  duration_ms double precision,
  -- When the file was read again from its first byte to its last, and held.
  verified_at timestamptz,
  -- Why it failed.
  error text,
  -- Whose connection noted it.
  login name not null default session_user,
  check (outcome = 'failed' or num_nulls(snapshot_at, file, bytes, tables, rows, checksum, encrypted) = 0)
);
comment on table console.backups is 'Backups of Regie''s part of the database. Written by console.note_backup only.';
create index backups_noted_idx on console.backups (noted_at);
