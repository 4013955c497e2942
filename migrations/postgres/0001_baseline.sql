-- Everything that Regie keeps in a festival's database: tables, roles and the rows that they begin with. What does
-- something (functions, views, triggers, rights) is in migrations/functions, where it is replaced instead of appended.
-- One file, however long: it is the state from which numbered migrations go on, and is not added to.

create schema if not exists console;
comment on schema console is
  'What Regie keeps for itself. The festival''s own tables are in public and stay as they are.';

-- Which function files this database has been given (electron/postgres/function-files.ts).

create table console.function_files (
  name text primary key,
  version int not null,
  sha256 text not null,
  applied_at timestamptz not null default clock_timestamp()
);
comment on table console.function_files is
  'The files of migrations/functions as they were last applied. One of a higher version is a newer console''s.';

-- Roles. `regie_console` is what a laptop's login is granted; `regie_owner` owns the functions that may touch a card.
-- Neither can log in. Roles are the cluster's: another festival there may have made them.

do $$
declare
  v_role text;
  v_able boolean;
begin
  foreach v_role in array array['regie_owner', 'regie_console'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception when duplicate_object or unique_violation then
        null; -- another festival of this cluster is being migrated at the same moment
      end;
    end if;
  end loop;
  -- Giving a function away takes the right to become the role that gets it, and replacing it that role's own rights.
  -- From 16 on, having made a role is not enough.
  if current_setting('server_version_num')::int >= 160000 then
    v_able := pg_has_role(current_user, 'regie_owner', 'set') and pg_has_role(current_user, 'regie_owner', 'usage');
  else
    v_able := pg_has_role(current_user, 'regie_owner', 'member');
  end if;
  if not v_able then
    grant regie_owner to current_user;
  end if;
end $$;

-- The guide's monitoring tables. An earlier monitoring system may have made them already, in exactly this form: then
-- they, their rows and their triggers stay as they are.

do $$
begin
  if to_regclass('public.monitoring_events') is null then
    create table public.monitoring_events (
      event_id bigserial primary key,
      event_type text not null check (event_type in
        ('transaction_failure', 'balance_discrepancy', 'duplicate_nfc', 'race_condition', 'system_health')),
      severity text not null check (severity in ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO')),
      card_id text,
      transaction_id uuid,
      affected_amount numeric(10,2),
      detection_timestamp timestamptz not null default now(),
      detection_algorithm text not null,
      confidence_score numeric(3,2) check (confidence_score between 0 and 1),
      event_data jsonb not null,
      context_data jsonb,
      status text not null default 'OPEN' check (status in ('OPEN', 'INVESTIGATING', 'RESOLVED', 'FALSE_POSITIVE')),
      resolved_at timestamptz,
      resolution_notes text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index monitoring_events_detection_idx on public.monitoring_events (detection_timestamp desc);
    create index monitoring_events_type_detection_idx
      on public.monitoring_events (event_type, detection_timestamp desc);
    create index monitoring_events_open_idx on public.monitoring_events (severity, detection_timestamp desc)
      where status in ('OPEN', 'INVESTIGATING');
    create index monitoring_events_card_idx on public.monitoring_events (card_id) where card_id is not null;
  end if;

  if to_regclass('public.system_health_snapshots') is null then
    create table public.system_health_snapshots (
      snapshot_id bigserial primary key,
      snapshot_timestamp timestamptz not null default now(),
      total_transactions_last_hour int,
      successful_transactions_last_hour int,
      failed_transactions_last_hour int,
      success_rate_percent numeric(5,2),
      avg_processing_time_ms numeric(10,2),
      p95_processing_time_ms numeric(10,2),
      max_processing_time_ms numeric(10,2),
      total_nfc_scans_last_hour int,
      duplicate_nfc_scans_last_hour int,
      nfc_success_rate_percent numeric(5,2),
      active_cards_count int,
      total_system_balance numeric(12,2),
      monitoring_events_last_hour int,
      critical_events_last_hour int,
      overall_health_status text not null
        check (overall_health_status in ('HEALTHY', 'WARNING', 'CRITICAL', 'UNKNOWN')),
      metrics_data jsonb
    );
    create index system_health_snapshots_time_idx on public.system_health_snapshots (snapshot_timestamp desc);
  end if;

  if to_regclass('public.alert_history') is null then
    create table public.alert_history (
      alert_id bigserial primary key,
      monitoring_event_id bigint references public.monitoring_events (event_id),
      alert_level text not null check (alert_level in ('INFO', 'WARNING', 'CRITICAL', 'EMERGENCY')),
      alert_message text not null,
      alert_timestamp timestamptz not null default now(),
      escalation_level int not null default 0,
      escalated_at timestamptz,
      acknowledged_at timestamptz,
      acknowledged_by text,
      resolved_at timestamptz,
      resolution_time_seconds int,
      alert_data jsonb
    );
    create index alert_history_event_idx on public.alert_history (monitoring_event_id);
  end if;
end $$;

-- This festival.

create table console.identity (
  singleton boolean primary key default true check (singleton),
  festival_id uuid not null default gen_random_uuid()
);
comment on table console.identity is
  'Which festival this is, wherever its database is reached: a laptop''s waiting actions go to no other one.';
insert into console.identity default values;

create table console.festival_settings (
  singleton boolean primary key default true check (singleton),
  -- Changed against the version that was seen.
  version int not null default 0,
  name text not null default '' check (name = btrim(name) and length(name) <= 80),
  -- IANA name; null where nobody has set one.
  time_zone text,
  -- Of messages to people who have not chosen theirs; null where nobody has set one.
  language text check (language in ('en', 'fr')),
  -- Above this a second person approves (EUR).
  approval_limit numeric(10,2) not null default 50.00 check (approval_limit between 0 and 99999),
  -- What may move without one in 24 hours: on a card, whoever moves it, and by an operator, on whichever cards (EUR).
  card_day_limit numeric(10,2) not null default 100.00 check (card_day_limit between 0 and 99999),
  operator_day_limit numeric(10,2) not null default 500.00 check (operator_day_limit between 0 and 99999),
  -- For so long whoever made or changed an operator counts as standing behind them. No command changes it.
  independence_hours int not null default 24 check (independence_hours between 0 and 168),
  changed_at timestamptz,
  changed_by text
);
comment on table console.festival_settings is
  'What holds for the whole festival, whichever laptop asks. Changed by console.set_festival_settings only.';
insert into console.festival_settings default values;

create table console.limit_changes (
  changed_at timestamptz primary key default clock_timestamp(),
  -- Null: an administrator.
  changed_by_id uuid,
  approval_limit numeric(10,2) not null,
  card_day_limit numeric(10,2) not null,
  operator_day_limit numeric(10,2) not null
);
comment on table console.limit_changes is
  'The limits that held until each change: for a day they hold on for whoever made it. Written by a trigger (limits.sql).';

-- Reading the log: watermarks, gaps, arrivals, ledger.

create table console.watermarks (
  source text primary key check (source in ('transactions', 'scans')),
  last_id bigint not null,
  -- The highest arrival number handed out: arrivals are numbered in the order in which the engine read them.
  last_arrival bigint not null default 0,
  -- Older rows were history when Regie first saw this log: they build the ledger and are not judged.
  judged_from timestamptz not null default now() - interval '24 hours',
  advanced_at timestamptz not null default now(),
  -- Ids up to this one were in the log when Regie first saw it: a hole among old ones is no gap.
  history_up_to bigint,
  history_done_at timestamptz,
  -- When everything there had been read last: what arrives afterwards happened about then or later.
  caught_up_at timestamptz,
  -- Where more gaps and undecided rows are open than one cycle looks up: how far the round of the older ones has come.
  gaps_looked_to bigint not null default -9223372036854775808,
  unsettled_looked_to bigint not null default -9223372036854775808,
  -- Whose connection wrote it last (migrations/functions/engine.sql).
  login name not null default session_user
);
comment on table console.watermarks is 'The tail: the highest log id read of each of the festival''s logs.';

-- As ranges: a sequence in steps of a thousand, or one that was set far ahead, is one row and not a million.
create table console.watermark_gaps (
  source text not null references console.watermarks (source),
  first_id bigint not null,
  last_id bigint not null check (last_id >= first_id),
  noticed_at timestamptz not null default now(),
  primary key (source, first_id)
);
comment on table console.watermark_gaps is
  'Ids below the watermark that were not visible yet. Looked up again until they appear or are an hour old.';
create index watermark_gaps_noticed_idx on console.watermark_gaps (source, noticed_at);

create table console.unsettled (
  log_id bigint primary key,
  status text not null,
  noticed_at timestamptz not null default now()
);
comment on table console.unsettled is
  'Rows that were neither completed nor failed when they were read: looked up until they are, for a day.';
create index unsettled_noticed_idx on console.unsettled (noticed_at);

create table console.set_aside (
  -- A log or table of the festival, or one of the tables that others may write to as well.
  source text not null,
  -- Its id as text, cut.
  row_id text not null,
  column_name text not null,
  reason text not null,
  -- What stands there, cut.
  value text,
  -- Whether money may have moved without having been judged.
  money boolean not null,
  since timestamptz not null default now(),
  seen bigint not null default 1,
  last_seen timestamptz not null default now(),
  -- When it was found to be mended, or gone.
  resolved_at timestamptz,
  primary key (source, row_id, column_name)
);
comment on table console.set_aside is
  'Rows, or single values of them, that could not be read: everything beside them was. Looked at again every minute.';
create index set_aside_open_idx on console.set_aside (source, last_seen) where resolved_at is null;

create table console.log_watch (
  relation text primary key,
  -- As it was at the last look: oid, filenode, columns with their types, the ids at both ends; or the server itself.
  known jsonb not null,
  looked_at timestamptz not null default now()
);
comment on table console.log_watch is 'What the festival''s tables were when the engine last looked, once a minute.';

create table console.log_history (
  singleton boolean primary key default true check (singleton),
  -- The lowest id of the log above `carried_to` that was ever seen: it may only become lower. Null until there was one.
  first_id bigint,
  -- Rows up to this id are not summed: what they came to is in console.carried_balances.
  carried_to bigint not null default -9223372036854775808,
  -- The log was emptied and its ids began anew; nobody has decided yet what that means for the cards.
  emptied_at timestamptz,
  decided_at timestamptz,
  decided_by text
);
comment on table console.log_history is
  'Where the log''s history begins. Changed by functions only: what a card should hold depends on it.';
insert into console.log_history default values;

create table console.carried_balances (
  card_id text primary key,
  balance numeric(14,2) not null
);
comment on table console.carried_balances is
  'What the rows that the log no longer has came to for each card, as the ledger had read them.';

-- Statuses and types are the festival's.
create table console.transaction_meanings (
  kind text not null,
  -- As it is compared: lower case, without the blanks around it.
  word text not null check (length(word) <= 200),
  meaning text not null,
  -- That of console.meaning_version with which it was set: whoever changes it says which one they saw.
  version bigint not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (kind, word),
  check (kind = 'type' and meaning in ('adds', 'takes', 'nothing')
    or kind = 'status' and meaning in ('completed', 'failed', 'undecided'))
);
comment on table console.transaction_meanings is
  'What words of the festival mean for money. Changed by console.set_transaction_meaning only.';

create table console.meaning_version (
  singleton boolean primary key default true check (singleton),
  version bigint not null default 0,
  -- The version with which the whole ledger was counted last.
  recounted bigint not null default 0
);
comment on table console.meaning_version is
  'While the two differ the ledger is being recounted, and cards are not compared with it.';
insert into console.meaning_version default values;

create table console.transaction_words (
  kind text not null check (kind in ('type', 'status')),
  word text not null,
  spelling text not null,
  count bigint not null,
  amount numeric(14,2) not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  example text not null,
  primary key (kind, word, spelling)
);
comment on table console.transaction_words is
  'Types and statuses in the log beside the usual ones, as they are written there, with how many rows and how much money.';

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
  occurred_at timestamptz not null,
  read_at timestamptz not null default now(),
  -- Its status was decided after it had been read.
  settled_late boolean not null default false,
  -- What the row says about its time, where that cannot be: then occurred_at is when it arrived.
  stated_at text,
  -- The festival's own word, where the status is what that means.
  status_word text
);
comment on table console.recent_transactions is
  'Log rows in the order of their arrival, kept while a detector''s window may need them. Written with the watermark.';
create index recent_transactions_card_idx on console.recent_transactions (card_id, occurred_at);
-- What is read by time alone is read rarely (a spike's places, the snapshot, the clean-up), and arrivals stand nearly
-- in the order of time: ranges of blocks are enough, and cost the tail next to nothing. A b-tree here also tempted the
-- planner to read all cards' rows of a window where a few cards were asked for.
create index recent_transactions_time_idx on console.recent_transactions using brin (occurred_at)
  with (pages_per_range = 16);

create table console.recent_scans (
  arrival bigint primary key,
  scan_log_id bigint not null unique,
  card_id text,
  scan_status text,
  device_identifier text,
  occurred_at timestamptz not null,
  read_at timestamptz not null default now(),
  error text,
  -- As in recent_transactions.
  stated_at text
);
comment on table console.recent_scans is
  'Scans in the order of their arrival, kept while a detector''s window may need them. Written with the watermark.';
create index recent_scans_card_idx on console.recent_scans (card_id, occurred_at);
create index recent_scans_time_idx on console.recent_scans using brin (occurred_at)
  with (pages_per_range = 16);
create index recent_scans_device_idx on console.recent_scans (device_identifier, occurred_at);

create table console.traffic_seconds (
  second timestamptz primary key,
  total int not null default 0,
  failed int not null default 0
);
comment on table console.traffic_seconds is
  'Transactions of each second at the rows'' own time: a window of 15 minutes costs 900 rows, whatever the traffic.';

create table console.device_minutes (
  minute timestamptz not null,
  device text not null,
  scans int not null,
  -- Those that did not read the card.
  failed int not null,
  primary key (minute, device)
);
comment on table console.device_minutes is 'How much each reader scanned in each minute, at the scans'' own time.';

create table console.devices (
  device text primary key,
  last_at timestamptz not null
);
comment on table console.devices is 'Every reader that has scanned, and when it last did.';

create table console.card_ledger (
  card_id text primary key,
  expected_cents bigint not null default 0,
  last_log_id bigint not null,
  completed_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_balance numeric(10,2),
  last_transaction_at timestamptz,
  updated_at timestamptz not null default now(),
  -- The newest judged row of the card: where the next one must begin. A balance that is NULL: unknown.
  chain_log_id bigint,
  chain_balance numeric(10,2),
  -- Whose connection wrote it last (migrations/functions/engine.sql).
  login name not null default session_user
) with (fillfactor = 70); -- A card's row changes with each of its orders: there is room for it beside itself.
comment on table console.card_ledger is
  'The expected balance of each card, advanced in the same transaction as the watermark.';

create table console.ledger_recomputes (
  recompute_id bigserial primary key,
  laptop text not null,
  started_at timestamptz not null,
  duration_ms double precision not null,
  rows_read bigint not null,
  cards int not null,
  drifted int not null
);
comment on table console.ledger_recomputes is
  'Each time the ledger was computed anew from the whole log, and what had drifted.';

create table console.mismatch_looks (
  card_id text primary key,
  discrepancy_cents bigint not null,
  first_seen_at timestamptz not null,
  -- Seen twice: from now on looked at when the card moves and with each sweep, not every second.
  confirmed boolean not null default false
);
comment on table console.mismatch_looks is
  'Cards that differed from their ledger once: an alert needs the same difference in two looks at least 2 s apart.';

-- Detectors.

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
comment on table console.detector_state is 'How far each detector has judged, and how its runs went.';

create table console.detector_settings (
  algorithm text primary key,
  settings jsonb not null,
  updated_by text not null,
  updated_at timestamptz not null default now()
);
comment on table console.detector_settings is 'Thresholds that people have set; a detector without a row uses its own.';

create table console.detector_setting_changes (
  change_id bigserial primary key,
  algorithm text not null,
  at timestamptz not null default clock_timestamp(),
  author text not null,
  laptop text not null,
  before jsonb,
  after jsonb not null
);
comment on table console.detector_setting_changes is 'Who set which thresholds, and what they were before.';
create index detector_setting_changes_idx on console.detector_setting_changes (algorithm, change_id);

-- The primary key is what keeps two engines from raising the same thing twice.
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
  -- Whose connection wrote it last (migrations/functions/engine.sql).
  login name not null default session_user,
  primary key (finding_key, episode)
);
comment on table console.findings is 'What the detectors found: one row a key and episode.';
create unique index findings_event_idx on console.findings (event_id) where event_id is not null;
create index findings_open_idx on console.findings (algorithm) where cleared_at is null;
create index findings_card_idx on console.findings (card_id) where card_id is not null and cleared_at is null;

-- Alerts: what the console keeps about an event beside the guide's own columns.

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
  version int not null default 1,
  -- When the newest row it is made of was committed, or first seen where the server does not keep commit times.
  committed_at timestamptz,
  shown_at timestamptz,
  shown_on text,
  -- On the first event of a storm: which, and when it last grew.
  storm text check (storm in ('storm', 'opening_balances')),
  storm_grew_at timestamptz,
  -- An acknowledgement is a lease: it ends then, and the alert calls again.
  acknowledged_until timestamptz,
  -- Put off by somebody until then: an acknowledgement whose end was chosen.
  snoozed_until timestamptz,
  -- When it last called for attention again: its lease or snooze ended, or something new came in.
  recalled_at timestamptz,
  -- A person has put it into its incident, or taken it out: the engine leaves it there.
  placed text check (placed in ('merged', 'split')),
  -- The incident in which it was before that.
  placed_from bigint,
  placed_by text,
  placed_on text,
  -- When somebody was on it for the first time, and when its clocks began anew.
  first_acknowledged_at timestamptz,
  reopened_at timestamptz
);
comment on table console.alerts is 'What the console keeps about an event beside the guide''s own columns.';
create index alerts_incident_idx on console.alerts (incident_id);
create index alerts_storm_idx on console.alerts (storm_grew_at) where storm is not null;
create index alerts_lease_idx on console.alerts (acknowledged_until) where acknowledged_until is not null;

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
comment on table console.timeline is 'What happened to an alert, and who did it.';
create index timeline_event_idx on console.timeline (event_id, entry_id);

create table console.mentions (
  operation_id uuid not null,
  operator text not null,
  event_id bigint not null references public.monitoring_events (event_id) on delete cascade,
  author text not null,
  laptop text not null,
  words text not null,
  at timestamptz not null default clock_timestamp(),
  read_at timestamptz,
  primary key (operation_id, operator)
);
comment on table console.mentions is 'Operators named in a note, and when they read it.';
create index mentions_time_idx on console.mentions (at);

create table console.silences (
  silence_id uuid primary key,
  -- What it matches: each that is set must fit.
  algorithm text,
  device text,
  card_id text,
  reason text not null check (btrim(reason) <> ''),
  starts_at timestamptz not null,
  -- Moved to the moment in which somebody ends it.
  ends_at timestamptz not null,
  made_by text not null,
  made_on text not null,
  -- The alert that it was made from.
  event_id bigint,
  ended_by text,
  ended_on text,
  -- What it held back has been called.
  released_at timestamptz,
  check (num_nonnulls(algorithm, device, card_id) > 0),
  check (ends_at >= starts_at and ends_at <= starts_at + interval '8 hours')
);
comment on table console.silences is
  'What calls nobody for a while, and why. Never money (migrations/functions/silences.sql).';
create index silences_end_idx on console.silences (ends_at);
create index silences_unreleased_idx on console.silences (ends_at) where released_at is null;

create table console.handovers (
  handover_id uuid primary key,
  from_operator text not null,
  from_laptop text not null,
  note text not null,
  -- The incidents that were the giver's when it was offered.
  incidents bigint[] not null,
  offered_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by text,
  accepted_on text,
  -- Withdrawn, or not accepted in time.
  ended_at timestamptz,
  check (accepted_at is null or ended_at is null)
);
comment on table console.handovers is
  'A shift is handed over by two people: what the next one does not accept in time goes back to unacknowledged.';
create unique index handovers_one_open_idx on console.handovers (from_operator)
  where accepted_at is null and ended_at is null;
create index handovers_time_idx on console.handovers (offered_at);

-- Runbooks.

create table console.runbook_runs (
  run_id uuid primary key,
  -- Null where the run belongs to no alert but to the festival.
  event_id bigint references public.monitoring_events (event_id) on delete cascade,
  runbook_id text not null,
  runbook_version int not null,
  started_at timestamptz not null default clock_timestamp(),
  started_by text not null,
  finished_at timestamptz,
  outcome text,
  -- The contents of the runbook stand with its run, so that every laptop shows, resumes and judges it, also one that
  -- has not the file it came from. Null where it came with Regie.
  runbook jsonb,
  started_on text
);
comment on table console.runbook_runs is 'Each time that somebody began a runbook.';
create unique index runbook_runs_one_open_idx on console.runbook_runs (event_id) where finished_at is null;
create unique index runbook_runs_one_general_idx on console.runbook_runs (runbook_id)
  where event_id is null and finished_at is null;
create index runbook_runs_general_idx on console.runbook_runs (started_at) where event_id is null;

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
  -- What was done beside the choice: who was told and how, what the engine answered.
  told jsonb,
  primary key (run_id, step_id),
  check (state <> 'skipped' or reason is not null)
);
comment on table console.runbook_steps is 'Steps of a run that were done or skipped, with what was seen.';

