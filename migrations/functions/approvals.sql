-- Approvals: what needs a second person, and what becomes of a proposal. A second person approves or rejects it, its author withdraws it, and what was
-- approved is applied item by item.

-- Whether a second person has to approve a correction: above the festival's limit, and for an opening balance always.
create or replace function console.needs_approval(p_kind text, p_card_delta numeric, p_ledger_delta numeric)
  returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_kind = 'opening_balance'
    or greatest(abs(p_card_delta), abs(p_ledger_delta)) > (select approval_limit from console.festival_settings)
$$;
alter function console.needs_approval(text, numeric, numeric) owner to regie_owner;
revoke execute on function console.needs_approval(text, numeric, numeric) from public;
grant execute on function console.needs_approval(text, numeric, numeric) to regie_console;

-- Applies one approved item under its own operation_id. The caller holds its row.
create or replace function console.apply_item(p_item console.proposal_items, p_proposal console.proposals) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_answer jsonb;
begin
  insert into console.operations (
    operation_id, command, content_hash, outcome, operator, operator_id, laptop, laptop_at
  ) values (
    p_item.operation_id, 'correction.item', 'proposal:' || p_item.proposal_id, '{"outcome": "waiting"}',
    p_proposal.author, p_proposal.author_id, p_proposal.laptop, p_proposal.laptop_at
  );
  v_answer := console.correct_card(p_item.operation_id, p_item.card_id, p_proposal.kind, p_item.card_delta,
    p_item.ledger_delta, p_item.seen_actual, p_item.seen_expected, p_item.event_id, p_item.original_transaction,
    p_proposal.reason, p_proposal.author, p_proposal.decided_by, p_proposal.laptop, p_proposal.laptop_at,
    p_item.undoes);
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
alter function console.apply_item(console.proposal_items, console.proposals) owner to regie_owner;
revoke execute on function console.apply_item(console.proposal_items, console.proposals) from public;

-- Approves the proposal that the command of a second person names. A single correction is applied
-- at once, under the card's lock and on the figures of this moment; a bulk is opened to apply_proposal_batch.
-- Returns {"outcome": "applied" | "approved" | "stale" | "refused", …}.
create or replace function console.approve_proposal(p_operation_id uuid) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '3s'
as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'correction.approve');
  v_proposal_id uuid := (v_given.body::jsonb #>> '{input,proposalId}')::uuid;
  v_proposal console.proposals;
  v_item console.proposal_items;
  v_answer jsonb;
begin
  begin
    select * into v_proposal from console.proposals where proposal_id = v_proposal_id for update;
  exception when lock_not_available then
    return jsonb_build_object('outcome', 'refused', 'code', 'card_busy');
  end;
  if v_proposal.proposal_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_unknown');
  end if;
  if v_proposal.author_id = v_given.operator_id then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_own');
  end if;
  if not console.are_two_people(v_proposal.author_id, v_given.operator_id) then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_not_independent');
  end if;
  if v_proposal.state <> 'pending' then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_' || v_proposal.state,
      'name', coalesce(v_proposal.decided_by, ''));
  end if;
  if v_proposal.expires_at <= clock_timestamp() then
    perform console.expire_proposals();
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_expired', 'name', '');
  end if;

  update console.proposals
  set state = case when bulk then 'approved' else 'done' end,
    decided_at = clock_timestamp(),
    decided_by = v_given.operator,
    decided_by_id = v_given.operator_id,
    decided_on = v_given.laptop
  where proposal_id = v_proposal_id
  returning * into v_proposal;
  if v_proposal.bulk then
    update console.proposal_items set state = 'approved' where proposal_id = v_proposal_id and state = 'proposed';
    v_answer := jsonb_build_object('outcome', 'approved');
  else
    select * into strict v_item from console.proposal_items where proposal_id = v_proposal_id for update;
    v_answer := console.apply_item(v_item, v_proposal);
    if v_answer ->> 'code' = 'card_busy' then
      update console.proposals
      set state = 'pending', decided_at = null, decided_by = null, decided_by_id = null, decided_on = null
      where proposal_id = v_proposal_id;
      return v_answer;
    end if;
    if v_answer ->> 'outcome' <> 'applied' then
      update console.proposals set state = 'failed' where proposal_id = v_proposal_id;
    end if;
  end if;
  perform console.append_given(v_given, 'correction_approved', 'proposal:' || v_proposal_id, jsonb_build_object(
    'author', v_proposal.author, 'outcome', v_answer ->> 'outcome', 'correction', v_item.operation_id));
  return v_answer || jsonb_build_object('correction', v_item.operation_id);
