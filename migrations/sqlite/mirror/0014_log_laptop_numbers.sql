-- The highest number that a laptop gave itself is asked for with its first entry after a start: somebody waits for that.
create index mirror_log_laptop on mirror_log (said ->> 'laptopId', said ->> 'laptopNumber');