create table console.runbook_ticks (
  run_id uuid not null references console.runbook_runs (run_id) on delete cascade,
  step_id text not null,
  item_id text not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  laptop text not null,
  primary key (run_id, step_id, item_id)
);
comment on table console.runbook_ticks is 'Ticked items of a checklist step. Whoever ticks it first has signed it.';

create table console.runbook_joins (
  run_id uuid primary key,
  joined_run_id uuid not null references console.runbook_runs (run_id) on delete cascade
);
comment on table console.runbook_joins is
  'A run begun without the network while somebody else had begun: its steps belong to the run that was there first.';

-- Commands of operators: applied once by operation_id, whoever sends them and however often.

create table console.operations (
  operation_id uuid primary key,
  command text not null,
  -- Of the body. Like the body no console reads it: what it is made of may be guessed, a PIN among it.
  content_hash text not null,
  -- As it was signed; null for the corrections of a proposal, which its author and the second person have signed.
  body text,
  outcome jsonb not null,
  operator text not null,
  laptop text not null,
  laptop_id uuid,
  laptop_at timestamptz not null,
  applied_at timestamptz not null default clock_timestamp(),
  -- In whose transaction it was taken: what only a command may do looks for it there.
  xact xid8 not null default pg_current_xact_id(),
  operator_id uuid,
  -- What it was signed with.
  key_id uuid
);
comment on table console.operations is 'Every command that arrived, and what became of it.';
create index operations_xact_idx on console.operations (xact);
create index operations_people_idx on console.operations (applied_at) where command = 'operators.save';

