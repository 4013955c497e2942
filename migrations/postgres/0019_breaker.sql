-- The breaker of the engine, as the laptop that runs it last said: every laptop shows the same one.
alter table console.engine_lease add column breaker jsonb;
comment on column console.engine_lease.breaker is
  'The engine''s circuit breaker, written with each renewal by the laptop that runs it; null until its first one.';
