-- Up Migration

-- Everything that Regie needs for itself. Reading the log: watermarks, gaps, arrivals, ledger (detectors.md).

create table console.watermarks (
  source text primary key check (source in ('transactions', 'scans')),
  last_id bigint not null,
  -- The highest arrival number handed out: arrivals are numbered in the order in which the engine read them.
  last_arrival bigint not null default 0,
  -- Older rows were history when Regie first saw this log: they build the ledger and are not judged.
  judged_from timestamptz not null default now() - interval '24 hours',
  advanced_at timestamptz not null default now()
);
comment on table console.watermarks is 'The tail: the highest log id read of each of the festival''s logs.';

create table console.watermark_gaps (
  source text not null references console.watermarks (source),
  id bigint not null,
  noticed_at timestamptz not null default now(),
  primary key (source, id)
);
comment on table console.watermark_gaps is
  'Ids below the watermark that were not visible yet. Looked up again each time until they appear or are an hour old.';

create table console.recent_transactions (
  arrival bigint primary key,
  log_id bigint not null unique,
  transaction_id uuid,
  card_id text not null,
  transaction_type text not null,
  status text not null,
  amount_involved numeric(10,2),
  previous_balance numeric(10,2),
  new_balance numeric(10,2),
  point_of_sale text,
  edge_function_name text,
  client_request_id text,
  error_pattern text,
  occurred_at timestamptz not null
);
create index recent_transactions_card_idx on console.recent_transactions (card_id, occurred_at);
create index recent_transactions_time_idx on console.recent_transactions (occurred_at);
comment on table console.recent_transactions is
  'Log rows in the order of their arrival, kept while a detector''s window may need them. Written with the watermark.';

create table console.recent_scans (
  arrival bigint primary key,
  scan_log_id bigint not null unique,
  card_id text,
  scan_status text,
  device_identifier text,
  occurred_at timestamptz not null
);
create index recent_scans_card_idx on console.recent_scans (card_id, occurred_at);
create index recent_scans_time_idx on console.recent_scans (occurred_at);

create table console.traffic_seconds (
  second timestamptz primary key,
  total int not null default 0,
  failed int not null default 0
);
comment on table console.traffic_seconds is
  'Transactions of each second at the rows'' own time, so that a window of 15 minutes costs 900 rows, whatever the traffic.';

create table console.card_ledger (
  card_id text primary key,
  expected_cents bigint not null default 0,
  last_log_id bigint not null,
  completed_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_balance numeric(10,2),
  last_transaction_at timestamptz,
  updated_at timestamptz not null default now()
);
comment on table console.card_ledger is
  'The expected balance of each card (money.md), advanced in the same transaction as the watermark.';

create table console.mismatch_looks (
  card_id text primary key,
  discrepancy_cents bigint not null,
  first_seen_at timestamptz not null,
  -- Seen twice: from now on looked at when the card moves and with each sweep, not every second.
  confirmed boolean not null default false
);
comment on table console.mismatch_looks is
  'Cards that differed from their ledger once: an alert needs the same difference in two looks at least 2 s apart.';

create table console.detector_state (
  algorithm text primary key,
  -- What this detector has judged already, in arrival numbers. It stays where it is when the detector fails.
  transactions_seen bigint not null default 0,
  scans_seen bigint not null default 0,
  runs bigint not null default 0,
  errors bigint not null default 0,
  not_judged bigint not null default 0,
  last_run_at timestamptz,
  last_duration_ms double precision,
  last_error text,
  last_error_at timestamptz,
  state jsonb
);

create table console.detector_settings (
  algorithm text primary key,
  settings jsonb not null,
  updated_by text not null,
  updated_at timestamptz not null default now()
);

-- Findings: one row a key and episode. The primary key is what keeps two engines from raising the same thing twice.

create table console.findings (
  finding_key text not null,
  episode int not null,
  algorithm text not null,
  event_id bigint references public.monitoring_events (event_id) on delete set null,
  card_id text,
  -- The facts as last seen, in a canonical form: a closed finding comes back only when they have changed.
  facts text not null,
  -- Ids of the log rows it is made of: a late row may change the first one, and it is the same finding all the same.
  members bigint[] not null default '{}',
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  cleared_at timestamptz,
  primary key (finding_key, episode)
);
create unique index findings_event_idx on console.findings (event_id) where event_id is not null;
create index findings_open_idx on console.findings (algorithm) where cleared_at is null;
create index findings_card_idx on console.findings (card_id) where card_id is not null and cleared_at is null;

