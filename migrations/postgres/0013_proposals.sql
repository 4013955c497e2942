-- Up Migration

-- Maker and checker, proven (docs/decisions/0014). Above the limit nobody names a second person any more: a correction is
-- proposed by one signed command and approved by another one of somebody else. What moves money stays in one function,
-- which no console may execute; two ways lead to it, and each looks for the command that gives it.

alter table console.corrections
  drop constraint corrections_kind_check,
  add constraint corrections_kind_check
    check (kind in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo')),
  -- An undo refers to what it undoes: at most one each.
  add column undoes uuid unique references console.corrections (operation_id),
  add column undone_by uuid unique,
  add constraint corrections_undo_check check ((kind = 'undo') = (undoes is not null));
-- What was undone can be reversed again.
drop index console.corrections_one_reversal_idx;
create unique index corrections_one_reversal_idx on console.corrections (original_transaction)
  where original_transaction is not null and kind = 'restore_card' and undone_by is null;

-- What waits for a second person, and what became of it. Written by the functions below only.
create table console.proposals (
  proposal_id uuid primary key,
  bulk boolean not null,
  -- The incident whose cards are corrected together, or the alert of the one card.
  event_id bigint,
  kind text not null check (kind in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo')),
  reason text not null,
  author_id uuid not null references console.operators (operator_id),
  author text not null,
  laptop text not null,
  laptop_at timestamptz not null,
  proposed_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  -- `approved`: its items are being applied; `done`: none of them is left.
  state text not null default 'pending'
    check (state in ('pending', 'approved', 'done', 'failed', 'rejected', 'withdrawn', 'expired', 'cancelled')),
  decided_at timestamptz,
  decided_by text,
  decided_by_id uuid,
  decided_on text,
  decision text,
  check ((state = 'pending') = (decided_at is null)),
  -- Never approved by its author.
  check (state not in ('approved', 'done') or decided_by_id <> author_id)
);
create index proposals_open_idx on console.proposals (state) where state in ('pending', 'approved');
create index proposals_time_idx on console.proposals (proposed_at);

create table console.proposal_items (
  -- That of the correction that it becomes.
  operation_id uuid primary key default gen_random_uuid(),
  proposal_id uuid not null references console.proposals (proposal_id) on delete cascade,
  position int not null,
  card_id text not null,
  event_id bigint,
  card_delta numeric(10,2) not null,
  ledger_delta numeric(10,2) not null,
  seen_actual numeric(10,2) not null,
  seen_expected numeric(10,2) not null,
  original_transaction text,
  undoes uuid references console.corrections (operation_id),
  -- `proposed`, `approved` and not applied yet, or what became of it.
  state text not null check (state in ('proposed', 'approved', 'applied', 'stale', 'refused', 'dropped')),
  code text,
  -- The figures of the moment at which it did not hold.
  today_actual numeric(10,2),
  today_expected numeric(10,2),
  next_at timestamptz not null default clock_timestamp(),
  unique (proposal_id, position)
);
-- One correction of a card, and of an alert, waits at a time: whoever approves knows what comes of it.
create unique index proposal_items_card_idx on console.proposal_items (card_id) where state in ('proposed', 'approved');
create unique index proposal_items_event_idx on console.proposal_items (event_id)
  where event_id is not null and state in ('proposed', 'approved');
create index proposal_items_left_idx on console.proposal_items (proposal_id, position) where state = 'approved';

create trigger regie_hint after insert or update on console.proposals
  for each row execute function console.hint('proposals');

create function console.needs_approval(p_kind text, p_card_delta numeric, p_ledger_delta numeric) returns boolean
  language sql stable set search_path = pg_catalog as $$
  select p_kind = 'opening_balance'
    or greatest(abs(p_card_delta), abs(p_ledger_delta)) > (select approval_limit from console.money_policy)
$$;

-- What keeps these deltas from these figures (money.md); null where nothing does.
create function console.correction_problem(
  p_kind text, p_actual numeric, p_expected numeric, p_card_delta numeric, p_ledger_delta numeric
) returns text
  language sql immutable set search_path = pg_catalog as $$
  select case
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

-- The only way in which the console changes a card. One transaction, applied once by operation_id. Not for consoles: who
-- calls it has proven who wants it, and with p_approver who has approved it.
-- Returns {"outcome": "applied" | "already_applied" | "stale" | "refused", …}; only "applied" has changed anything.
create function console.correct_card(
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
  language plpgsql set search_path = pg_catalog as $$
declare
  v_hash text;
  v_known console.corrections;
  v_card_found boolean;
  v_event_found boolean;
  v_actual numeric(10,2);
  v_expected numeric(10,2);
  v_new numeric(10,2);
  v_event public.monitoring_events;
  v_log_id bigint;
  v_transaction_id uuid;
  v_approver text := nullif(btrim(p_approver), '');
  v_original text;
  v_undone console.corrections;
  v_problem text;
  v_event_id bigint := case when p_kind <> 'undo' then p_event_id end;
  v_result jsonb;
  v_closed bigint[];
begin
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
    select coalesce(amount, 0) into v_actual from public.table_cards where id = p_card_id for update;
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

  v_expected := console.expected_balance(p_card_id);
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

  v_new := v_actual + p_card_delta;
  v_problem := console.correction_problem(p_kind, v_actual, v_expected, p_card_delta, p_ledger_delta);
  if v_problem is not null then
    return jsonb_build_object('outcome', 'refused', 'code', v_problem)
      || case v_problem when 'would_be_negative' then jsonb_build_object('result', v_new::text) else '{}' end;
  end if;

  if console.needs_approval(coalesce(v_undone.kind, p_kind), p_card_delta, p_ledger_delta) then
    if v_approver is null or lower(v_approver) = lower(btrim(p_operator)) then
      return jsonb_build_object('outcome', 'refused', 'code', 'approval_required');
    end if;
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
    -- Named by its transaction_id, or log:<log_id> where the row has none: one name a row, or it could be reversed twice.
    if p_original_transaction ~ '^log:\d{1,18}$' then
      select coalesce(transaction_id::text, 'log:' || log_id) into v_original from public.app_transaction_log
      where log_id = substr(p_original_transaction, 5)::bigint and card_id = p_card_id;
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
        'approver', v_approver, 'event_id', p_event_id, 'note', p_reason)
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
      'log_id', v_log_id, 'transaction_id', v_transaction_id,
      'card_before', v_actual::text, 'card_after', v_new::text,
      'expected_before', v_expected::text, 'expected_after', (v_expected + round(p_ledger_delta, 2))::numeric(10,2)::text,
      'closed_events', to_jsonb(coalesce(v_closed, '{}')));

    insert into console.corrections (
      operation_id, event_id, card_id, kind, card_delta, ledger_delta, original_transaction, log_id, reason, operator,
      approver, laptop, content_hash, result, undoes
    ) values (
      p_operation_id, p_event_id, p_card_id, p_kind, p_card_delta, p_ledger_delta, v_original, v_log_id,
      p_reason, p_operator, v_approver, p_laptop, v_hash, v_result, p_undoes
    );
    update console.corrections set undone_by = p_operation_id where operation_id = p_undoes;

    -- An undone correction's alert says so, where the alert is still kept.
    insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
    select event_id, case when p_kind = 'undo' then 'correction_undone' when event_id = v_event_id then 'corrected' else 'resolved' end,
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
        'approver', v_approver, 'event_id', p_event_id, 'original_transaction', v_original, 'undoes', p_undoes),
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

