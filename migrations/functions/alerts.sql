-- Alerts: what the engine asks the database about one.

-- When a row was committed; null where the server does not keep commit times, or not that far back.
create or replace function console.commit_time(p_xid xid) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('track_commit_timestamp') <> 'on' then
    return null;
  end if;
  return pg_xact_commit_timestamp(p_xid);
exception when others then
  return null; -- older than the server remembers
end $$;
revoke execute on function console.commit_time(xid) from public;
grant execute on function console.commit_time(xid) to regie_console, regie_owner;

-- When the newest of these rows of the log was committed; null also where the log is gone.
create or replace function console.committed_at(p_log_ids bigint[]) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select max(console.commit_time(t.xmin)) from public.app_transaction_log t where t.log_id = any (p_log_ids));
exception when undefined_table or undefined_column or insufficient_privilege then
  return null;
end $$;
revoke execute on function console.committed_at(bigint[]) from public;
grant execute on function console.committed_at(bigint[]) to regie_console;

-- The newest rows of a card, as evidence beside its alert.
create or replace function console.evidence_of(p_card text) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'transactions', coalesce((
      select jsonb_agg(to_jsonb(t) order by t.occurred_at, t.log_id::bigint) from (
        select log_id::text, transaction_id, transaction_type, status, amount_involved, previous_balance, new_balance,
          point_of_sale, occurred_at
        from console.recent_transactions where card_id = p_card
        order by occurred_at desc, recent_transactions.log_id desc limit 10) as t), '[]'),
    'scans', coalesce((
      select jsonb_agg(to_jsonb(s) order by s.occurred_at) from (
        select scan_log_id::text, scan_status, device_identifier, occurred_at
        from console.recent_scans where card_id = p_card
        order by occurred_at desc limit 10) as s), '[]'))
$$;
revoke execute on function console.evidence_of(text) from public;
grant execute on function console.evidence_of(text) to regie_console, regie_owner;

-- The guide's level of an alert (alert_history). EMERGENCY is a CRITICAL alert that nobody answered in time: the ladder
-- sets it with its second step.
create or replace function console.alert_level(p_severity text) returns text
  language sql immutable parallel safe as $$
  select case p_severity
    when 'CRITICAL' then 'CRITICAL'
    when 'HIGH' then 'WARNING'
    when 'MEDIUM' then 'WARNING'
    else 'INFO'
  end
$$;
revoke execute on function console.alert_level(text) from public;
grant execute on function console.alert_level(text) to regie_console, regie_owner;