-- What the console keeps about an event beside the guide's own columns.

create table console.alerts (
  event_id bigint primary key references public.monitoring_events (event_id) on delete cascade,
  -- Linked findings share one incident: the event_id of the one that explains the others.
  incident_id bigint not null,
  occurred_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  taken_at timestamptz,
  taken_by text,
  taken_on text,
  cleared_at timestamptz,
  version int not null default 1
);
create index alerts_incident_idx on console.alerts (incident_id);

create table console.timeline (
  entry_id bigserial primary key,
  event_id bigint not null references public.monitoring_events (event_id) on delete cascade,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  actor text,
  laptop text,
  operation_id uuid,
  data jsonb not null default '{}'
);
create index timeline_event_idx on console.timeline (event_id, entry_id);

create table console.runbook_runs (
  run_id uuid primary key,
  event_id bigint not null references public.monitoring_events (event_id) on delete cascade,
  runbook_id text not null,
  runbook_version int not null,
  started_at timestamptz not null default clock_timestamp(),
  started_by text not null,
  finished_at timestamptz,
  outcome text
);
create unique index runbook_runs_one_open_idx on console.runbook_runs (event_id) where finished_at is null;

create table console.runbook_steps (
  run_id uuid not null references console.runbook_runs (run_id) on delete cascade,
  step_id text not null,
  state text not null check (state in ('done', 'skipped')),
  choice text,
  reason text,
  evidence jsonb,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  laptop text not null,
  primary key (run_id, step_id),
  check (state <> 'skipped' or reason is not null)
);

-- Commands of operators: applied once by operation_id, whoever sends them and however often (offline.md).

create table console.operations (
  operation_id uuid primary key,
  command text not null,
  content_hash text not null,
  outcome jsonb not null,
  operator text not null,
  laptop text not null,
  laptop_at timestamptz not null,
  applied_at timestamptz not null default clock_timestamp()
);

create table console.corrections (
  operation_id uuid primary key,
  event_id bigint,
  card_id text not null,
  kind text not null check (kind in ('restore_card', 'record_missing', 'goodwill', 'opening_balance')),
  card_delta numeric(10,2) not null,
  ledger_delta numeric(10,2) not null,
  original_transaction text,
  log_id bigint not null unique,
  reason text not null,
  operator text not null,
  approver text,
  laptop text not null,
  content_hash text not null,
  result jsonb not null,
  applied_at timestamptz not null default clock_timestamp()
);
-- One reversal per transaction, whatever the console believes.
create unique index corrections_one_reversal_idx on console.corrections (original_transaction)
  where original_transaction is not null and kind = 'restore_card';
create index corrections_card_idx on console.corrections (card_id);

-- Engine's own record: cost of cycles, breaker. Pruned by the engine.

create table console.cycles (
  cycle_id bigserial primary key,
  kind text not null,
  laptop text not null,
  started_at timestamptz not null,
  duration_ms double precision not null,
  transactions_read int not null default 0,
  scans_read int not null default 0,
  findings int not null default 0,
  error text
);
create index cycles_started_idx on console.cycles (started_at);

-- Followers. `changes` says which events changed; xact lets a reader find every change exactly, in any commit order:
-- all rows whose transaction was not finished at its last look.

create table console.changes (
  change_id bigserial primary key,
  event_id bigint not null,
  xact xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp()
);
create index changes_xact_idx on console.changes (xact);
create index changes_at_idx on console.changes (at);

create function console.note_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, console as $$
begin
  insert into console.changes (event_id) select distinct changed.event_id from changed;
  -- A hint only: followers poll as well.
  perform pg_notify('regie_changes', '');
  return null;
end $$;

create trigger regie_note_insert after insert on public.monitoring_events
  referencing new table as changed for each statement execute function console.note_change();
create trigger regie_note_update after update on public.monitoring_events
  referencing new table as changed for each statement execute function console.note_change();
create trigger regie_note_insert after insert on console.timeline
  referencing new table as changed for each statement execute function console.note_change();
create trigger regie_note_insert after insert on console.alerts
  referencing new table as changed for each statement execute function console.note_change();
create trigger regie_note_update after update on console.alerts
  referencing new table as changed for each statement execute function console.note_change();

-- Down Migration
