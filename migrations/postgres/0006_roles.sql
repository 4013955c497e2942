-- Up Migration

-- Roles (festival-schema.md, "Roles"). `regie_console` is what a laptop's login is granted; `regie_owner` owns the one
-- function that may touch a card. Neither can log in. Roles are the cluster's: another festival there may have made them.

do $$
declare
  v_role text;
  v_able boolean;
begin
  foreach v_role in array array['regie_owner', 'regie_console'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception when duplicate_object or unique_violation then
        null; -- another festival of this cluster is being migrated at the same moment
      end;
    end if;
  end loop;
  -- Giving a function away takes the right to become the role that gets it. From 16 on, having made a role is not enough.
  if current_setting('server_version_num')::int >= 160000 then
    v_able := pg_has_role(current_user, 'regie_owner', 'set');
  else
    v_able := pg_has_role(current_user, 'regie_owner', 'member');
  end if;
  if not v_able then
    grant regie_owner to current_user;
  end if;
end $$;

-- Gives the console what it needs on the festival's tables that exist by now. `npm run migrate` calls it every time,
-- because the tables may come after the migrations.
create function console.grant_festival_access() returns void
  language plpgsql set search_path = pg_catalog as $$
declare
  v_table text;
  v_sequence text;
begin
  grant usage on schema public to regie_console, regie_owner;
  foreach v_table in array array['table_cards', 'app_transaction_log', 'nfc_scan_log', 'bar_orders', 'bar_order_items',
    'recharges', 'idempotency_keys'] loop
    if to_regclass('public.' || v_table) is not null then
      execute format('grant select on public.%I to regie_console', v_table);
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

grant usage on schema console to regie_console, regie_owner;
grant create on schema console to regie_owner;

grant select, insert, update, delete on
  public.monitoring_events, public.system_health_snapshots, public.alert_history
  to regie_console, regie_owner;
do $$
declare
  v_sequence text;
begin
  foreach v_sequence in array array[
    pg_get_serial_sequence('public.monitoring_events', 'event_id'),
    pg_get_serial_sequence('public.system_health_snapshots', 'snapshot_id'),
    pg_get_serial_sequence('public.alert_history', 'alert_id')] loop
    if v_sequence is not null then
      execute format('grant usage, select on sequence %s to regie_console, regie_owner', v_sequence);
    end if;
  end loop;
end $$;
grant select on public.monitoring_dashboard_summary, public.system_health_trend, public.monitoring_system_health
  to regie_console;
grant execute on function public.cleanup_monitoring_data(int), public.refresh_monitoring_views() to regie_console;

grant select, insert, update, delete on all tables in schema console to regie_console, regie_owner;
grant usage, select on all sequences in schema console to regie_console, regie_owner;
-- Written only by their functions: the audit trail, and the rows that say that money moved.
revoke insert, update, delete on console.audit, console.audit_head, console.corrections, console.money_policy,
  console.migrations from regie_console;
revoke insert, update, delete on console.audit, console.audit_head, console.money_policy, console.migrations
  from regie_owner;

revoke execute on all functions in schema console from public;
grant execute on function
  console.ledger_amount(text, text, numeric, jsonb),
  console.expected_balance(text),
  console.append_audit(text, text, text, text, jsonb, uuid, timestamptz),
  console.audit_hash(bytea, console.audit)
  to regie_console, regie_owner;
grant execute on function console.apply_correction(
  uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz)
  to regie_console;
alter function console.apply_correction(
  uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz)
  owner to regie_owner;

select console.grant_festival_access();

-- Down Migration
