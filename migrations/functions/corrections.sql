-- Corrections of cards. What moves money is one function, which no console may execute; two ways lead to it (a
-- correction that needs no second person, here, and an approved proposal), and each looks for the command that gives
-- it.

-- Money moves under a command about money that was taken in this very transaction, and by nothing else: neither under a
-- command that was refused, nor under one that everybody may give.
create or replace function console.require_correction() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if pg_has_role(session_user, (select relowner from pg_class where oid = tg_relid), 'member')
    or exists (select from console.operations where operation_id = new.operation_id and xact = pg_current_xact_id()
      and command like 'correction.%' and outcome ->> 'outcome' = 'waiting') then
    return new;
  end if;
  raise exception using errcode = '42501', message = 'money is moved by a command only that may';
end $$;
alter function console.require_correction() owner to regie_owner;
revoke execute on function console.require_correction() from public;

create or replace trigger regie_require_correction before insert on console.corrections
  for each row execute function console.require_correction();

-- The only way in which the console changes a card. One transaction, applied once by operation_id. Not for consoles:
-- who calls it has proven who wants it, and with p_approver who has approved it. One function, however long, because
-- all of it is judged under one lock on the card's row and undone together.
-- Returns {"outcome": "applied" | "already_applied" | "stale" | "refused", …}; only "applied" has changed anything.
create or replace function console.correct_card(
  p_operation_id uuid,
  p_card_id text,
  p_kind text,
  p_card_delta numeric,
  p_ledger_delta numeric,
  p_expected_actual numeric,
  p_expected_ledger numeric,
  p_event_id bigint,
  p_original_transaction text,
  p_reason text,
  p_operator text,
  p_approver text,
  p_laptop text,
  p_laptop_at timestamptz,
  p_undoes uuid
) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_hash text;
  v_known console.corrections;
  v_card_found boolean;
  v_event_found boolean;
  v_actual numeric;
  v_expected numeric;
  v_new numeric;
  v_event public.monitoring_events;
  v_log_id bigint;
  v_transaction_id uuid;
  v_approver text := nullif(btrim(p_approver), '');
  v_original text;
  v_undone console.corrections;
  v_problem text;
  v_operator_id uuid;
  v_event_id bigint := case when p_kind <> 'undo' then p_event_id end;
  v_result jsonb;
  v_closed bigint[];
