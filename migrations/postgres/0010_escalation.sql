-- Up Migration

-- Who is told when nobody acknowledges, and how. One document, replaced whole against the version that was seen.
create table console.escalation_settings (
  singleton boolean primary key default true check (singleton),
  version int not null,
  settings jsonb not null,
  changed_at timestamptz not null default clock_timestamp(),
  changed_by text not null
);
comment on table console.escalation_settings is 'Holds passwords and tokens of the channels: every console''s login reads them.';

-- Each message to a person is a row before it is sent: claimed by one laptop, sent once.
create table console.deliveries (
  delivery_id uuid primary key default gen_random_uuid(),
  event_id bigint not null references public.monitoring_events (event_id) on delete cascade,
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
  ended_at timestamptz,
  error text,
  unique (event_id, episode, severity, step, contact, channel)
);
create index deliveries_pending_idx on console.deliveries (next_at) where state in ('due', 'sending');

grant select, insert, update, delete on console.escalation_settings, console.deliveries to regie_console, regie_owner;

-- Down Migration
