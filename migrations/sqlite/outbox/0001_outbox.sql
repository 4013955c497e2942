-- What operators did on this laptop, until the festival's database has it (docs/offline.md, "Outbox").

create table outbox (
  -- The order in which the commands were given.
  seq integer primary key autoincrement,
  operation_id text not null unique,
  command text not null,
  input text not null check (json_valid(input)),
  operator text not null,
  laptop text not null,
  laptop_at text not null,
  content_hash text not null,
  -- What it acts on: commands with a key in common are sent in their order, one after the other.
  keys text not null check (json_valid(keys)),
  -- What the operator's screen showed.
  saw text not null check (json_valid(saw)),
  -- waiting: not sent; sent: perhaps there, perhaps not; then what became of it.
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'applied', 'conflict', 'rejected')),
  attempts integer not null default 0,
  -- The festival's database has stored this outcome under the operation_id: sending it again gives the same.
  stored integer not null default 0 check (stored in (0, 1)),
  outcome text check (json_valid(outcome)),
  settled_at text,
  -- How a conflict or rejection left the tray.
  closed_as text check (closed_as in ('seen', 'dropped', 'redone')),
  closed_by text
) strict;
create index outbox_unsettled on outbox (seq) where state in ('waiting', 'sent');
create index outbox_tray on outbox (seq) where state in ('conflict', 'rejected') and closed_as is null;