create table console.command_rights (
  command text not null,
  role text not null check (role in ('supervisor', 'operator', 'technician', 'viewer')),
  -- Signed with the key of a session only, which the database gives for a PIN that was counted.
  step_up boolean not null default false,
  primary key (command, role)
);
comment on table console.command_rights is
  'Who may submit which command. Written by each migration, as the declarations in shared/contract say it.';

create table console.command_records (
  command text not null,
  place text not null check (place in ('timeline', 'audit')),
  -- Of a timeline entry, or the action on the audit trail.
  kind text not null,
  primary key (command, place, kind)
);
comment on table console.command_records is
  'What a console writes in the name of who gave a command. Written as command_rights is.';

-- People. The database itself checks who gives a command (docs/decisions/0028): it holds the keys that commands are
-- signed with, where no console can read them. Nothing that a console can read lets anybody try PINs.

create table console.operators (
  operator_id uuid primary key,
  -- Regie itself acts under names that begin so.
  name text not null check (name = btrim(name) and name <> '' and length(name) <= 60 and name !~* '^regie-'),
  role text not null check (role in ('supervisor', 'operator', 'technician', 'viewer')),
  active boolean not null default true,
  -- How a laptop makes a key of the PIN: {"n", "r", "p", "salt"} of scrypt. Not secret.
  pin_params jsonb not null,
  pin_digits int not null check (pin_digits between 4 and 12),
  -- When the PIN was set: who is signed in with the one before is asked for the new one.
  pin_at timestamptz not null default clock_timestamp(),
  -- Since when they are asked to change their PIN: a laptop on which they signed in was ended.
  pin_change_asked timestamptz,
  -- Wrong PINs in a row, over all laptops.
  failures int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  changed_at timestamptz not null default clock_timestamp(),
  changed_by text not null,
  constraint operators_supervisor_pin_check check (role <> 'supervisor' or pin_digits >= 6)
);
comment on table console.operators is 'Who may sign in, in which role.';
create unique index operators_name_idx on console.operators (lower(name));

