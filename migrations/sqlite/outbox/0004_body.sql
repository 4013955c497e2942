-- The one text of a command, as it was signed and is sent, and what it was signed with. What an older version took in
-- has none: it comes to the inbox of conflicts.
alter table outbox add column body text not null default '';
alter table outbox add column key_id text;