-- A correction that needs no second person: by the command of the very operator that it names.
drop function console.apply_correction(
  uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz);
create function console.apply_correction(
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
  p_undoes uuid default null
) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog
  set lock_timeout = '3s'
as $$
declare
  v_author console.operators;
begin
  if nullif(btrim(p_approver), '') is not null then
    return jsonb_build_object('outcome', 'refused', 'code', 'approver_not_proven');
  end if;
  if nullif(btrim(p_operator), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'operator_missing');
  end if;
  select * into v_author from console.author_of(p_operation_id, 'correction.apply');
  -- What was applied before is only told again, whoever asks.
  if (not found or lower(v_author.name) <> lower(p_operator))
    and not exists (select from console.corrections where operation_id = p_operation_id) then
    raise exception using errcode = '42501', message = 'a correction is applied by the command of the operator that it names';
  end if;
  return console.correct_card(p_operation_id, p_card_id, p_kind, p_card_delta, p_ledger_delta, p_expected_actual,
    p_expected_ledger, p_event_id, p_original_transaction, p_reason, p_operator, null, p_laptop, p_laptop_at, p_undoes);
end $$;

-- Ends what nobody has approved in time, by this database's clock. Any laptop may look.
create function console.expire_proposals() returns int
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_ended uuid[];
begin
  with late as (
    select proposal_id from console.proposals
    where state = 'pending' and expires_at <= clock_timestamp()
    for update skip locked
  ), ended as (
    update console.proposals set state = 'expired', decided_at = clock_timestamp()
    where proposal_id in (select proposal_id from late)
    returning proposal_id
  )
  select array_agg(proposal_id) into v_ended from ended;
  if v_ended is null then
    return 0;
  end if;
  update console.proposal_items set state = 'dropped' where proposal_id = any (v_ended) and state = 'proposed';
  insert into console.timeline (event_id, kind, actor, data)
  select event_id, 'proposal_expired', 'regie-engine', jsonb_build_object('from', author)
  from console.proposals join public.monitoring_events using (event_id)
  where proposal_id = any (v_ended);
  return cardinality(v_ended);
