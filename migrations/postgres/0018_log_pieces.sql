-- Of which picture a piece is, and which laptop sent it: a piece that nobody will complete is told by them from one that is
-- still on its way (console.clear_log_pieces). Unknown of what is there already.
alter table console.log_pieces add column sha256 text, add column laptop_id uuid;
