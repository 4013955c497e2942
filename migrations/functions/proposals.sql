-- Maker and checker, proven (docs/decisions/0014). Above the limit nobody names a second person: a correction is
-- proposed by one signed command and approved by another one of somebody else.

-- Ends what nobody has approved in time, by this database's clock. Any laptop may look.
create or replace function console.expire_proposals() returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
alter function console.expire_proposals() owner to regie_owner;
revoke execute on function console.expire_proposals() from public;
grant execute on function console.expire_proposals() to regie_console;

-- Proposes a correction, or those of many cards of an incident, to somebody else, as its author's command says it.
-- Returns {"outcome": "proposed" | "stale" | "refused", …}. A bulk is proposed as far as it holds; the rest is listed.
-- One function, however long: all items are judged by one statement, and what nothing holds of is undone as a whole.
create or replace function console.propose_corrections(p_operation_id uuid) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '3s'
as $$
declare
  v_given console.operations := console.given_command(
    p_operation_id, 'correction.propose', 'correction.proposeBulk');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_bulk boolean;
  v_event_id bigint := (v_input ->> 'eventId')::bigint;
  v_kind text := v_input ->> 'kind';
  v_reason text := v_input ->> 'reason';
  v_items jsonb;
  v_first console.proposal_items;
  v_pending console.proposals;
  v_expires timestamptz := clock_timestamp() + interval '15 minutes';
  v_counts jsonb;