end $$;

-- Proposes a correction, or with p_bulk those of many cards of an incident, to somebody else. p_items:
-- [{"card_id", "event_id", "card_delta", "ledger_delta", "seen_actual", "seen_expected", "original", "undoes"}]
-- Returns {"outcome": "proposed" | "stale" | "refused", …}. A bulk is proposed as far as it holds; the rest is listed.
create function console.propose_corrections(
  p_operation_id uuid, p_bulk boolean, p_event_id bigint, p_kind text, p_reason text, p_items jsonb
) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog
  set lock_timeout = '3s'
as $$
declare
  v_author console.operators;
  v_given console.operations;
  v_first console.proposal_items;
  v_pending console.proposals;
  v_expires timestamptz := clock_timestamp() + interval '15 minutes';
  v_counts jsonb;
begin
  select * into v_author
  from console.author_of(p_operation_id, case when p_bulk then 'correction.proposeBulk' else 'correction.propose' end);
  if not found then
    raise exception using errcode = '42501', message = 'a correction is proposed by its author''s command only';
  end if;
  select * into strict v_given from console.operations where operation_id = p_operation_id;
  if p_bulk and p_kind not in ('restore_card', 'record_missing', 'opening_balance')
    or p_kind not in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo') then
    return jsonb_build_object('outcome', 'refused', 'code', 'unknown_kind');
  end if;
  if nullif(btrim(p_reason), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'reason_missing');
  end if;
  if jsonb_array_length(p_items) not between 1 and (case when p_bulk then 5000 else 1 end) then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  perform console.expire_proposals();

  begin
    insert into console.proposals (proposal_id, bulk, event_id, kind, reason, author_id, author, laptop, laptop_at, expires_at)
    values (p_operation_id, p_bulk, p_event_id, p_kind, p_reason, v_author.operator_id, v_author.name, v_given.laptop,
      v_given.laptop_at, v_expires);

    insert into console.proposal_items (
      proposal_id, position, card_id, event_id, card_delta, ledger_delta, seen_actual, seen_expected, original_transaction,
      undoes, state, code, today_actual, today_expected)
    select p_operation_id, item.position, item.card_id, item.event_id, item.card_delta, item.ledger_delta, item.seen_actual,
      item.seen_expected, item.original, item.undoes,
      case when judged.code is null then 'proposed' when judged.code = 'stale' then 'stale' else 'refused' end,
      judged.code, today.actual, today.expected
    from (
      select (ordinality)::int as position, raw ->> 'card_id' as card_id, (raw ->> 'event_id')::bigint as event_id,
        (raw ->> 'card_delta')::numeric(10,2) as card_delta, (raw ->> 'ledger_delta')::numeric(10,2) as ledger_delta,
        (raw ->> 'seen_actual')::numeric(10,2) as seen_actual, (raw ->> 'seen_expected')::numeric(10,2) as seen_expected,
        raw ->> 'original' as original, (raw ->> 'undoes')::uuid as undoes
      from jsonb_array_elements(p_items) with ordinality as list (raw, ordinality)) as item
    left join lateral (
      select coalesce(c.amount, 0)::numeric(10,2) as actual, console.expected_balance(c.id)::numeric(10,2) as expected
      from public.table_cards c where c.id = item.card_id) as today on true
    left join public.monitoring_events e on e.event_id = item.event_id
    left join console.corrections u on u.operation_id = item.undoes
    cross join lateral (
      select case
        when today.actual is null then 'unknown_card'
        when p_kind = 'undo' and (u.operation_id is null or u.card_id <> item.card_id) then 'undo_unknown'
        when u.kind = 'undo' then 'undo_of_undo'
        when u.undone_by is not null then 'already_undone'
        when p_kind = 'undo' and (item.card_delta <> -u.card_delta or item.ledger_delta <> -u.ledger_delta)
          then 'deltas_do_not_fit_kind'
        when item.event_id is not null and p_kind <> 'undo' and e.event_id is null then 'event_unknown'
        when item.event_id is not null and p_kind <> 'undo' and e.card_id is distinct from item.card_id
          then 'event_of_other_card'
        when p_kind <> 'undo' and e.status not in ('OPEN', 'INVESTIGATING') then 'event_closed'
        when today.actual <> item.seen_actual or today.expected <> item.seen_expected then 'stale'
        -- A single one runs into the index, where a bulk goes on without the card.
        when p_bulk and exists (
          select from console.proposal_items other
          where other.card_id = item.card_id and other.state in ('proposed', 'approved')) then 'proposal_pending'
        else console.correction_problem(p_kind, today.actual, today.expected, item.card_delta, item.ledger_delta)
      end as code) as judged;

    select * into v_first from console.proposal_items where proposal_id = p_operation_id
    order by state <> 'proposed', position limit 1;
    if v_first.state <> 'proposed' then
      raise exception using errcode = 'RG001';
    end if;
  exception
    when unique_violation then
      select p.* into v_pending from console.proposals p join console.proposal_items i using (proposal_id)
      where i.state in ('proposed', 'approved') and (
        i.card_id in (select raw ->> 'card_id' from jsonb_array_elements(p_items) as raw)
        or i.event_id in (select (raw ->> 'event_id')::bigint from jsonb_array_elements(p_items) as raw))
      limit 1;
      return jsonb_build_object('outcome', 'refused', 'code', 'proposal_pending', 'name', coalesce(v_pending.author, ''));
    when sqlstate 'RG001' then
      -- Nothing of it holds: nothing is kept.
      if v_first.state = 'stale' then
        return jsonb_build_object('outcome', 'stale', 'actual', v_first.today_actual::text, 'expected', v_first.today_expected::text);
      end if;
      return jsonb_build_object('outcome', 'refused', 'code', v_first.code);
    when numeric_value_out_of_range or invalid_text_representation or not_null_violation then
      return jsonb_build_object('outcome', 'refused', 'code', 'not_an_amount');
  end;

  select jsonb_build_object('proposed', count(*) filter (where state = 'proposed'), 'refused', count(*) filter (where state <> 'proposed'),
    'card_delta', coalesce(sum(card_delta) filter (where state = 'proposed'), 0)::text,
    'ledger_delta', coalesce(sum(ledger_delta) filter (where state = 'proposed'), 0)::text)
  into v_counts from console.proposal_items where proposal_id = p_operation_id;
  insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
  select event_id, 'proposed', v_author.name, v_given.laptop, p_operation_id, v_counts || jsonb_build_object('kind', p_kind, 'note', p_reason)
  from public.monitoring_events where event_id = p_event_id;
  perform console.append_audit(v_author.name, v_given.laptop, 'correction_proposed', 'proposal:' || p_operation_id,
    v_counts || jsonb_build_object('kind', p_kind, 'reason', p_reason, 'event_id', p_event_id,
      'card', case when not p_bulk then v_first.card_id end), p_operation_id, v_given.laptop_at);
  return jsonb_build_object('outcome', 'proposed', 'expires_at', v_expires, 'counts', v_counts);
