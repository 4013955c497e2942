-- Up Migration

-- One engine among many (detectors.md). The term stands in a table of its own, because it changes with a take-over only:
-- a leader's transaction ends by locking it, and that must not collide with the renewal of its own lease.
create table console.engine_term (
  singleton boolean primary key default true check (singleton),
  term bigint not null
);
insert into console.engine_term (term) values (0);

create table console.engine_lease (
  singleton boolean primary key default true check (singleton),
  term bigint not null,
  holder uuid,
  laptop text not null,
  taken_at timestamptz not null,
  expires_at timestamptz not null
);
insert into console.engine_lease (term, laptop, taken_at, expires_at) values (0, '', now(), now());
comment on table console.engine_lease is
  'Who runs the engine, until when by this database''s clock. Renewed every 1.5 s for 5 s.';

-- Reading the log.

-- Ids up to this one were in the log when Regie first saw it: a hole among old ones is no gap.
alter table console.watermarks
  add column history_up_to bigint,
  add column history_done_at timestamptz;
update console.watermarks set history_up_to = last_id, history_done_at = now() - interval '1 day';

create table console.unsettled (
  log_id bigint primary key,
  status text not null,
  noticed_at timestamptz not null default now()
);
comment on table console.unsettled is
  'Rows that were neither completed nor failed when they were read: looked up by primary key until they are, for a day.';

alter table console.recent_transactions
  add column read_at timestamptz not null default now(),
  -- Its status was decided after it had been read.
  add column settled_late boolean not null default false;
alter table console.recent_scans
  add column read_at timestamptz not null default now(),
  add column error text;
create index recent_scans_device_idx on console.recent_scans (device_identifier, occurred_at);

create table console.device_minutes (
  minute timestamptz not null,
  device text not null,
  scans int not null,
  -- Those that did not read the card.
  failed int not null,
  primary key (minute, device)
);
create table console.devices (
  device text primary key,
  last_at timestamptz not null
);
comment on table console.device_minutes is 'How much each reader scanned in each minute, at the scans'' own time.';

-- The newest judged row of a card: where the next one must begin. A balance that is NULL: unknown.
alter table console.card_ledger
  add column chain_log_id bigint,
  add column chain_balance numeric(10,2);

create table console.ledger_recomputes (
  recompute_id bigserial primary key,
  laptop text not null,
  started_at timestamptz not null,
  duration_ms double precision not null,
  rows_read bigint not null,
  cards int not null,
  drifted int not null
);

-- Findings.

alter table console.alerts
  -- When the newest row it is made of was committed, or first seen where the server does not keep commit times.
  add column committed_at timestamptz,
  add column shown_at timestamptz,
  add column shown_on text,
  -- On the first event of a storm: which, and when it last grew (detectors.md, "Storms").
  add column storm text check (storm in ('storm', 'opening_balances')),
  add column storm_grew_at timestamptz;
create index alerts_storm_idx on console.alerts (storm_grew_at) where storm is not null;

create function console.commit_time(p_xid xid) returns timestamptz
  language plpgsql stable set search_path = pg_catalog as $$
begin
  if current_setting('track_commit_timestamp') <> 'on' then
    return null;
  end if;
  return pg_xact_commit_timestamp(p_xid);
exception when others then
  return null; -- older than the server remembers
end $$;

create function console.evidence_of(p_card text) returns jsonb
  language sql stable set search_path = pg_catalog as $$
  select jsonb_build_object(
    'transactions', coalesce((
      select jsonb_agg(to_jsonb(t) order by t.occurred_at, t.log_id) from (
        select log_id, transaction_id, transaction_type, status, amount_involved, previous_balance, new_balance,
          point_of_sale, occurred_at
        from console.recent_transactions where card_id = p_card
        order by occurred_at desc, log_id desc limit 10) as t), '[]'),
    'scans', coalesce((
      select jsonb_agg(to_jsonb(s) order by s.occurred_at) from (
        select scan_log_id, scan_status, device_identifier, occurred_at
        from console.recent_scans where card_id = p_card
        order by occurred_at desc limit 10) as s), '[]'))
$$;

create table console.detector_setting_changes (
  change_id bigserial primary key,
  algorithm text not null,
  at timestamptz not null default clock_timestamp(),
  author text not null,
  laptop text not null,
  before jsonb,
  after jsonb not null
);
create index detector_setting_changes_idx on console.detector_setting_changes (algorithm, change_id);

-- Who watches the watcher.

create table console.laptops (
  laptop text primary key,
  seen_at timestamptz not null
);

create table console.canary_probes (
  probe_id bigserial primary key,
  planted_at timestamptz not null default clock_timestamp(),
  planted_by text not null,
  read_at timestamptz,
  detected_at timestamptz
);
comment on table console.canary_probes is
  'Known-bad records of our own, which must reach every screen in time. Never in the festival''s tables, never in reports.';

create table console.canary_sightings (
  probe_id bigint not null references console.canary_probes (probe_id) on delete cascade,
  laptop text not null,
  received_at timestamptz not null,
  painted_at timestamptz not null,
  primary key (probe_id, laptop)
);
create index canary_sightings_laptop_idx on console.canary_sightings (laptop, probe_id);

create function console.hint() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_notify('regie_changes', tg_argv[0]);
  return null;
end $$;
create trigger regie_hint after update of detected_at on console.canary_probes
  for each statement execute function console.hint('canary');

grant select, insert, update, delete on
  console.engine_term, console.engine_lease, console.unsettled, console.device_minutes, console.devices, console.ledger_recomputes,
  console.detector_setting_changes, console.laptops, console.canary_probes, console.canary_sightings
  to regie_console, regie_owner;
grant usage, select on sequence
  console.ledger_recomputes_recompute_id_seq, console.detector_setting_changes_change_id_seq,
  console.canary_probes_probe_id_seq
  to regie_console, regie_owner;
revoke execute on function console.commit_time(xid), console.evidence_of(text), console.hint() from public;
grant execute on function console.commit_time(xid), console.evidence_of(text) to regie_console, regie_owner;

-- Down Migration
