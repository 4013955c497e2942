-- Up Migration

-- The guide's monitoring tables (festival-schema.md, "Monitoring tables"). An earlier monitoring system may have made
-- them already, in exactly this form: then they, their rows and their triggers stay as they are.

create schema if not exists console;

create function console.touch_updated_at() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;

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
    create index monitoring_events_type_detection_idx on public.monitoring_events (event_type, detection_timestamp desc);
    create index monitoring_events_open_idx on public.monitoring_events (severity, detection_timestamp desc)
      where status in ('OPEN', 'INVESTIGATING');
    create index monitoring_events_card_idx on public.monitoring_events (card_id) where card_id is not null;
    create trigger monitoring_events_touch before update on public.monitoring_events
      for each row execute function console.touch_updated_at();
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
      overall_health_status text not null check (overall_health_status in ('HEALTHY', 'WARNING', 'CRITICAL', 'UNKNOWN')),
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

-- Down Migration