end $$;

-- Applies one approved item under its own operation_id. The caller holds its row.
create function console.apply_item(p_item console.proposal_items, p_proposal console.proposals) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  v_answer jsonb;
begin
  insert into console.operations (operation_id, command, content_hash, outcome, operator, operator_id, laptop, laptop_at)
  values (p_item.operation_id, 'correction.item', 'proposal:' || p_item.proposal_id, '{"outcome": "waiting"}', p_proposal.author,
    p_proposal.author_id, p_proposal.laptop, p_proposal.laptop_at);
  v_answer := console.correct_card(p_item.operation_id, p_item.card_id, p_proposal.kind, p_item.card_delta, p_item.ledger_delta,
    p_item.seen_actual, p_item.seen_expected, p_item.event_id, p_item.original_transaction, p_proposal.reason,
    p_proposal.author, p_proposal.decided_by, p_proposal.laptop, p_proposal.laptop_at, p_item.undoes);
  if v_answer ->> 'code' = 'card_busy' then
    -- Of the moment: it is tried again, as if it had not been.
    delete from console.operations where operation_id = p_item.operation_id;
    return v_answer;
  end if;
  update console.operations
  set outcome = case v_answer ->> 'outcome'
    when 'applied' then '{"outcome": "applied", "result": {}}'
    else jsonb_build_object('outcome', 'rejected', 'error', jsonb_build_object(
      'code', 'correction_' || coalesce(v_answer ->> 'code', 'stale'), 'params', '{}'::jsonb)) end
  where operation_id = p_item.operation_id;
  update console.proposal_items
  set state = v_answer ->> 'outcome', code = v_answer ->> 'code',
    today_actual = (v_answer ->> 'actual')::numeric, today_expected = (v_answer ->> 'expected')::numeric
  where operation_id = p_item.operation_id;
  return v_answer;
