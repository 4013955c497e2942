-- Floods of alerts, each once, with what was known of it and who was there (docs/alarm-quality.md, "Flood mode").
create table console.floods (
  -- When the first of its alerts began.
  since timestamptz primary key,
  ended_at timestamptz,
  alarms int not null,
  first_event_id bigint not null,
  -- What its alerts have in common, as the engine found it.
  cause jsonb,
  -- Who was signed in while it lasted.
  people text[] not null,
  recorded_at timestamptz not null default clock_timestamp(),
  check (ended_at >= since)
);
comment on table console.floods is 'Floods of alerts. Written by console.record_floods only.';
