-- What the console records of itself, as lines beside those of the incident log; `source` and `id` say how far it is copied.
create table mirror_system_lines (
  line integer primary key,
  key text not null unique,
  source text not null,
  id integer not null,
  at_ms integer not null,
  actor text not null,
  said text not null check (json_valid(said)),
  words text not null
) strict;
create index mirror_system_lines_at on mirror_system_lines (at_ms);
create index mirror_system_lines_source on mirror_system_lines (source, id);

create virtual table mirror_system_words using fts5(
  words, content = 'mirror_system_lines', content_rowid = 'line', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
create trigger mirror_system_added after insert on mirror_system_lines begin
  insert into mirror_system_words (rowid, words) values (new.line, new.words);
end;
create trigger mirror_system_removed after delete on mirror_system_lines begin
  insert into mirror_system_words (mirror_system_words, rowid, words) values ('delete', old.line, old.words);
end;