end $$;

-- Approves a proposal by the command of a second person, signed for this very proposal. A single correction is applied at
-- once, under the card's lock and on the figures of this moment; a bulk is opened to apply_proposal_slice.
-- Returns {"outcome": "applied" | "approved" | "stale" | "refused", …}.
create function console.approve_proposal(p_operation_id uuid, p_proposal_id uuid, p_supersedes uuid default null) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog
  set lock_timeout = '3s'
as $$
declare
  v_approver console.operators;
  v_given console.operations;
  v_proposal console.proposals;
  v_item console.proposal_items;
  v_answer jsonb;
begin
  select * into v_approver from console.author_of(p_operation_id, 'correction.approve');
  if not found then
    raise exception using errcode = '42501', message = 'a proposal is approved by the command of a second person only';
  end if;
  select * into strict v_given from console.operations where operation_id = p_operation_id;
  -- The signature is over a hash of the command's contents (electron/operations/commands.ts): they must name this proposal.
  if v_given.content_hash <> encode(sha256(convert_to(
    '["correction.approve",[["operationId","' || p_operation_id || '"],["proposalId","' || p_proposal_id || '"]'
    || coalesce(',["supersedes","' || p_supersedes || '"]', '') || '],' || to_json(v_given.operator)::text || ']', 'UTF8')), 'hex') then
    raise exception using errcode = '42501', message = 'this approval was signed for something else';
  end if;
  begin
    select * into v_proposal from console.proposals where proposal_id = p_proposal_id for update;
  exception when lock_not_available then
    return jsonb_build_object('outcome', 'refused', 'code', 'card_busy');
  end;
  if v_proposal.proposal_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_unknown');
  end if;
  if v_proposal.author_id = v_approver.operator_id then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_own');
  end if;
  if v_proposal.state <> 'pending' then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_' || v_proposal.state, 'name', coalesce(v_proposal.decided_by, ''));
  end if;
  if v_proposal.expires_at <= clock_timestamp() then
    perform console.expire_proposals();
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_expired', 'name', '');
  end if;

  update console.proposals
  set state = case when bulk then 'approved' else 'done' end, decided_at = clock_timestamp(), decided_by = v_approver.name,
    decided_by_id = v_approver.operator_id, decided_on = v_given.laptop
  where proposal_id = p_proposal_id
  returning * into v_proposal;
  if v_proposal.bulk then
    update console.proposal_items set state = 'approved' where proposal_id = p_proposal_id and state = 'proposed';
    v_answer := jsonb_build_object('outcome', 'approved');
  else
    select * into strict v_item from console.proposal_items where proposal_id = p_proposal_id for update;
    v_answer := console.apply_item(v_item, v_proposal);
    if v_answer ->> 'code' = 'card_busy' then
      update console.proposals
      set state = 'pending', decided_at = null, decided_by = null, decided_by_id = null, decided_on = null
      where proposal_id = p_proposal_id;
      return v_answer;
    end if;
    if v_answer ->> 'outcome' <> 'applied' then
      update console.proposals set state = 'failed' where proposal_id = p_proposal_id;
    end if;
  end if;
  perform console.append_audit(v_approver.name, v_given.laptop, 'correction_approved', 'proposal:' || p_proposal_id,
    jsonb_build_object('author', v_proposal.author, 'outcome', v_answer ->> 'outcome', 'correction', v_item.operation_id),
    p_operation_id, v_given.laptop_at);
  return v_answer || jsonb_build_object('correction', v_item.operation_id);
