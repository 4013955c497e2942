-- What is or was wrong with Regie itself (docs/watching.md): one row for each time, whichever laptops noticed it.

create table console.troubles (
  -- Its alert.
  event_id bigint primary key references public.monitoring_events (event_id) on delete cascade,
  -- As in shared/domain/troubles.ts; the alert's detection_algorithm.
  kind text not null,
  -- A laptop; empty: the whole festival.
  subject text not null,
  started_at timestamptz not null,
  ended_at timestamptz check (ended_at >= started_at)
);
comment on table console.troubles is
  'What is wrong with Regie itself, and was. Written by functions only (migrations/functions/troubles.sql).';
-- Once, however many laptops say so.
create unique index troubles_open_idx on console.troubles (kind, subject) where ended_at is null;
create index troubles_subject_idx on console.troubles (kind, subject, started_at);

create table console.trouble_reports (
  -- Drawn by the laptop when it noticed: however often it says so, it is one report.
  operation_id uuid primary key,
  event_id bigint not null references console.troubles on delete cascade,
  laptop text not null,
  login name not null,
  ended_at timestamptz,
  reported_at timestamptz not null default clock_timestamp()
);
comment on table console.trouble_reports is
  'Which laptop has noticed a trouble. It is over when it is for all of them. Written by functions only.';
create index trouble_reports_event_idx on console.trouble_reports (event_id) where ended_at is null;