create table console.pin_keys (
  operator_id uuid primary key references console.operators (operator_id),
  pin_key bytea not null check (length(pin_key) = 32)
);
comment on table console.pin_keys is 'What a PIN is checked against. No console reads it.';

-- Laptops.

create table console.enrolled_laptops (
  laptop_id uuid primary key,
  name text not null check (name = btrim(name) and name <> '' and length(name) <= 40),
  enrolled_at timestamptz not null default clock_timestamp(),
  -- Who made its code; null: the administrator.
  enrolled_by text,
  enrolled_by_id uuid references console.operators (operator_id),
  -- The login with which it was enrolled.
  login text not null default session_user,
  last_seen timestamptz,
  -- How often it was given the secrets of the channels, and when last.
  secrets_given int not null default 0,
  secrets_given_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  ended_by_id uuid references console.operators (operator_id),
  check (ended_at is not null or (ended_by is null and ended_by_id is null))
);
comment on table console.enrolled_laptops is
  'The laptops on which people may sign in. Written by functions (laptops.sql) and the administrator.';
create unique index enrolled_laptops_name_idx on console.enrolled_laptops (lower(name)) where ended_at is null;

create table console.laptop_keys (
  laptop_id uuid primary key references console.enrolled_laptops (laptop_id),
  key bytea not null check (length(key) = 32)
);
comment on table console.laptop_keys is
  'The device key of each enrolled laptop, which the laptop holds as well. No console reads it.';

