-- Messages of a checklist that ask whoever receives them for their code (docs/checklists.md, "The notification test").

create table console.message_tests (
  -- The operation that ordered it.
  test_id uuid primary key,
  list_id text not null,
  window_key text not null,
  item_id text not null,
  channel text not null check (channel in ('voice', 'sms', 'slack', 'email', 'webhook')),
  -- Of the escalation settings.
  contact text not null,
  asked_by text not null,
  laptop text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  -- asked: it may have left; nobody has said what became of it.
  state text not null default 'asked' check (state in ('asked', 'sent', 'failed', 'unknown')),
  reason jsonb,
  -- Codes that were typed and are not the one that was sent.
  wrong int not null default 0,
  confirmed_at timestamptz,
  foreign key (list_id, window_key) references console.checklist_runs
);
comment on table console.message_tests is 'Test messages of a checklist. Written by functions only (migrations/functions/message-tests.sql).';
create index message_tests_run_idx on console.message_tests (list_id, window_key);

create table console.test_codes (
  test_id uuid primary key references console.message_tests,
  -- With a salt of its own. Gone once it was used.
  salt text not null,
  code_hash text not null
);
comment on table console.test_codes is 'What the code of a test message is compared with. No console reads it.';
