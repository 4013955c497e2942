-- Reports that a supervisor has signed (docs/reports.md, "Signed"). The report itself is a file; here is what it is known by.
create table console.reports (
  -- Of its data; one signature for one report.
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('day', 'week', 'final', 'capacity', 'security')),
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  -- The moment of its snapshot, and the newest row of the audit trail in it.
  taken_at timestamptz not null,
  audit_seq bigint not null,
  signed_by text not null,
  signed_by_id uuid not null,
  role text not null,
  laptop text not null,
  signed_at timestamptz not null default clock_timestamp(),
  operation_id uuid not null unique,
  -- Whose connection wrote it.
  login name not null default session_user
);
comment on table console.reports is 'Reports that were signed. Written by console.sign_report only, and never changed.';
create index reports_signed_idx on console.reports (signed_at);