create table console.enrolment_codes (
  code_id text primary key,
  -- Made of the code; gone when it was used.
  code_key bytea check (length(code_key) = 32),
  -- The name that the laptop gets; null: whoever types the code chooses.
  name text,
  created_at timestamptz not null default clock_timestamp(),
  -- Null: the administrator.
  created_by text,
  created_by_id uuid references console.operators (operator_id),
  expires_at timestamptz not null default clock_timestamp() + interval '10 minutes',
  used_at timestamptz,
  tries int not null default 0
);
comment on table console.enrolment_codes is 'One-time codes, each for one laptop. No console reads it.';

create table console.signing_keys (
  key_id uuid primary key default gen_random_uuid(),
  operator_id uuid not null references console.operators (operator_id),
  laptop_id uuid not null references console.enrolled_laptops (laptop_id),
  -- `laptop`: kept on the laptop under the PIN, for what can wait there; `session`: in memory only, for step-up commands.
  kind text not null check (kind in ('laptop', 'session')),
  secret bytea not null check (length(secret) = 32),
  made_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  ended_at timestamptz,
  ended_why text check (ended_why in ('signed_out', 'new_pin', 'laptop_ended')),
  check ((kind = 'session') = (expires_at is not null)),
  check ((ended_at is null) = (ended_why is null))
);
comment on table console.signing_keys is
  'What operators sign their commands with, one for each laptop and for each session. No console reads the secret.';
