-- Up Migration

-- An acknowledgement is a lease (product.md): it ends by itself, and the alert calls again.
alter table console.alerts
  add column acknowledged_until timestamptz,
  -- Put off by somebody until then: an acknowledgement whose end was chosen.
  add column snoozed_until timestamptz,
  -- When it last called for attention again: its lease or snooze ended, or something new came in.
  add column recalled_at timestamptz;
create index alerts_lease_idx on console.alerts (acknowledged_until) where acknowledged_until is not null;

-- What was acknowledged for good until now gets the shortest lease.
update console.alerts set acknowledged_until = now() + interval '10 minutes' where acknowledged_at is not null;

-- Down Migration
