-- Pictures of the incident log, each stored once by its SHA-256, and their pieces until the last one is there.

create table console.log_files (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  type text not null check (type in ('image/png', 'image/jpeg', 'image/webp')),
  bytes int not null check (bytes between 1 and 5242880),
  -- Base64, without line breaks.
  data text not null,
  added_by text not null,
  added_on text not null,
  added_at timestamptz not null default clock_timestamp()
);
comment on table console.log_files is 'Pictures of the incident log. Written by console.add_log_piece only.';
-- It does not shrink, and is read in pieces.
alter table console.log_files alter column data set storage external;

create table console.log_pieces (
  file_id uuid not null,
  piece int not null check (piece between 0 and 19),
  data text not null,
  added_by text not null,
  added_at timestamptz not null default clock_timestamp(),
  primary key (file_id, piece)
);
comment on table console.log_pieces is 'Pictures of the incident log that are still on their way, piece by piece.';
