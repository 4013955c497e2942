-- What asked for attention, from when until when, and how many people were there: alarm quality is counted from it.
create table mirror_alarms (
  event_id integer primary key,
  begins_ms integer not null,
  ends_ms integer,
  severity text not null,
  algorithm text not null,
  about text
) strict;
create index mirror_alarms_begins on mirror_alarms (begins_ms);

create table mirror_attendance (
  -- Ten minutes each, counted from 1970.
  period integer primary key,
  people integer not null
) strict;
