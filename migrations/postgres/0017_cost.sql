-- Up Migration

-- What is read by time alone is read rarely (a spike's places, the snapshot, the clean-up), and arrivals stand nearly in
-- the order of time: ranges of blocks are enough, and cost the tail next to nothing. A b-tree here also tempted the
-- planner to read all cards' rows of a window where a few cards were asked for (docs/performance.md).
drop index console.recent_transactions_time_idx;
drop index console.recent_scans_time_idx;
create index recent_transactions_time_idx on console.recent_transactions using brin (occurred_at) with (pages_per_range = 16);
create index recent_scans_time_idx on console.recent_scans using brin (occurred_at) with (pages_per_range = 16);

-- Down Migration
