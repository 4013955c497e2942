-- Ids of a log may lie below zero. Where the tail began, so that what lies below is named and not passed over.
alter table console.watermarks add column begins_after bigint not null default 0;