end $$;

-- Ends a proposal otherwise: a second person rejects it, its author withdraws it, or somebody stops a bulk that is being
-- applied; what is applied stays. Which of them, says the command. Returns {"outcome": "ended" | "refused", …}.
create function console.end_proposal(p_operation_id uuid, p_proposal_id uuid, p_reason text) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog
  set lock_timeout = '3s'
as $$
declare
  v_by console.operators;
  v_given console.operations;
  v_proposal console.proposals;
  v_state text;
  v_left int;
begin
  select * into v_by from console.author_of(p_operation_id, 'correction.reject', 'correction.withdraw', 'correction.cancel');
  if not found then
    raise exception using errcode = '42501', message = 'a proposal is ended by a command only';
  end if;
  select * into strict v_given from console.operations where operation_id = p_operation_id;
  v_state := case v_given.command when 'correction.reject' then 'rejected' when 'correction.withdraw' then 'withdrawn' else 'cancelled' end;
  begin
    select * into v_proposal from console.proposals where proposal_id = p_proposal_id for update;
  exception when lock_not_available then
    return jsonb_build_object('outcome', 'refused', 'code', 'card_busy');
  end;
  if v_proposal.proposal_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_unknown');
  end if;
  if v_state = 'withdrawn' and v_proposal.author_id <> v_by.operator_id then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_not_yours');
  end if;
  if v_state = 'rejected' and v_proposal.author_id = v_by.operator_id then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_own');
  end if;
  if v_state = 'rejected' and nullif(btrim(p_reason), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'reason_missing');
  end if;
  if v_proposal.state <> (case v_state when 'cancelled' then 'approved' else 'pending' end) then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_' || v_proposal.state, 'name', coalesce(v_proposal.decided_by, ''));
  end if;
  update console.proposal_items set state = 'dropped' where proposal_id = p_proposal_id and state in ('proposed', 'approved');
  get diagnostics v_left = row_count;
  update console.proposals
  set state = v_state, decided_at = coalesce(decided_at, clock_timestamp()), decision = p_reason,
    decided_by = case when v_state = 'cancelled' then decided_by else v_by.name end,
    decided_by_id = case when v_state = 'cancelled' then decided_by_id else v_by.operator_id end, decided_on = v_given.laptop
  where proposal_id = p_proposal_id;
  insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
  select event_id, 'proposal_' || v_state, v_by.name, v_given.laptop, p_operation_id,
    jsonb_build_object('from', v_proposal.author, 'left', v_left) || case when p_reason is null then '{}' else jsonb_build_object('reason', p_reason) end
  from public.monitoring_events where event_id = v_proposal.event_id;
  perform console.append_audit(v_by.name, v_given.laptop, 'correction_' || v_state, 'proposal:' || p_proposal_id,
    jsonb_build_object('author', v_proposal.author, 'reason', p_reason, 'left', v_left), p_operation_id, v_given.laptop_at);
  return jsonb_build_object('outcome', 'ended', 'left', v_left);
