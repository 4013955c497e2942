-- The most urgent alerts are found by an index: a long board is not read for the first of them. Null until the festival's
-- alerts are loaded the next time.
alter table mirror_incidents add column urgency integer;
create index mirror_incidents_urgent on mirror_incidents (open, urgency, detected_ms desc);
