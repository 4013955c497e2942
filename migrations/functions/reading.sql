-- Who runs the statements that did not come with Regie: a festival's own runbooks, and runs that another laptop began.
-- This role reads what such a runbook is about and nothing else: no settings with their secrets, no operators, no commands.
-- A console becomes it for one statement, in a transaction that only reads (electron/postgres/foreign-reader.ts).

do $$
begin
  if not exists (select from pg_roles where rolname = 'regie_reader') then
    begin
      create role regie_reader nologin;
    exception when duplicate_object or unique_violation then
      null; -- another festival of this cluster is being migrated at the same moment
    end;
  end if;
  -- Whoever migrates need not be allowed to give the role where another festival of this cluster has given it.
  if not pg_has_role('regie_console', 'regie_reader', 'member') then
    grant regie_reader to regie_console;
  end if;
end $$;

grant usage on schema console to regie_reader;
grant select on
  console.alerts,
  console.card_ledger,
  console.carried_balances,
  console.corrections,
  console.cycles,
  console.device_minutes,
  console.devices,
  console.event_backups,
  console.findings,
  console.log_history,
  console.runbook_runs,
  console.silences,
  console.timeline,
  console.transaction_meanings,
  console.transaction_words,
  console.verifications,
  console.watermarks,
  public.monitoring_events,
  public.system_health_snapshots,
  public.alert_history
  to regie_reader;

grant execute on function console.expected_balance(text) to regie_reader;
grant execute on function console.history_shrank() to regie_reader;
-- What expected_balance reads the festival's columns with (migrations/functions/festival-rows.sql).
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'console' and p.proname in ('amount_of', 'time_of', 'word_of', 'key_of', 'json_of', 'uuid_of', 'meanings',
      'word_key', 'is_unusual', 'is_explainable', 'type_word', 'sign_of', 'status_of', 'looked_up_status', 'known_status',
      'ledger_amount', 'ledger_amount_of')
  loop
    execute format('grant execute on function %s to regie_reader', v_function);
  end loop;
end $$;
