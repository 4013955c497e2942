-- What is wrong with Regie itself as this laptop has noticed it, until the festival's database has it with its end
-- (docs/watching.md).
create table troubles (
  -- Its alert on this laptop is numbered by it.
  number integer primary key autoincrement,
  operation_id text not null unique,
  trouble text not null check (json_valid(trouble))
) strict;
-- Messages that this laptop sends about it without the database: a row before anything is sent, so that each is sent once.
create table trouble_messages (
  message_id text primary key,
  operation_id text not null,
  -- When the alert called: an acknowledgement that ends begins another episode.
  called_at text not null,
  contact text not null,
  channel text not null,
  at text not null,
  -- sending: handed over or not, nobody knows.
  state text not null default 'sending' check (state in ('sending', 'sent', 'again', 'failed', 'unknown')),
  attempts integer not null default 1,
  reason text,
  unique (operation_id, called_at, contact, channel)
) strict;
