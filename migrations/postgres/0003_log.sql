-- The incident log: what people wrote down in the control booth, append-only, each entry with the hash of the one before
-- it (docs/log.md).

create table console.log_entries (
  -- The festival's running number, given on arrival.
  number bigint primary key check (number > 0),
  -- The operation that wrote it.
  entry_id uuid not null unique,
  -- A correction, a strike and the end of a follow-up are entries of their own, which refer to the first one.
  act text not null check (act in ('written', 'corrected', 'struck', 'finished')),
  refers_to uuid references console.log_entries (entry_id),
  kind text not null check (kind in ('observation', 'decision', 'action', 'message', 'handover')),
  text text not null check (length(text) <= 20000),
  place text check (length(place) between 1 and 200),
  tags text[] not null check (cardinality(tags) <= 20),
  importance text not null check (importance in ('normal', 'important')),
  -- People that it names, each once.
  mentions text[] not null check (cardinality(mentions) <= 50),
  -- [{"kind": "alert", "id": "12"}, …]
  links jsonb not null check (jsonb_typeof(links) = 'array' and jsonb_array_length(links) <= 50),
  -- {"options": …, "why": …, "agreed": …}; what was decided is the text.
  decision jsonb check (decision is null or kind = 'decision'),
  -- {"who": …, "by": …}: it asks for something from somebody by a time.
  follow_up jsonb,
  attachments jsonb not null check (jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 10),
  -- Why it was written more than five minutes after it occurred.
  late_reason text,
  occurred_at timestamptz not null,
  -- By the laptop's own clock, and how far that was measured to be from the database's; null where it never was.
  entered_at timestamptz not null,
  clock_offset_ms bigint,
  arrived_at timestamptz not null,
  author text not null,
  author_id uuid not null,
  role text not null,
  laptop text not null,
  laptop_id uuid not null,
  -- What the entry is called until it has its number: booth-2·17.
  laptop_number bigint not null check (laptop_number > 0),
  login name not null,
  previous_hash bytea not null,
  hash bytea not null,
  check ((act = 'written') = (refers_to is null)),
  check (act = 'finished' or length(text) > 0)
);
comment on table console.log_entries is
  'The incident log. Nothing in it is ever changed or removed (migrations/functions/log-entries.sql).';
create index log_entries_refers_idx on console.log_entries (refers_to) where refers_to is not null;
create index log_entries_occurred_idx on console.log_entries (occurred_at);

create table console.log_head (
  singleton boolean primary key default true check (singleton),
  number bigint not null,
  hash bytea not null
);
comment on table console.log_head is 'The newest entry of the incident log: writers queue on it.';
insert into console.log_head (number, hash) values (0, sha256('regie log'));

create table console.log_settings (
  singleton boolean primary key default true check (singleton),
  version int not null default 1,
  -- What the festival sorts its entries by.
  tags text[] not null default '{payment,network,reader,crowd,medical,security,weather,supplier}',
  -- Texts for what happens every night, beside those that come with Regie: [{"name": …, "text": …}, …].
  templates jsonb not null default '[]',
  changed_at timestamptz,
  changed_by text
);
comment on table console.log_settings is 'Tags and templates of the incident log.';
insert into console.log_settings default values;
