-- What the history finds alerts by (docs/history.md): one row for each alert that ever was, kept when the alert itself is cleaned up.
-- Written behind the alerts, by console.catch_up_history alone: nothing that detects or answers an alert waits for it.

create table console.history (
  event_id bigint primary key,
  incident_id bigint not null,
  -- When it was detected; 1970 where nobody can read it.
  at timestamptz not null,
  severity text not null,
  status text not null,
  algorithm text not null,
  card_id text,
  -- Euros; null also where the amount is none.
  amount numeric,
  place text,
  -- It stands for its incident: the others of it are found by what is asked for.
  leads boolean not null,
  -- Everybody who did something about it.
  people text[] not null,
  -- Of its facts, notes and resolution, without accents and capitals; its detector with = before it.
  words tsvector not null
);
comment on table console.history is 'By what the history finds alerts. Written by console.catch_up_history only.';
create index history_time_idx on console.history (at desc, event_id desc);
create index history_leads_idx on console.history (at desc, event_id desc) where leads;
create index history_card_idx on console.history (card_id, at desc, event_id desc) where card_id is not null;
create index history_algorithm_idx on console.history (algorithm, at desc, event_id desc);
create index history_incident_idx on console.history (incident_id);
create index history_people_idx on console.history using gin (people);
create index history_words_idx on console.history using gin (words) with (fastupdate = off);

create table console.history_state (
  singleton boolean primary key default true check (singleton),
  -- All events up to this one have been read; null: all that there are.
  read_to bigint default -9223372036854775808,
  -- What it sees of the changes is in.
  position pg_snapshot not null default pg_current_snapshot(),
  caught_up_at timestamptz not null default clock_timestamp()
);
comment on table console.history_state is 'How far the history has read. Written by console.catch_up_history only.';
insert into console.history_state default values;
