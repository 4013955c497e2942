-- The hourly verification: the guide's two queries, made by whoever runs the engine, once for each whole hour (docs/detection.md,
-- "Hourly verification").

create table console.verifications (
  -- Its beginning. Whole hours of UTC: an hour that clocks show twice is two.
  hour timestamptz primary key check (hour = date_trunc('hour', hour, 'UTC')),
  verdict text not null check (verdict in ('ok', 'failed')),
  -- What both queries answered, and each figure that decides with its threshold (`console.hourly_figures`).
  figures jsonb not null,
  made_at timestamptz not null,
  duration_ms double precision not null,
  laptop text not null,
  term bigint not null,
  login name not null
);
comment on table console.verifications is
  'Which hours were verified. Written by console.verify_hours only; an hour without a row was not verified.';

create table console.verification_start (
  singleton boolean primary key default true check (singleton),
  -- The first hour that Regie could see whole: what was before is no omission.
  since timestamptz not null
);
comment on table console.verification_start is 'From which hour on each is verified.';
