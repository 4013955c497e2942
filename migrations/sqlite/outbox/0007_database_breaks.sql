-- Which database this laptop knew last, and each time that it was another or an older one (docs/offline.md, "Another database").
create table known_database (
  only integer primary key check (only = 1),
  known text not null check (json_valid(known))
) strict;
create table database_breaks (
  break_id text primary key,
  at text not null,
  found text not null check (json_valid(found)),
  -- The festival's audit trail says it as well.
  recorded integer not null default 0 check (recorded in (0, 1)),
  -- Somebody at this laptop has read it.
  read_by text
) strict;
