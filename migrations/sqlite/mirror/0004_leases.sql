-- Alerts carry when their acknowledgement ends, and timelines which operation an entry is of. The mirror is a copy: it is loaded afresh at the next connect.
delete from mirror_details;
delete from mirror_events;
delete from mirror_incidents;
