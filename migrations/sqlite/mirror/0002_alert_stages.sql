-- Alerts carry the times of their stages now. The mirror is a copy: it is loaded afresh at the next connect.
delete from mirror_details;
delete from mirror_incidents;
