-- The first rows of a board are those that stay its first ones: what nobody has acknowledged, by severity, then what is
-- due first. Null until the festival's alerts are loaded the next time.
alter table mirror_incidents add column due_at text;
drop index mirror_incidents_urgent;
create index mirror_incidents_urgent on mirror_incidents (open, urgency, due_at);
