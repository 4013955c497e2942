-- Ids stand in the copies' JSON as text, with all of their 64 bits. The mirror is a copy: it is loaded afresh at the next
-- connect.
delete from mirror_details;
delete from mirror_events;
delete from mirror_incidents;
delete from mirror_transactions;
delete from mirror_scans;
delete from mirror_positions;
delete from kept_evidence;
