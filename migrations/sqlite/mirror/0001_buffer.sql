-- What the console keeps on this laptop: choices of the laptop itself, and a copy of the festival's alerts that every
-- screen paints from (docs/offline.md, "Mirror").

create table preferences (
  key text primary key,
  value text not null check (json_valid(value))
) strict;

create table mirror_incidents (
  incident_id integer primary key,
  open integer not null check (open in (0, 1)),
  card_id text,
  -- Milliseconds since 1970 of the last detection in it.
  detected_ms integer not null,
  alert text not null check (json_valid(alert))
) strict;
create index mirror_incidents_open on mirror_incidents (open, detected_ms);
create index mirror_incidents_card on mirror_incidents (card_id) where card_id is not null;

create table mirror_details (
  incident_id integer primary key references mirror_incidents (incident_id) on delete cascade,
  -- The alert with its evidence; the row above leaves that out, so that a long board is read quickly.
  alert text not null check (json_valid(alert)),
  timeline text not null check (json_valid(timeline)),
  run text check (json_valid(run))
) strict;
