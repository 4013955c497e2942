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

-- Proposes a correction, or with p_bulk those of many cards of an incident, to somebody else. p_items:
-- [{"card_id", "event_id", "card_delta", "ledger_delta", "seen_actual", "seen_expected", "original", "undoes"}]
-- Returns {"outcome": "proposed" | "stale" | "refused", …}. A bulk is proposed as far as it holds; the rest is listed.
-- One function, however long: all items are judged by one statement, and what nothing holds of is undone as a whole.
create or replace function console.propose_corrections(
  p_operation_id uuid, p_bulk boolean, p_event_id bigint, p_kind text, p_reason text, p_items jsonb
) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
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
    insert into console.proposals (
      proposal_id, bulk, event_id, kind, reason, author_id, author, laptop, laptop_at, expires_at
    ) values (
      p_operation_id, p_bulk, p_event_id, p_kind, p_reason, v_author.operator_id, v_author.name, v_given.laptop,
      v_given.laptop_at, v_expires
    );

    insert into console.proposal_items (
      proposal_id, position, card_id, event_id, card_delta, ledger_delta, seen_actual, seen_expected,
      original_transaction, undoes, state, code, today_actual, today_expected)
    select p_operation_id, item.position, item.card_id, item.event_id, item.card_delta, item.ledger_delta,
      item.seen_actual, item.seen_expected, item.original, item.undoes,
      case when judged.code is null then 'proposed' when judged.code = 'stale' then 'stale' else 'refused' end,
      judged.code, today.actual, today.expected
    from (
      select (ordinality)::int as position, raw ->> 'card_id' as card_id, (raw ->> 'event_id')::bigint as event_id,
        (raw ->> 'card_delta')::numeric(10,2) as card_delta, (raw ->> 'ledger_delta')::numeric(10,2) as ledger_delta,
        (raw ->> 'seen_actual')::numeric(10,2) as seen_actual,
        (raw ->> 'seen_expected')::numeric(10,2) as seen_expected,
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
  select event_id, 'proposed', v_author.name, v_given.laptop, p_operation_id,
    v_counts || jsonb_build_object('kind', p_kind, 'note', p_reason)
  from public.monitoring_events where event_id = p_event_id;
  perform console.append_audit(v_author.name, v_given.laptop, 'correction_proposed', 'proposal:' || p_operation_id,
    v_counts || jsonb_build_object('kind', p_kind, 'reason', p_reason, 'event_id', p_event_id,
      'card', case when not p_bulk then v_first.card_id end), p_operation_id, v_given.laptop_at);
  return jsonb_build_object('outcome', 'proposed', 'expires_at', v_expires, 'counts', v_counts);
end $$;
alter function console.propose_corrections(uuid, boolean, bigint, text, text, jsonb) owner to regie_owner;
revoke execute on function console.propose_corrections(uuid, boolean, bigint, text, text, jsonb) from public;
grant execute on function console.propose_corrections(uuid, boolean, bigint, text, text, jsonb) to regie_console;
