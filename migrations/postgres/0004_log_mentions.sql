-- An entry of the incident log names people as a note does, and is about no alert.
alter table console.mentions alter column event_id drop not null;
