-- Where the log's history begins. A log whose beginning was archived or emptied says less than the cards have seen: no
-- correction is made towards it before somebody has decided what the rows that are gone came to.

grant select, insert, update, delete on console.log_watch to regie_console;
grant select on console.log_history, console.carried_balances to regie_console;
-- What was read, as the engine knows it: for sums of a history that shrank, and for the decision about it.
grant select on console.watermarks, console.watermark_gaps, console.unsettled, console.card_ledger to regie_owner;
grant update on console.watermarks to regie_owner;
grant insert, update on console.card_ledger to regie_owner;
grant select, delete on console.mismatch_looks to regie_owner;
grant select, insert, update, delete on console.log_history, console.carried_balances to regie_owner;

-- Whether the log begins later than it did, or is gone. By primary key.
create or replace function console.history_shrank() returns boolean
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_history console.log_history;
begin
  select * into strict v_history from console.log_history;
  if v_history.emptied_at is not null then
    return true;
  end if;
  if v_history.first_id is null then
    return false;
  end if;
  return not exists (
    select from public.app_transaction_log where log_id > v_history.carried_to and log_id <= v_history.first_id);
exception when undefined_table or undefined_column or insufficient_privilege then
  return true;
end $$;
alter function console.history_shrank() owner to regie_owner;
revoke execute on function console.history_shrank() from public;
grant execute on function console.history_shrank() to regie_console, regie_owner;

-- Remembers where the log begins. The engine calls it each minute; the beginning only ever becomes lower here.
create or replace function console.note_history() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update console.log_history h
  set first_id = t.first_id
  from (
    select min(log_id) as first_id from public.app_transaction_log
    where log_id > (select carried_to from console.log_history)) as t
  where h.emptied_at is null and t.first_id < coalesce(h.first_id, 9223372036854775807);
end $$;
alter function console.note_history() owner to regie_owner;
revoke execute on function console.note_history() from public;
grant execute on function console.note_history() to regie_console;

-- Notes that the log was emptied and its ids began anew. It only makes corrections wait: anybody may be careful.
create or replace function console.note_emptied_log() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update console.log_history set emptied_at = coalesce(emptied_at, clock_timestamp());
end $$;
alter function console.note_emptied_log() owner to regie_owner;
revoke execute on function console.note_emptied_log() from public;
grant execute on function console.note_emptied_log() to regie_console;

-- The last id that the log's sequence gave; null where it has none. Ids that begin anew show here first.
create or replace function console.log_sequence_at() returns bigint
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return pg_sequence_last_value(pg_get_serial_sequence('public.app_transaction_log', 'log_id')::regclass);
exception when undefined_table or undefined_column or insufficient_privilege then
  return null;
end $$;
alter function console.log_sequence_at() owner to regie_owner;
revoke execute on function console.log_sequence_at() from public;
grant execute on function console.log_sequence_at() to regie_console;

-- Whether the caller can read what it needs of a table.
create or replace function console.is_readable(p_table text, p_columns text[]) returns boolean
  language sql stable as $$
  select coalesce((
    select has_table_privilege(c.oid, 'select') and (
      select count(*) from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attname = any (p_columns) and not a.attisdropped) = cardinality(p_columns)
    from pg_catalog.pg_class c where c.oid = to_regclass('public.' || quote_ident(p_table))), false)
$$;
revoke execute on function console.is_readable(text, text[]) from public;
grant execute on function console.is_readable(text, text[]) to regie_console;

-- What the rows that are in the log, and that the ledger has read, come to for each card.
create or replace function console.balances_read() returns table (card_id text, balance numeric)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select console.key_of(t.card_id), sum(console.ledger_amount(
    t.transaction_type::text, t.status::text, console.amount_of(t.amount_involved), console.json_of(t.details),
    meant.meanings))
  from (select console.meanings() as meanings offset 0) as meant
  cross join public.app_transaction_log t
  where t.log_id <= (select last_id from console.watermarks where source = 'transactions')
    and t.log_id > coalesce((select g.last_id from console.watermark_gaps g
      where g.source = 'transactions' and g.first_id <= t.log_id order by g.first_id desc limit 1), t.log_id - 1)
    and not exists (select from console.unsettled u where u.log_id = t.log_id)
  group by 1;
end $$;
alter function console.balances_read() owner to regie_owner;
revoke execute on function console.balances_read() from public;

-- A supervisor decides what the rows that are gone came to. 'read': what the ledger had read of them counts on, so
-- nothing changes for any card. 'log': what is in the log now is the whole history. By the command
-- monitoring.startOver of this very transaction; audited. Returns {"outcome": "decided", …} or a refusal.
create or replace function console.start_over(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'monitoring.startOver');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_basis text := v_input ->> 'basis';
  v_before console.log_history;
  v_after console.log_history;
  v_read bigint;
  v_cards bigint;
  v_moved numeric;
begin
  if v_basis is null or v_basis not in ('read', 'log') then
    raise exception using errcode = '22023', message = 'the basis is read or log';
  end if;
  -- No cycle reads on, and no correction sums, while this is decided.
  select last_id into v_read from console.watermarks where source = 'transactions' for update;
  select * into strict v_before from console.log_history for update;
  if not console.history_shrank() then
    return jsonb_build_object('outcome', 'refused', 'code', 'history_whole');
  end if;

  delete from console.carried_balances;
  if v_basis = 'read' then
    insert into console.carried_balances (card_id, balance)
    select l.card_id, l.expected_cents::numeric / 100 - coalesce(r.balance, 0)
    from console.card_ledger l left join console.balances_read() r using (card_id)
    where l.expected_cents::numeric / 100 <> coalesce(r.balance, 0);
  else
    insert into console.card_ledger as l (card_id, expected_cents, last_log_id)
    select card_id, coalesce(r.balance, 0) * 100, 0
    from console.card_ledger full join console.balances_read() r using (card_id)
    on conflict (card_id) do update set expected_cents = excluded.expected_cents, updated_at = now()
    where l.expected_cents <> excluded.expected_cents;
  end if;
  delete from console.mismatch_looks;
  select count(*), coalesce(sum(balance), 0) into v_cards, v_moved from console.carried_balances;

  update console.log_history
  set first_id = (select min(log_id) from public.app_transaction_log),
    carried_to = coalesce((select min(log_id) - case when min(log_id) > -9223372036854775808 then 1 else 0 end
        from public.app_transaction_log),
      case when emptied_at is null then greatest(v_read, carried_to) else -9223372036854775808 end),
    emptied_at = null, decided_at = clock_timestamp(), decided_by = v_given.operator
  returning * into v_after;
  perform console.append_given(v_given, 'history_started_over', 'log:app_transaction_log', jsonb_build_object(
      'basis', v_basis, 'reason', v_input ->> 'reason', 'before', to_jsonb(v_before) - 'singleton'
        || jsonb_build_object('first_id', v_before.first_id::text, 'carried_to', v_before.carried_to::text),
      'after', to_jsonb(v_after) - 'singleton'
        || jsonb_build_object('first_id', v_after.first_id::text, 'carried_to', v_after.carried_to::text),
      'cards_carried', v_cards, 'carried', v_moved::text));
  return jsonb_build_object('outcome', 'decided', 'cards', v_cards);
end $$;
alter function console.start_over(uuid) owner to regie_owner;
revoke execute on function console.start_over(uuid) from public;
grant execute on function console.start_over(uuid) to regie_console;