begin
  v_bulk := v_given.command = 'correction.proposeBulk';
  v_items := case when v_bulk then v_input -> 'items' else jsonb_build_array(v_input) end;
  if v_kind is null or v_bulk and v_kind not in ('restore_card', 'record_missing', 'opening_balance')
    or v_kind not in ('restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo') then
    return jsonb_build_object('outcome', 'refused', 'code', 'unknown_kind');
  end if;
  if nullif(btrim(v_reason), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'reason_missing');
  end if;
  if coalesce(jsonb_typeof(v_items), '') <> 'array' then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  if jsonb_array_length(v_items) not between 1 and 5000 then
    return jsonb_build_object('outcome', 'refused', 'code', 'incomplete');
  end if;
  perform console.expire_proposals();

  begin
    insert into console.proposals (
      proposal_id, bulk, event_id, kind, reason, author_id, author, laptop, laptop_at, expires_at
    ) values (
      p_operation_id, v_bulk, v_event_id, v_kind, v_reason, v_given.operator_id, v_given.operator, v_given.laptop,
      v_given.laptop_at, v_expires
    );

    insert into console.proposal_items (
      proposal_id, position, card_id, event_id, card_delta, ledger_delta, seen_actual, seen_expected,
      original_transaction, undoes, state, code, today_actual, today_expected)
    select p_operation_id, item.position, item.card_id, item.event_id, item.card_delta, item.ledger_delta,
      item.seen_actual, item.seen_expected, item.original, item.undoes,
      case when judged.code is null then 'proposed' when judged.code = 'stale' then 'stale' else 'refused' end,
      judged.code, today.actual, today.expected
    -- A card whose figures cannot be counted keeps out itself alone.
    from (
      select (ordinality)::int as position, raw ->> 'cardId' as card_id, (raw ->> 'eventId')::bigint as event_id,
        console.amount_of(raw -> 'cardDeltaCents')::numeric(10,2) as card_delta,
        console.amount_of(raw -> 'ledgerDeltaCents')::numeric(10,2) as ledger_delta,
        console.amount_of(raw -> 'seenActualCents')::numeric(10,2) as seen_actual,
        console.amount_of(raw -> 'seenExpectedCents')::numeric(10,2) as seen_expected,
        -- Of a bulk, an item says no more than its figures.
        case when not v_bulk then raw ->> 'originalTransaction' end as original,
        case when not v_bulk then (raw ->> 'undoes')::uuid end as undoes
      from jsonb_array_elements(v_items) with ordinality as list (raw, ordinality)) as item
    left join lateral (
      select true as found, case when c.amount is null then 0 else console.amount_of(c.amount) end as actual,
        case when abs(balance.expected) <= 99999999.99 then balance.expected end as expected
      from public.table_cards c cross join lateral (select console.expected_balance(c.id) as expected) as balance
      where c.id = item.card_id) as today on true
    left join public.monitoring_events e on e.event_id = item.event_id
    left join console.corrections u on u.operation_id = item.undoes
    cross join lateral (
      select case
        when 'NaN' in (item.card_delta, item.ledger_delta, item.seen_actual, item.seen_expected) then 'not_an_amount'
        when today.found is null then 'unknown_card'
        when today.actual is null or today.expected is null then 'balance_unreadable'
        when v_kind = 'undo' and (u.operation_id is null or u.card_id <> item.card_id) then 'undo_unknown'
        when u.kind = 'undo' then 'undo_of_undo'
        when u.undone_by is not null then 'already_undone'
        when v_kind = 'undo' and (item.card_delta <> -u.card_delta or item.ledger_delta <> -u.ledger_delta)
          then 'deltas_do_not_fit_kind'
        when item.event_id is not null and v_kind <> 'undo' and e.event_id is null then 'event_unknown'
        when item.event_id is not null and v_kind <> 'undo' and e.card_id is distinct from item.card_id
          then 'event_of_other_card'
        when v_kind <> 'undo' and e.status not in ('OPEN', 'INVESTIGATING') then 'event_closed'
        when today.actual <> item.seen_actual or today.expected <> item.seen_expected then 'stale'
        -- A single one runs into the index, where a bulk goes on without the card.
        when v_bulk and exists (
          select from console.proposal_items other
          where other.card_id = item.card_id and other.state in ('proposed', 'approved')) then 'proposal_pending'
        else console.correction_problem(v_kind, today.actual, today.expected, item.card_delta, item.ledger_delta)
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
        i.card_id in (select raw ->> 'cardId' from jsonb_array_elements(v_items) as raw)
        or i.event_id in (select (raw ->> 'eventId')::bigint from jsonb_array_elements(v_items) as raw))
      limit 1;
      return jsonb_build_object('outcome', 'refused', 'code', 'proposal_pending',
        'name', coalesce(v_pending.author, ''));
    when sqlstate 'RG001' then
      -- Nothing of it holds: nothing is kept.
      if v_first.state = 'stale' then
        return jsonb_build_object('outcome', 'stale', 'actual', v_first.today_actual::text,
          'expected', v_first.today_expected::text);
      end if;
      return jsonb_build_object('outcome', 'refused', 'code', v_first.code);
    when numeric_value_out_of_range or invalid_text_representation or not_null_violation then
      return jsonb_build_object('outcome', 'refused', 'code', 'not_an_amount');
  end;

  select jsonb_build_object(
    'proposed', count(*) filter (where state = 'proposed'),
    'refused', count(*) filter (where state <> 'proposed'),
    'card_delta', coalesce(sum(card_delta) filter (where state = 'proposed'), 0)::text,
    'ledger_delta', coalesce(sum(ledger_delta) filter (where state = 'proposed'), 0)::text)
  into v_counts from console.proposal_items where proposal_id = p_operation_id;
  insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
  select event_id, 'proposed', v_given.operator, v_given.laptop, p_operation_id,
    v_counts || jsonb_build_object('kind', v_kind, 'note', v_reason)
  from public.monitoring_events where event_id = v_event_id;
  perform console.append_given(v_given, 'correction_proposed', 'proposal:' || p_operation_id,
    v_counts || jsonb_build_object('kind', v_kind, 'reason', v_reason, 'event_id', v_event_id::text,
      'card', case when not v_bulk then v_first.card_id end));
  return jsonb_build_object('outcome', 'proposed', 'expires_at', v_expires, 'counts', v_counts);
end $$;
alter function console.propose_corrections(uuid) owner to regie_owner;
revoke execute on function console.propose_corrections(uuid) from public;
grant execute on function console.propose_corrections(uuid) to regie_console;
