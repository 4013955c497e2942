-- Alerts carry whether they moved money, how they came into their incident and when their clocks end. The mirror is a copy: it is loaded afresh at the next connect.
delete from mirror_details;
delete from mirror_events;
delete from mirror_incidents;