create index signing_keys_operator_idx on console.signing_keys (operator_id, laptop_id) where ended_at is null;
create index signing_keys_laptop_idx on console.signing_keys (laptop_id);

create table console.sign_in_tries (
  nonce uuid primary key default gen_random_uuid(),
  operator_id uuid not null,
  laptop_id uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  pin_proof text,
  -- In which transaction it was tried: the answer is given in a later one only, when the try is counted for good.
  tried_xact xid8
);
comment on table console.sign_in_tries is 'Sign-ins that were begun, for a minute. No console reads it.';
create index sign_in_tries_made_idx on console.sign_in_tries (made_at);

create table console.nominations (
  operator_id uuid primary key,
  nominated_by_id uuid not null,
  nominated_at timestamptz not null default clock_timestamp()
);
comment on table console.nominations is
  'Who is to be a supervisor, by one of them; by a second one they are. Written by a trigger (limits.sql).';

create table console.supervisor_ends (
  operator_id uuid primary key,
  ended_at timestamptz not null default clock_timestamp()
);
comment on table console.supervisor_ends is
  'When somebody stopped being a supervisor: for a day they count among them. Written by a trigger (limits.sql).';

-- The audit trail: append-only, each row carries the hash of the row before it.

create table console.audit (
  seq bigint primary key,
  at timestamptz not null,
  laptop_at timestamptz,
  operation_id uuid,
  actor text not null,
  laptop text not null,
  action text not null,
  subject text not null,
  data jsonb not null,
  previous_hash bytea not null,
  hash bytea not null,
  -- Whose connection wrote it, and for an entry of the engine the term of the lease, where that login held it.
  login name not null,
  term bigint
);
comment on table console.audit is 'The audit trail, one chain of hashes. Written by console.append_audit only.';
create index audit_operation_idx on console.audit (operation_id) where operation_id is not null;

create table console.audit_head (
  singleton boolean primary key default true check (singleton),
  seq bigint not null,
  hash bytea not null
);
comment on table console.audit_head is 'The newest row of the audit trail: writers queue on it.';
insert into console.audit_head (seq, hash) values (0, sha256('regie'));

-- Money.