begin
  -- A snapshot from before the locks below would not see what has moved since.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception using errcode = '42501', message = 'a card is corrected in a transaction that is read committed';
  end if;
  if p_operation_id is null or p_card_id is null or p_kind is null or p_card_delta is null or p_ledger_delta is null
    or p_expected_actual is null or p_expected_ledger is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  if p_kind not in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo') then
    return jsonb_build_object('outcome', 'refused', 'code', 'unknown_kind');
  end if;
  if 'NaN'::numeric in (p_card_delta, p_ledger_delta) or round(p_card_delta, 2) <> p_card_delta
    or round(p_ledger_delta, 2) <> p_ledger_delta or abs(p_card_delta) > 99999 or abs(p_ledger_delta) > 99999 then
    return jsonb_build_object('outcome', 'refused', 'code', 'not_an_amount');
  end if;
  if nullif(btrim(p_reason), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'reason_missing');
  end if;
  if nullif(btrim(p_operator), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_missing');
  end if;

  v_hash := encode(sha256(convert_to((jsonb_build_array(
    p_card_id, p_kind, round(p_card_delta, 2), round(p_ledger_delta, 2), round(p_expected_actual, 2),
    round(p_expected_ledger, 2), p_event_id, p_original_transaction, p_reason, p_operator, v_approver)
    || case when p_undoes is null then '[]' else jsonb_build_array(p_undoes) end)::text, 'UTF8')), 'hex');

  -- The card's row is the lock under which everything else is judged; a second sender of the same operation waits here.
  begin
    -- A balance that is no amount in whole cents is none: nothing of it is rounded away.
    select case when amount is null then 0.00 else console.amount_of(amount)::numeric(10,2) end into v_actual
    from public.table_cards where id = p_card_id for update;
    v_card_found := found;
  exception when lock_not_available then
    return jsonb_build_object('outcome', 'refused', 'code', 'card_busy');
  end;

  select * into v_known from console.corrections where operation_id = p_operation_id;
  if found then
    if v_known.content_hash <> v_hash then
      return jsonb_build_object('outcome', 'refused', 'code', 'operation_reused');
    end if;
    return v_known.result || jsonb_build_object('outcome', 'already_applied');
  end if;

  if not v_card_found then
    return jsonb_build_object('outcome', 'refused', 'code', 'unknown_card');
  end if;

  v_expected := round(console.expected_balance(p_card_id), 2);
  if v_actual is null or abs(v_expected) > 99999999.99 then
    return jsonb_build_object('outcome', 'refused', 'code', 'balance_unreadable');
  end if;
  if v_actual <> p_expected_actual or v_expected <> p_expected_ledger then
    return jsonb_build_object('outcome', 'stale', 'actual', v_actual::text, 'expected', v_expected::text);
  end if;

  if p_kind = 'undo' then
    select * into v_undone from console.corrections where operation_id = p_undoes;
    if not found or v_undone.card_id <> p_card_id then
      return jsonb_build_object('outcome', 'refused', 'code', 'undo_unknown');
    end if;
    if v_undone.kind = 'undo' then
      return jsonb_build_object('outcome', 'refused', 'code', 'undo_of_undo');
    end if;
    if v_undone.undone_by is not null then
      return jsonb_build_object('outcome', 'refused', 'code', 'already_undone');
    end if;
    if p_card_delta <> -v_undone.card_delta or p_ledger_delta <> -v_undone.ledger_delta then
      return jsonb_build_object('outcome', 'refused', 'code', 'deltas_do_not_fit_kind');
    end if;
  elsif p_undoes is not null then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;

  v_new := v_actual + round(p_card_delta, 2);
  if abs(v_new) > 99999999.99 or abs(v_expected + p_ledger_delta) > 99999999.99 then
    return jsonb_build_object('outcome', 'refused', 'code', 'not_an_amount');
  end if;
  v_problem := console.correction_problem(p_kind, v_actual, v_expected, p_card_delta, p_ledger_delta);
  if v_problem is not null then
    return jsonb_build_object('outcome', 'refused', 'code', v_problem)
      || case v_problem when 'would_be_negative' then jsonb_build_object('result', v_new::text) else '{}' end;
  end if;

  if v_approver is null then
    -- Everything that they move alone is added up, and queues here.
    begin
      select operator_id into v_operator_id from console.operators where lower(name) = lower(p_operator)
      for no key update;
    exception when lock_not_available then
      return jsonb_build_object('outcome', 'refused', 'code', 'card_busy', 'waiting_for', 'operator');
    end;
    v_problem := console.approval_reason(coalesce(v_undone.kind, p_kind), p_card_delta, p_ledger_delta, p_card_id,
      v_operator_id, p_operator);
    if v_problem is not null then
      return jsonb_build_object('outcome', 'refused', 'code', 'approval_required', 'limit', v_problem);
    end if;
  elsif lower(v_approver) = lower(btrim(p_operator)) then
    return jsonb_build_object('outcome', 'refused', 'code', 'approval_required');
  end if;

  if v_event_id is not null then
    begin
      select * into v_event from public.monitoring_events where event_id = v_event_id for update;
      v_event_found := found;
    exception when lock_not_available then
      return jsonb_build_object('outcome', 'refused', 'code', 'card_busy', 'waiting_for', 'event');
    end;
    if not v_event_found then
      return jsonb_build_object('outcome', 'refused', 'code', 'event_unknown');
    end if;
    if v_event.card_id is distinct from p_card_id then
      return jsonb_build_object('outcome', 'refused', 'code', 'event_of_other_card');
    end if;
    if v_event.status not in ('OPEN', 'INVESTIGATING') then
      return jsonb_build_object('outcome', 'refused', 'code', 'event_closed', 'status', v_event.status);
    end if;
  end if;

  if p_original_transaction is not null and p_kind <> 'undo' then
    -- Named by its transaction_id, or log:<log_id> where the row has none: one name a row, or it could be reversed
    -- twice.
    if p_original_transaction like 'log:%' then
      select coalesce(transaction_id::text, 'log:' || log_id) into v_original from public.app_transaction_log
      where log_id = console.row_id_of(substr(p_original_transaction, 5)) and card_id = p_card_id;
    elsif p_original_transaction ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
      select transaction_id::text into v_original from public.app_transaction_log
      where transaction_id = p_original_transaction::uuid and card_id = p_card_id;
    end if;
    if v_original is null then
      return jsonb_build_object('outcome', 'refused', 'code', 'original_unknown');
    end if;
    if p_kind = 'restore_card' and exists (
      select from console.corrections
      where original_transaction = v_original and kind = 'restore_card' and undone_by is null
    ) then
      return jsonb_build_object('outcome', 'refused', 'code', 'already_reversed');
    end if;
  end if;

  begin
    insert into public.app_transaction_log (
      transaction_id, card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
      client_request_id, details
    ) values (
      gen_random_uuid(), p_card_id, 'manual_correction', 'completed',
      abs(case when p_card_delta <> 0 then p_card_delta else p_ledger_delta end), v_actual, v_new,
      p_operation_id::text,
      jsonb_build_object(
        'reason', 'Phase4_monitoring_correction', 'original_transaction', v_original, 'kind', p_kind,
        'card_delta', round(p_card_delta, 2), 'ledger_delta', round(p_ledger_delta, 2), 'operator', p_operator,
        'approver', v_approver, 'event_id', p_event_id::text, 'note', p_reason)
        || case when p_undoes is null then '{}' else jsonb_build_object('undoes', p_undoes) end
    ) returning log_id, transaction_id into v_log_id, v_transaction_id;

    if p_card_delta <> 0 then
      update public.table_cards set amount = v_new, updated_at = now() where id = p_card_id;
    end if;

    -- A linked mismatch that this correction explains away is closed with the event it belongs to.
    if v_event_id is not null then
      with closed as (
        update public.monitoring_events e
        set status = 'RESOLVED', resolved_at = clock_timestamp(), resolution_notes = p_reason
        where e.status in ('OPEN', 'INVESTIGATING') and (e.event_id = v_event_id or (
          v_new - (v_expected + p_ledger_delta) = 0
          and e.card_id = p_card_id and e.detection_algorithm = 'balance_mismatch_detection'
          and e.event_id in (
            select linked.event_id from console.alerts linked
            join console.alerts own on own.incident_id = linked.incident_id
            where own.event_id = v_event_id)))
        returning e.event_id
      )
      select array_agg(event_id) into v_closed from closed;
      update public.alert_history
      set resolved_at = clock_timestamp(),
        resolution_time_seconds = greatest(0, round(extract(epoch from clock_timestamp() - alert_timestamp)))::int
      where monitoring_event_id = any (v_closed) and resolved_at is null;
      update console.alerts set version = version + 1 where event_id = any (v_closed);
    end if;

    v_result := jsonb_build_object(
      'log_id', v_log_id::text, 'transaction_id', v_transaction_id,
      'card_before', v_actual::text, 'card_after', v_new::text,
      'expected_before', v_expected::text,
      'expected_after', (v_expected + round(p_ledger_delta, 2))::text,
      'closed_events', to_jsonb(coalesce(v_closed, '{}')::text[]));

    insert into console.corrections (
      operation_id, event_id, card_id, kind, card_delta, ledger_delta, original_transaction, log_id, reason, operator,
      approver, laptop, content_hash, result, undoes
    ) values (
      p_operation_id, p_event_id, p_card_id, p_kind, p_card_delta, p_ledger_delta, v_original, v_log_id,
      p_reason, p_operator, v_approver, p_laptop, v_hash, v_result, p_undoes
    );
    update console.corrections set undone_by = p_operation_id where operation_id = p_undoes;
    if v_approver is null then
      perform console.report_splitting(p_card_id, p_operator, limits.approval_limit)
      from console.limits_of(v_operator_id) as limits;
    end if;

    -- An undone correction's alert says so, where the alert is still kept.
    insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
    select event_id,
      case
        when p_kind = 'undo' then 'correction_undone'
        when event_id = v_event_id then 'corrected'
        else 'resolved'
      end,
      p_operator, p_laptop, p_operation_id, v_result || jsonb_build_object(
        'kind', p_kind, 'card_delta', p_card_delta::text, 'ledger_delta', p_ledger_delta::text, 'note', p_reason,
        'approver', v_approver)
    from (
      select unnest(v_closed) as event_id
      union all
      select event_id from public.monitoring_events where event_id = v_undone.event_id) as told;

    perform console.append_audit(
      p_operator, p_laptop, 'correction', 'card:' || p_card_id,
      v_result || jsonb_build_object(
        'kind', p_kind, 'card_delta', p_card_delta::text, 'ledger_delta', p_ledger_delta::text, 'reason', p_reason,
        'approver', v_approver, 'event_id', p_event_id::text, 'original_transaction', v_original, 'undoes', p_undoes),
      p_operation_id, p_laptop_at);
  exception
    -- Whatever this block had written is undone.
    when lock_not_available then
      return jsonb_build_object('outcome', 'refused', 'code', 'card_busy', 'waiting_for', 'record');
    when unique_violation then
      -- The same operation_id was being applied to another card, where the lock above did not make us wait for it.
      if exists (select from console.corrections where operation_id = p_operation_id) then
        return jsonb_build_object('outcome', 'refused', 'code', 'operation_reused');
      end if;
      raise;
  end;

  return v_result || jsonb_build_object('outcome', 'applied');
end $$;
alter function console.correct_card(
  uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz, uuid)
  owner to regie_owner;
revoke execute on function console.correct_card(
  uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz, uuid)
  from public;

-- A correction that needs no second person: by its author's command, which says all of it.
create or replace function console.apply_correction(p_operation_id uuid) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '3s'
as $$
declare
  v_given console.operations;
  v_input jsonb;
  v_known console.corrections;
begin
  -- What was applied before is only told again, whoever asks.
  select * into v_known from console.corrections where operation_id = p_operation_id;
  if found then
    return v_known.result || jsonb_build_object('outcome', 'already_applied');
  end if;
  v_given := console.given_command(p_operation_id, 'correction.apply');
  v_input := v_given.body::jsonb -> 'input';
  if nullif(btrim(v_input ->> 'approver'), '') is not null then
    return jsonb_build_object('outcome', 'refused', 'code', 'approver_not_proven');
  end if;
  return console.correct_card(p_operation_id, v_input ->> 'cardId', v_input ->> 'kind',
    console.amount_of(v_input -> 'cardDeltaCents'), console.amount_of(v_input -> 'ledgerDeltaCents'),
    console.amount_of(v_input -> 'seenActualCents'), console.amount_of(v_input -> 'seenExpectedCents'),
    (v_input ->> 'eventId')::bigint, v_input ->> 'originalTransaction', v_input ->> 'reason', v_given.operator, null,
    v_given.laptop, v_given.laptop_at, (v_input ->> 'undoes')::uuid);
end $$;
alter function console.apply_correction(uuid) owner to regie_owner;
revoke execute on function console.apply_correction(uuid) from public;
grant execute on function console.apply_correction(uuid) to regie_console;