end $$;

-- Applies a few items of an approved bulk: one short transaction, so that no bar waits. Any laptop calls it, as often as it
-- likes: a row is claimed by its lock, and what was applied is so in the same transaction. Returns how many proposals are
-- still open, and how many items were decided.
create function console.apply_proposal_slice(p_limit int default 5) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog
  set lock_timeout = '200ms'
as $$
declare
  v_proposal console.proposals;
  v_item console.proposal_items;
  v_answer jsonb;
  v_decided int := 0;
begin
  update console.proposals set state = 'done'
  where proposal_id in (
    select proposal_id from console.proposals p
    where state = 'approved' and not exists (
      select from console.proposal_items i where i.proposal_id = p.proposal_id and i.state = 'approved')
    for update skip locked);
  -- Shared by all who work on it; who cancels it waits for their short transactions.
  select * into v_proposal from console.proposals p
  where state = 'approved' and exists (
    select from console.proposal_items i
    where i.proposal_id = p.proposal_id and i.state = 'approved' and i.next_at <= clock_timestamp())
  order by decided_at limit 1
  for share skip locked;
  for v_item in
    select * from console.proposal_items
    where proposal_id = v_proposal.proposal_id and state = 'approved' and next_at <= clock_timestamp()
    order by position limit least(p_limit, 20)
    for update skip locked
  loop
    v_answer := console.apply_item(v_item, v_proposal);
    if v_answer ->> 'code' = 'card_busy' then
      -- Somebody holds this card: the others are written first.
      update console.proposal_items set next_at = clock_timestamp() + interval '1 second' where operation_id = v_item.operation_id;
      exit;
    end if;
    v_decided := v_decided + 1;
  end loop;
  if v_decided > 0 then
    perform pg_notify('regie_changes', 'proposals');
  end if;
  return jsonb_build_object('decided', v_decided, 'open', (select count(*) from console.proposals where state = 'approved'));
end $$;

grant select on console.proposals, console.proposal_items to regie_console;
grant select, insert, update, delete on console.proposals, console.proposal_items to regie_owner;

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array[
    'console.needs_approval(text, numeric, numeric)',
    'console.correction_problem(text, numeric, numeric, numeric, numeric)',
    'console.correct_card(uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz, uuid)',
    'console.apply_correction(uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz, uuid)',
    'console.expire_proposals()',
    'console.propose_corrections(uuid, boolean, bigint, text, text, jsonb)',
    'console.apply_item(console.proposal_items, console.proposals)',
    'console.approve_proposal(uuid, uuid, uuid)',
    'console.end_proposal(uuid, uuid, text)',
    'console.apply_proposal_slice(int)']::regprocedure[] loop
    execute format('alter function %s owner to regie_owner', v_function);
    execute format('revoke execute on function %s from public', v_function);
  end loop;
end $$;
grant execute on function
  console.needs_approval(text, numeric, numeric),
  console.correction_problem(text, numeric, numeric, numeric, numeric),
  console.apply_correction(uuid, text, text, numeric, numeric, numeric, numeric, bigint, text, text, text, text, text, timestamptz, uuid),
  console.expire_proposals(),
  console.propose_corrections(uuid, boolean, bigint, text, text, jsonb),
  console.approve_proposal(uuid, uuid, uuid),
  console.end_proposal(uuid, uuid, text),
  console.apply_proposal_slice(int)
  to regie_console;

insert into console.command_rights (command, role)
select command, role
from unnest(array['correction.propose', 'correction.proposeBulk', 'correction.withdraw', 'correction.cancel', 'receipt.sent']) as command,
  unnest(array['supervisor', 'operator']) as role
union all
select command, 'supervisor' from unnest(array['correction.approve', 'correction.reject']) as command;

-- Down Migration
