-- The incident log, copied by number, and found by its words without the network.
create table mirror_log (
  number integer primary key,
  entry_id text not null unique,
  act text not null,
  -- The entry that a correction, a strike or the end of a follow-up is about.
  refers_to text,
  -- When it is taken to have occurred, in milliseconds since 1970.
  at_ms integer not null,
  kind text not null,
  author text not null,
  place text,
  -- Whether it asks for something.
  asks integer not null check (asks in (0, 1)),
  tags text not null check (json_valid(tags)),
  said text not null check (json_valid(said)),
  hash text not null,
  -- What it is found by.
  words text not null
) strict;
create index mirror_log_at on mirror_log (at_ms, number) where refers_to is null;
create index mirror_log_refers on mirror_log (refers_to, number) where refers_to is not null;
create index mirror_log_asks on mirror_log (number) where asks = 1;

create virtual table mirror_log_words using fts5(
  words, content = 'mirror_log', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
create trigger mirror_log_added after insert on mirror_log begin
  insert into mirror_log_words (rowid, words) values (new.number, new.words);
end;
create trigger mirror_log_removed after delete on mirror_log begin
  insert into mirror_log_words (mirror_log_words, rowid, words) values ('delete', old.number, old.words);
end;
