-- Rights on the schema, its tables and sequences: what a console may read and write itself, and what is left to
-- functions. Rights on a function or view stand beside it. Applied first: whoever is to own a function must be let into
-- the schema.

grant usage on schema console to regie_console, regie_owner;
grant create on schema console to regie_owner;

-- The guide's tables.
grant select, insert, update on
  public.monitoring_events, public.system_health_snapshots, public.alert_history
  to regie_console;
-- Only the clean-up deletes there (maintenance.sql).
revoke delete on public.monitoring_events, public.system_health_snapshots, public.alert_history from regie_console;
grant select on public.system_health_snapshots to regie_owner;
-- Corrections close alerts.
grant select, update on public.monitoring_events, public.alert_history to regie_owner;
do $$
declare
  v_sequence text;
begin
  foreach v_sequence in array array[
    pg_get_serial_sequence('public.monitoring_events', 'event_id'),
    pg_get_serial_sequence('public.system_health_snapshots', 'snapshot_id'),
    pg_get_serial_sequence('public.alert_history', 'alert_id')] loop
    if v_sequence is not null then
      execute format('grant usage, select on sequence %s to regie_console', v_sequence);
      -- Moving one that is behind takes more than drawing from it.
      execute format('grant usage, select, update on sequence %s to regie_owner', v_sequence);
    end if;
  end loop;
end $$;

-- What the engine and the consoles read and write themselves.
grant select, insert, update, delete on
  console.alerts,
  console.attendance,
  console.canary_probes,
  console.canary_sightings,
  console.card_ledger,
  console.changes,
  console.cycles,
  console.deliveries,
  console.detector_state,
  console.device_minutes,
  console.devices,
  console.drills,
  console.engine_requests,
  console.findings,
  console.laptops,
  console.ledger_recomputes,
  console.mismatch_looks,
  console.places,
  console.recent_scans,
  console.recent_transactions,
  console.traffic_minutes,
  console.traffic_seconds,
  console.unsettled,
  console.watermark_gaps,
  console.watermarks
  to regie_console;
-- Noted by whoever could not read a row, and looked at again by the engine.
grant select, insert, update on console.set_aside to regie_console;
-- One row each, which there always is.
grant select, update on console.engine_lease, console.engine_term to regie_console;
grant usage, select on sequence
  console.canary_probes_probe_id_seq,
  console.changes_change_id_seq,
  console.cycles_cycle_id_seq,
  console.ledger_recomputes_recompute_id_seq,
  console.migrations_id_seq,
  console.timeline_entry_id_seq
  to regie_console;

-- What is written under a command and stays (records.sql).
grant select, insert on console.runbook_joins, console.runbook_steps, console.runbook_ticks, console.timeline
  to regie_console;
grant select, insert, update (read_at) on console.mentions to regie_console;
grant select, insert, update (finished_at, outcome) on console.runbook_runs to regie_console;
-- What a command starts and time ends.
grant select, update (released_at) on console.silences to regie_console;
grant select, update (ended_at) on console.handovers to regie_console;

-- What only functions and migrations write: the audit trail, commands, people, settings, and the rows that say that
-- money moved. Nobody reads what commands are signed with, or what a PIN could be tried against.
grant select on
  console.audit,
  console.audit_head,
  console.command_records,
  console.command_rights,
  console.corrections,
  console.detector_setting_changes,
  console.detector_settings,
  console.enrolled_laptops,
  console.escalation_settings,
  console.event_backups,
  console.festival_settings,
  console.function_files,
  console.identity,
  console.log_entries,
  console.log_files,
  console.log_head,
  console.log_settings,
  console.migrations,
  console.monitoring_state,
  console.operators,
  console.proposal_items,
  console.proposals
  to regie_console;
grant select (key_id, operator_id, laptop_id, kind, made_at, expires_at, ended_at, ended_why)
  on console.signing_keys to regie_console;
-- Commands without what they say, which may hold passwords.
grant select (operation_id, command, outcome, operator, operator_id, laptop, laptop_id, laptop_at, applied_at, xact)
  on console.operations to regie_console;

-- What the functions do, and no more: they run as their owner.
grant select on
  console.audit,
  console.audit_head,
  console.command_records,
  console.command_rights,
  console.event_backups,
  console.findings,
  console.function_files,
  console.identity,
  console.migrations,
  console.runbook_joins,
  console.runbook_runs
  to regie_owner;
grant insert on console.audit, console.changes, console.detector_setting_changes, console.timeline to regie_owner;
grant update on console.audit_head to regie_owner;
-- The incident log is added to; its head goes with it (log-entries.sql).
grant select, insert on console.log_entries to regie_owner;
grant insert on console.mentions to regie_owner;
grant select, insert on console.log_files to regie_owner;
grant select, insert, delete on console.log_pieces to regie_owner;
grant select, update on console.log_head, console.log_settings to regie_owner;
-- Whoever makes a copy locks the list of them.
grant insert, update on console.event_backups to regie_owner;
grant select, update on
  console.alerts,
  console.engine_lease,
  console.engine_term,
  console.festival_settings,
  console.monitoring_state
  to regie_owner;
grant select, insert, update on
  console.corrections,
  console.detector_settings,
  console.enrolled_laptops,
  console.enrolment_codes,
  console.escalation_settings,
  console.handovers,
  console.operators,
  console.pin_keys,
  console.proposal_items,
  console.proposals,
  console.signing_keys,
  console.silences
  to regie_owner;
-- A laptop's key goes with it, and a sign-in with its answer.
grant select, insert, delete on console.laptop_keys to regie_owner;
grant select, insert, update, delete on console.sign_in_tries to regie_owner;
-- An item of a bulk whose card is busy is taken out of the commands again.
grant select, insert, update, delete on console.operations to regie_owner;
grant usage, select on sequence
  console.changes_change_id_seq,
  console.detector_setting_changes_change_id_seq,
  console.event_backups_backup_id_seq,
  console.timeline_entry_id_seq
  to regie_owner;

-- Gives Regie's roles what they need on the festival's tables that exist by now, the reading role (reading.sql) included.
-- `npm run migrate` calls it every time, because the tables may come after the migrations.
create or replace function console.grant_festival_access() returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_table text;
  v_sequence text;
begin
  grant usage on schema public to regie_console, regie_owner, regie_reader;
  foreach v_table in array array['table_cards', 'app_transaction_log', 'nfc_scan_log', 'bar_orders', 'bar_order_items',
    'recharges', 'idempotency_keys'] loop
    if to_regclass('public.' || v_table) is not null then
      execute format('grant select on public.%I to regie_console, regie_reader', v_table);
    end if;
  end loop;
  if to_regclass('public.table_cards') is not null then
    grant select, update (amount, updated_at) on public.table_cards to regie_owner;
  end if;
  if to_regclass('public.app_transaction_log') is not null then
    grant select, insert on public.app_transaction_log to regie_owner;
    v_sequence := pg_get_serial_sequence('public.app_transaction_log', 'log_id');
    if v_sequence is not null then
      execute format('grant usage on sequence %s to regie_owner', v_sequence);
    end if;
  end if;
end $$;
revoke execute on function console.grant_festival_access() from public;