create table console.corrections (
  operation_id uuid primary key,
  event_id bigint,
  card_id text not null,
  kind text not null check (kind in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo')),
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
  applied_at timestamptz not null default clock_timestamp(),
  -- An undo refers to what it undoes: at most one each.
  undoes uuid unique references console.corrections (operation_id),
  undone_by uuid unique,
  constraint corrections_undo_check check ((kind = 'undo') = (undoes is not null))
);
comment on table console.corrections is
  'Every correction of a card that was applied. Written by console.correct_card only.';
-- One reversal per transaction, whatever the console believes. What was undone can be reversed again.
create unique index corrections_one_reversal_idx on console.corrections (original_transaction)
  where original_transaction is not null and kind = 'restore_card' and undone_by is null;
create index corrections_card_idx on console.corrections (card_id);
create index corrections_alone_idx on console.corrections (lower(operator), applied_at) where approver is null;

create table console.proposals (
  proposal_id uuid primary key,
  bulk boolean not null,
  -- The incident whose cards are corrected together, or the alert of the one card.
  event_id bigint,
  kind text not null check (kind in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo')),
  reason text not null,
  author_id uuid not null references console.operators (operator_id),
  author text not null,
  laptop text not null,
  laptop_at timestamptz not null,
  proposed_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  -- `approved`: its items are being applied; `done`: none of them is left.
  state text not null default 'pending'
    check (state in ('pending', 'approved', 'done', 'failed', 'rejected', 'withdrawn', 'expired', 'cancelled')),
  decided_at timestamptz,
  decided_by text,
  decided_by_id uuid,
  decided_on text,
  decision text,
  check ((state = 'pending') = (decided_at is null)),
  -- Never approved by its author.
  check (state not in ('approved', 'done') or decided_by_id <> author_id)
);
comment on table console.proposals is
  'What waits for a second person, and what became of it. Written by functions only (proposals.sql, approvals.sql).';
create index proposals_open_idx on console.proposals (state) where state in ('pending', 'approved');
create index proposals_time_idx on console.proposals (proposed_at);

create table console.proposal_items (
  -- That of the correction that it becomes.
  operation_id uuid primary key default gen_random_uuid(),
  proposal_id uuid not null references console.proposals (proposal_id) on delete cascade,
  position int not null,
  card_id text not null,
  event_id bigint,
  card_delta numeric(10,2) not null,
  ledger_delta numeric(10,2) not null,
  seen_actual numeric(10,2) not null,
  seen_expected numeric(10,2) not null,
  original_transaction text,
  undoes uuid references console.corrections (operation_id),
  -- `proposed`, `approved` and not applied yet, or what became of it.
  state text not null check (state in ('proposed', 'approved', 'applied', 'stale', 'refused', 'dropped')),
  code text,
  -- The figures of the moment at which it did not hold.
  today_actual numeric(10,2),
  today_expected numeric(10,2),
  next_at timestamptz not null default clock_timestamp(),
  unique (proposal_id, position)
);
comment on table console.proposal_items is 'The corrections of a proposal, one a card.';
-- One correction of a card, and of an alert, waits at a time: whoever approves knows what comes of it.
create unique index proposal_items_card_idx on console.proposal_items (card_id) where state in ('proposed', 'approved');
create unique index proposal_items_event_idx on console.proposal_items (event_id)
  where event_id is not null and state in ('proposed', 'approved');
create index proposal_items_left_idx on console.proposal_items (proposal_id, position) where state = 'approved';

-- The engine: one leads among many.

-- The term stands in a table of its own, because it changes with a take-over only: a leader's transaction ends by
-- locking it, and that must not collide with the renewal of its own lease.
create table console.engine_term (
  singleton boolean primary key default true check (singleton),
  term bigint not null
);
comment on table console.engine_term is
  'The number of the newest leadership: a leader''s transactions end by locking it.';
insert into console.engine_term (term) values (0);

create table console.engine_lease (
  singleton boolean primary key default true check (singleton),
  term bigint not null,
  holder uuid,
  laptop text not null,
  taken_at timestamptz not null,
  expires_at timestamptz not null,
  breaker jsonb,
  -- Whose connection wrote it last (migrations/functions/engine.sql).
  login name not null default session_user
);
comment on column console.engine_lease.breaker is
  'The engine''s circuit breaker, written with each renewal by the laptop that runs it; null until its first one.';
comment on table console.engine_lease is
  'Who runs the engine, until when by this database''s clock. Renewed every 1.5 s for 5 s.';
insert into console.engine_lease (term, laptop, taken_at, expires_at) values (0, '', now(), now());

create table console.monitoring_state (
  singleton boolean primary key default true check (singleton),
  stopped_at timestamptz,
  stopped_by text,
  stopped_on text,
  reason text,
  restarted_at timestamptz,
  check (num_nulls(stopped_at, stopped_by, stopped_on, reason) in (0, 4))
);
comment on table console.monitoring_state is
  'Whether monitoring is stopped, for the whole festival: no laptop holds the lease of the engine while it is.';
insert into console.monitoring_state default values;

create table console.engine_requests (
  request_id uuid primary key,
  kind text not null check (kind in ('cycle', 'breaker', 'recompute')),
  requested_by text not null,
  requested_on text not null,
  requested_at timestamptz not null default clock_timestamp(),
  claimed_by text,
  ended_at timestamptz,
  result jsonb,
  error text
);
comment on table console.engine_requests is 'What an operator asks of the engine from a laptop that does not run it.';
create index engine_requests_open_idx on console.engine_requests (requested_at) where claimed_by is null;

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
comment on table console.cycles is 'What each cycle of the engine cost. Pruned by the engine.';
create index cycles_started_idx on console.cycles (started_at);

create table console.changes (
  change_id bigserial primary key,
  event_id bigint not null,
  xact xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp()
);
comment on table console.changes is
  'Which events changed. By xact a reader finds each, in any commit order: all whose transaction had not ended before.';
create index changes_xact_idx on console.changes (xact);
create index changes_at_idx on console.changes (at);

create table console.laptops (
  laptop text primary key,
  seen_at timestamptz not null,
  operator text,
  incident_id bigint,
  left_at timestamptz,
  -- Since when a page of it is in view. Null: none is, and none can have missed a canary.
  watched_since timestamptz,
  -- The newest row of the audit trail that this laptop has seen, which must be there for ever.
  audit_seq bigint,
  audit_hash text
);
comment on table console.laptops is 'Who is there, and what their screen shows.';

create table console.canary_probes (
  probe_id bigserial primary key,
  planted_at timestamptz not null default clock_timestamp(),
  planted_by text not null,
  read_at timestamptz,
  detected_at timestamptz
);
comment on table console.canary_probes is
  'Known-bad records of our own, which must reach every screen in time. Never in the festival''s tables or in reports.';

create table console.canary_sightings (
  probe_id bigint not null references console.canary_probes (probe_id) on delete cascade,
  laptop text not null,
  received_at timestamptz not null,
  displayed_at timestamptz not null,
  primary key (probe_id, laptop)
);
comment on table console.canary_sightings is 'When each laptop received a probe, and when it was on its screen.';
create index canary_sightings_laptop_idx on console.canary_sightings (laptop, probe_id);

-- Messages to people.

create table console.escalation_settings (
  singleton boolean primary key default true check (singleton),
  version int not null,
  settings jsonb not null,
  changed_at timestamptz not null default clock_timestamp(),
  changed_by text not null
);
comment on table console.escalation_settings is
  'Who is told of an alert and how, without the secrets of the channels.';

create table console.channel_secrets (
  singleton boolean primary key default true check (singleton),
  secrets jsonb not null
);
comment on table console.channel_secrets is
  'Passwords, tokens and secret addresses of the channels. No console reads it: it is given to laptops that prove their key.';

create table console.secret_requests (
  nonce uuid primary key default gen_random_uuid(),
  laptop_id uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  -- In which transaction the laptop proved its key: the secrets are given in a later one only, when that stands for good.
  proven_xact xid8
);
comment on table console.secret_requests is
  'Laptops that have begun to ask for the channels'' secrets, for a minute. No console reads it.';

create table console.deliveries (
  delivery_id uuid primary key default gen_random_uuid(),
  -- Null where a runbook's step sends it about no alert.
  event_id bigint references public.monitoring_events (event_id) on delete cascade,
  severity text not null,
  called_at timestamptz not null,
  -- When the incident last called again, which begins its ladder anew; the beginning of time before that.
  episode timestamptz not null,
  step int not null,
  contact text not null,
  channel text not null,
  due_at timestamptz not null,
  state text not null default 'due' check (state in ('due', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  claimed_by text,
  claimed_at timestamptz,
  -- Until when it is tried, from the first try on.
  tried_until timestamptz,
  ended_at timestamptz,
  -- Why it was not sent, or why nobody knows: shared/domain/message-reason.ts.
  reason jsonb,
  -- A message that an operator has ordered: of a runbook's step. It goes out whatever becomes of the alert.
  operation_id uuid,
  run_id uuid references console.runbook_runs (run_id) on delete cascade,
  message text,
  unique (event_id, episode, severity, step, contact, channel)
);
comment on table console.deliveries is
  'Each message to a person is a row before it is sent: claimed by one laptop, sent once.';
create index deliveries_pending_idx on console.deliveries (next_at) where state in ('due', 'sending');
create index deliveries_run_idx on console.deliveries (run_id) where run_id is not null;

-- Data recovery and drills.

create table console.event_backups (
  backup_id bigserial primary key,
  operation_id uuid not null unique,
  table_name text not null unique,
  taken_at timestamptz not null default clock_timestamp(),
  taken_by text not null,
  taken_on text not null,
  events bigint not null
);
comment on table console.event_backups is 'Copies of monitoring_events before somebody corrects them by hand.';

create table console.drills (
  drill_id uuid primary key,
  operator text not null,
  laptop text not null,
  surprise boolean not null,
  -- Automatic faults are off for it, and on again afterwards.
  quiet boolean not null,
  begun_at timestamptz not null default clock_timestamp(),
  -- The name of the fault in the training festival's own record, and when it was done.
  fault_id uuid,
  fault_at timestamptz,
  ended_at timestamptz,
  outcome text check (outcome in ('finished', 'abandoned')),
  kind text,
  points int check (points between 0 and 100),
  -- Why it was abandoned; or times, steps and the reasons for the points.
  result jsonb,
  check ((ended_at is null) = (outcome is null)),
  check (outcome is distinct from 'finished' or (kind is not null and points is not null and result is not null))
);
comment on table console.drills is
  'Runbooks against the clock, in the training festival. What the fault was is not here before the drill is over.';
-- One at a time: two faults at once would be two operators' clocks on one desk.
create unique index drills_one_running_idx on console.drills ((true)) where ended_at is null;
create index drills_ended_idx on console.drills (ended_at);