end $$;
alter function console.approve_proposal(uuid) owner to regie_owner;
revoke execute on function console.approve_proposal(uuid) from public;
grant execute on function console.approve_proposal(uuid) to regie_console;

-- Ends a proposal otherwise: a second person rejects it, its author withdraws it, or somebody stops a bulk that is
-- being applied; what is applied stays. Which of them, says the command. Returns {"outcome": "ended" | "refused", …}.
create or replace function console.end_proposal(p_operation_id uuid) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '3s'
as $$
declare
  v_given console.operations := console.given_command(
    p_operation_id, 'correction.reject', 'correction.withdraw', 'correction.cancel');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_proposal_id uuid := (v_input ->> 'proposalId')::uuid;
  v_reason text := v_input ->> 'reason';
  v_proposal console.proposals;
  v_state text;
  v_left int;
begin
  v_state := case v_given.command
    when 'correction.reject' then 'rejected'
    when 'correction.withdraw' then 'withdrawn'
    else 'cancelled'
  end;
  begin
    select * into v_proposal from console.proposals where proposal_id = v_proposal_id for update;
  exception when lock_not_available then
    return jsonb_build_object('outcome', 'refused', 'code', 'card_busy');
  end;
  if v_proposal.proposal_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_unknown');
  end if;
  if v_state = 'withdrawn' and v_proposal.author_id <> v_given.operator_id then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_not_yours');
  end if;
  if v_state = 'rejected' and v_proposal.author_id = v_given.operator_id then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_own');
  end if;
  if v_state = 'rejected' and nullif(btrim(v_reason), '') is null then
    return jsonb_build_object('outcome', 'refused', 'code', 'reason_missing');
  end if;
  if v_proposal.state <> (case v_state when 'cancelled' then 'approved' else 'pending' end) then
    return jsonb_build_object('outcome', 'refused', 'code', 'proposal_' || v_proposal.state,
      'name', coalesce(v_proposal.decided_by, ''));
  end if;
  update console.proposal_items set state = 'dropped'
  where proposal_id = v_proposal_id and state in ('proposed', 'approved');
  get diagnostics v_left = row_count;
  update console.proposals
  set state = v_state, decided_at = coalesce(decided_at, clock_timestamp()), decision = v_reason,
    decided_by = case when v_state = 'cancelled' then decided_by else v_given.operator end,
    decided_by_id = case when v_state = 'cancelled' then decided_by_id else v_given.operator_id end,
    decided_on = v_given.laptop
  where proposal_id = v_proposal_id;
  insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
  select event_id, 'proposal_' || v_state, v_given.operator, v_given.laptop, p_operation_id,
    jsonb_build_object('from', v_proposal.author, 'left', v_left)
      || case when v_reason is null then '{}' else jsonb_build_object('reason', v_reason) end
  from public.monitoring_events where event_id = v_proposal.event_id;
  perform console.append_given(v_given, 'correction_' || v_state, 'proposal:' || v_proposal_id,
    jsonb_build_object('author', v_proposal.author, 'reason', v_reason, 'left', v_left));
  return jsonb_build_object('outcome', 'ended', 'left', v_left);
end $$;
alter function console.end_proposal(uuid) owner to regie_owner;
revoke execute on function console.end_proposal(uuid) from public;
grant execute on function console.end_proposal(uuid) to regie_console;

-- Applies a few items of an approved bulk: one short transaction, so that no bar waits. Any laptop calls it, as often
-- as it likes: a row is claimed by its lock, and what was applied is so in the same transaction. Returns how many
-- proposals are still open, and how many items were decided.
create or replace function console.apply_proposal_batch(p_limit int default 5) returns jsonb
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
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
      update console.proposal_items set next_at = clock_timestamp() + interval '1 second'
      where operation_id = v_item.operation_id;
      exit;
    end if;
    v_decided := v_decided + 1;
  end loop;
  if v_decided > 0 then
    perform pg_notify('regie_changes', 'proposals');
  end if;
  return jsonb_build_object(
    'decided', v_decided,
    'open', (select count(*) from console.proposals where state = 'approved'));
end $$;
alter function console.apply_proposal_batch(int) owner to regie_owner;
revoke execute on function console.apply_proposal_batch(int) from public;
grant execute on function console.apply_proposal_batch(int) to regie_console;
