-- The ledger: what a card should hold by the festival's own log, and the rules that hold for every correction of it.

-- What a log row adds to the expected balance of its card. The engine's ledger, its recompute and corrections all use
-- this one function: with what supervisors have said about words (console.meanings()) in statements over many rows, else
-- without. The usual words cost what a comparison costs, and all others go to the third.
create or replace function console.ledger_amount_of(
  transaction_type text, status text, amount numeric, details jsonb, meanings jsonb
) returns numeric
  language plpgsql immutable parallel safe as $$
begin
  if console.status_of(status, meanings) is distinct from 'completed' then
    return 0;
  end if;
  if console.type_word(transaction_type) = 'manual_correction' then
    return case when details ->> 'ledger_delta' ~ '^-?\d{1,8}(\.\d{1,2})?$' then (details ->> 'ledger_delta')::numeric else 0 end;
  end if;
  return coalesce(console.sign_of(transaction_type, meanings) * amount, 0);
end $$;
create or replace function console.ledger_amount(
  transaction_type text, status text, amount numeric, details jsonb, meanings jsonb
) returns numeric
  language sql immutable parallel safe as $$
  select case
    when status = 'completed' and transaction_type = 'bar_order' then -coalesce(amount, 0)
    when status = 'completed' and transaction_type in ('checkpoint_recharge', 'stripe_recharge') then coalesce(amount, 0)
    when status = 'failed' then 0
    else console.ledger_amount_of(transaction_type, status, amount, details, meanings)
  end
$$;
create or replace function console.ledger_amount(transaction_type text, status text, amount numeric, details jsonb)
  returns numeric
  language sql stable parallel safe as $$
  select case
    when status = 'completed' and transaction_type = 'bar_order' then -coalesce(amount, 0)
    when status = 'completed' and transaction_type in ('checkpoint_recharge', 'stripe_recharge') then coalesce(amount, 0)
    when status = 'failed' then 0
    else console.ledger_amount_of(transaction_type, status, amount, details, console.meanings())
  end
$$;
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'console' and p.proname in ('ledger_amount', 'ledger_amount_of')
  loop
    execute format('revoke execute on function %s from public', v_function);
    execute format('grant execute on function %s to regie_console, regie_owner', v_function);
  end loop;
end $$;

-- The whole history of one card: what the log says, and what was carried on of rows that it no longer has. Exact, and as
-- fast as the festival's index on card_id (the doctor says if it is missing). While a history that shrank waits for a
-- decision, what the ledger has read counts, with what came since.
create or replace function console.expected_balance(p_card_id text) returns numeric
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_begins bigint;
  v_before numeric;
begin
  if console.history_shrank() then
    select last_id into v_begins from console.watermarks where source = 'transactions';
    select expected_cents::numeric / 100 into v_before from console.card_ledger where card_id = p_card_id;
  else
    select carried_to into v_begins from console.log_history;
    select balance into v_before from console.carried_balances where card_id = p_card_id;
  end if;
  return coalesce(v_before, 0) + (
    select coalesce(sum(console.ledger_amount(console.word_of(t.transaction_type), console.word_of(t.status),
      console.amount_of(t.amount_involved), console.json_of(t.details))), 0)
    from public.app_transaction_log t
    where t.card_id = p_card_id and t.log_id > v_begins);
end $$;
revoke execute on function console.expected_balance(text) from public;
grant execute on function console.expected_balance(text) to regie_console, regie_owner;

-- What keeps these deltas from these figures; null where nothing does.
create or replace function console.correction_problem(
  p_kind text, p_actual numeric, p_expected numeric, p_card_delta numeric, p_ledger_delta numeric
) returns text
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    -- Towards a figure that the log no longer gives. Goodwill follows no figure, and an undo follows its correction.
    when p_kind in ('restore_card', 'record_missing', 'opening_balance') and console.history_shrank()
      then 'history_shrank'
    when not (case p_kind
      when 'restore_card' then p_ledger_delta = 0 and p_card_delta <> 0
        and sign(p_card_delta) = -sign(p_actual - p_expected) and abs(p_card_delta) <= abs(p_actual - p_expected)
      when 'record_missing' then p_card_delta = 0 and p_ledger_delta <> 0
        and sign(p_ledger_delta) = sign(p_actual - p_expected) and abs(p_ledger_delta) <= abs(p_actual - p_expected)
      when 'opening_balance' then p_card_delta = 0 and p_ledger_delta <> 0 and p_ledger_delta = p_actual - p_expected
      when 'undo' then p_card_delta <> 0 or p_ledger_delta <> 0
      else p_card_delta = p_ledger_delta and p_card_delta <> 0
    end) then 'deltas_do_not_fit_kind'
    when p_actual + p_card_delta < 0
      and not (p_kind = 'restore_card' and p_actual < 0 and p_card_delta > 0)
      and not (p_kind = 'undo' and p_card_delta >= 0) then 'would_be_negative'
  end
$$;
alter function console.correction_problem(text, numeric, numeric, numeric, numeric) owner to regie_owner;
revoke execute on function console.correction_problem(text, numeric, numeric, numeric, numeric) from public;
grant execute on function console.correction_problem(text, numeric, numeric, numeric, numeric) to regie_console;
