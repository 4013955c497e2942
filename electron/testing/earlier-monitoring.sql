-- An earlier monitoring system, in exactly the guide's form (docs/festival-schema.md, "Monitoring tables"), with its
-- own alert trigger, functions and views. Migrations must take it as it is and keep every row.

create table monitoring_events (
  event_id bigserial primary key,
  event_type text not null check (event_type in
    ('transaction_failure', 'balance_discrepancy', 'duplicate_nfc', 'race_condition', 'system_health')),
  severity text not null check (severity in ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO')),
  card_id text,
  transaction_id uuid,
  affected_amount numeric(10,2),
  detection_timestamp timestamptz not null default now(),
  detection_algorithm text not null,
  confidence_score numeric(3,2) check (confidence_score >= 0 and confidence_score <= 1),
  event_data jsonb not null,
  context_data jsonb,
  status text default 'OPEN' check (status in ('OPEN', 'INVESTIGATING', 'RESOLVED', 'FALSE_POSITIVE')),
  resolved_at timestamptz,
  resolution_notes text,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table system_health_snapshots (
  snapshot_id bigserial primary key,
  snapshot_timestamp timestamptz default now(),
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
  overall_health_status text check (overall_health_status in ('HEALTHY', 'WARNING', 'CRITICAL', 'UNKNOWN')),
  metrics_data jsonb
);

create table alert_history (
  alert_id bigserial primary key,
  monitoring_event_id bigint references monitoring_events (event_id),
  alert_level text not null check (alert_level in ('INFO', 'WARNING', 'CRITICAL', 'EMERGENCY')),
  alert_message text not null,
  alert_timestamp timestamptz default now(),
  escalation_level int default 0,
  escalated_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  resolution_time_seconds int,
  alert_data jsonb
);

create function update_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;
create trigger monitoring_events_updated_at before update on monitoring_events
  for each row execute function update_updated_at();

create function alert_on_critical() returns trigger language plpgsql as $$
begin
  insert into alert_history (monitoring_event_id, alert_level, alert_message)
  values (new.event_id, 'CRITICAL', 'earlier system: ' || new.detection_algorithm);
  return new;
end $$;
create trigger monitoring_events_alert after insert on monitoring_events
  for each row when (new.severity = 'CRITICAL') execute function alert_on_critical();

create function detect_transaction_failures() returns int language sql as 'select 0';
create function run_monitoring_detection_cycle() returns jsonb language sql as $$ select '{}'::jsonb $$;
create function create_monitoring_event(p_type text, p_severity text, p_algorithm text) returns bigint language sql as $$
  insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
  values (p_type, p_severity, p_algorithm, '{}') returning event_id
$$;
create function cleanup_monitoring_data(retention_days int default 30) returns jsonb language sql as $$
  select jsonb_build_object('by', 'earlier', 'retention_days', retention_days)
$$;
create function refresh_monitoring_views() returns jsonb language sql as $$ select '{"by": "earlier"}'::jsonb $$;
create materialized view monitoring_dashboard_summary as select count(*) as events from monitoring_events;
create materialized view system_health_trend as select count(*) as snapshots from system_health_snapshots;
create view monitoring_system_health as
  select 'earlier'::text as metric, 1::numeric as value, 'count'::text as unit;

insert into monitoring_events (event_type, severity, card_id, detection_algorithm, event_data)
values ('transaction_failure', 'CRITICAL', 'kept', 'balance_deduction_on_failure', '{"kept": true}'),
  ('duplicate_nfc', 'MEDIUM', 'kept', 'temporal_duplicate_detection', '{}');
insert into system_health_snapshots (total_transactions_last_hour, overall_health_status) values (7, 'HEALTHY');
