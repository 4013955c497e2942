-- What is readable without the network beyond the alerts: cards with their histories, scans, and answers that were kept.

create table mirror_events (
  event_id integer primary key,
  incident_id integer not null references mirror_incidents (incident_id) on delete cascade
) strict;
create index mirror_events_incident on mirror_events (incident_id);

create table mirror_cards (
  card_id text primary key,
  -- Null where table_cards has no amount; without a row in table_cards the card does not exist there.
  on_file integer not null check (on_file in (0, 1)),
  actual_cents integer,
  expected_cents integer not null,
  at text not null
) strict;

-- The newest rows of the festival's log, up to a limit.
create table mirror_transactions (
  log_id integer primary key,
  card_id text not null,
  row text not null check (json_valid(row))
) strict;
create index mirror_transactions_card on mirror_transactions (card_id, log_id);

create table mirror_scans (
  scan_id integer primary key,
  card_id text,
  row text not null check (json_valid(row))
) strict;
create index mirror_scans_card on mirror_scans (card_id, scan_id) where card_id is not null;

-- How far the copies above have come: values by name.
create table mirror_positions (
  name text primary key,
  value text not null check (json_valid(value))
) strict;

-- The last answer of a live question, shown with its age while the festival does not answer.
create table kept_answers (
  question text primary key,
  answer text not null check (json_valid(answer))
) strict;

-- Results of runbooks' queries, fetched when an alert came, so that its runbook works without the network.
create table kept_evidence (
  incident_id integer not null,
  step_id text not null,
  result text not null check (json_valid(result)),
  primary key (incident_id, step_id)
) strict, without rowid;

-- Which incident an event belongs to is filled in at the next connect.
delete from mirror_details;
delete from mirror_incidents;
