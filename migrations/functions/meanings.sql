-- What the words of the festival's log mean: its types for the expected balance, its statuses for whether a row counts at
-- all. The only place that knows (docs/detection.md, "Words of the festival"). The usual words cost a comparison, and the
-- planner writes it into the statement; any other is looked up in what supervisors have said. None of these has a search
-- path of its own, so that it can be written in.

grant select on console.transaction_meanings, console.meaning_version, console.transaction_words to regie_console;
grant insert, update on console.transaction_words to regie_console;
grant select, insert, update, delete on console.transaction_meanings to regie_owner;
grant select, update on console.meaning_version to regie_owner;
-- The engine, when it has counted.
grant update (recounted) on console.meaning_version to regie_console;

-- What supervisors have said, as one value: a statement over many rows asks for it once and hands it to the functions below.
create or replace function console.meanings() returns jsonb
  language plpgsql stable parallel safe as $$
begin
  return (select coalesce(jsonb_object_agg(m.kind || ':' || m.word, m.meaning), '{}') from console.transaction_meanings m);
end $$;

-- A word as it is compared: upper case and blanks around it make no other word. Not by the language of the database alone,
-- in which I may be no i.
create or replace function console.word_key(word text) returns text
  language sql immutable parallel safe as $$
  select lower(translate(btrim(left(coalesce(word, ''), 200), E' \t\n\r\f\v' || chr(160)),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))
$$;

-- Whether one of them is none that everybody uses, or is written otherwise.
create or replace function console.is_unusual(type text, status text) returns boolean
  language sql immutable parallel safe as $$
  select (type in ('bar_order', 'checkpoint_recharge', 'stripe_recharge', 'manual_correction')
    and status in ('completed', 'failed', 'initiated', 'pending', 'processing')) is not true
$$;

-- Whether what a row comes to depends on what somebody has said or may say.
create or replace function console.is_explainable(type text, status text) returns boolean
  language sql immutable parallel safe as $$
  select console.is_unusual(type, status) or (status in ('completed', 'failed')) is not true
$$;

-- The type under which a row is known.
create or replace function console.type_word(type text) returns text
  language sql immutable parallel safe as $$
  select case when type in ('bar_order', 'checkpoint_recharge', 'stripe_recharge', 'manual_correction') then type
    else console.word_key(type) end
$$;

-- What rows of a type do to the expected balance: 1, -1 or 0; null for a type that nobody has explained yet. A correction
-- says itself what it does (console.ledger_amount).
create or replace function console.sign_of(type text, meanings jsonb) returns int
  language plpgsql immutable parallel safe as $$
declare
  v_word text := console.word_key(type);
begin
  return case
    when v_word = 'bar_order' then -1
    when v_word in ('checkpoint_recharge', 'stripe_recharge') then 1
    when v_word = 'manual_correction' then 0
    else case meanings ->> ('type:' || v_word) when 'adds' then 1 when 'takes' then -1 when 'nothing' then 0 end
  end;
end $$;
create or replace function console.sign_of(type text) returns int
  language plpgsql stable parallel safe as $$
begin
  return console.sign_of(type, console.meanings());
end $$;

-- Whether rows of a status count: completed, failed or undecided; null for a status that nobody has explained yet.
create or replace function console.status_of(status text, meanings jsonb) returns text
  language plpgsql immutable parallel safe as $$
declare
  v_word text := console.word_key(status);
begin
  return case
    when v_word in ('completed', 'failed') then v_word
    else coalesce(meanings ->> ('status:' || v_word),
      case when v_word in ('initiated', 'pending', 'processing') then 'undecided' end)
  end;
end $$;
create or replace function console.looked_up_status(status text) returns text
  language plpgsql stable parallel safe as $$
begin
  return console.status_of(status, console.meanings());
end $$;
create or replace function console.status_of(status text) returns text
  language sql stable parallel safe as $$
  select case when status in ('completed', 'failed') then status else console.looked_up_status(status) end
$$;

-- The status under which a row is known: completed or failed where that is what its word means, else the word.
create or replace function console.known_status(status text, meanings jsonb) returns text
  language sql immutable parallel safe as $$
  select case when status in ('completed', 'failed') then status
    else coalesce(nullif(console.status_of(status, meanings), 'undecided'), console.word_key(status)) end
$$;
create or replace function console.known_status(status text) returns text
  language sql stable parallel safe as $$
  select case when status in ('completed', 'failed') then status
    else coalesce(nullif(console.looked_up_status(status), 'undecided'), console.word_key(status)) end
$$;

-- The festival's own word, where that is not the status under which a row is known.
create or replace function console.own_status_word(status text, meanings jsonb) returns text
  language sql immutable parallel safe as $$
  select case when status in ('completed', 'failed') then null
    else nullif(console.word_key(status), console.known_status(status, meanings)) end
$$;

do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'console' and p.proname in ('meanings', 'word_key', 'is_unusual', 'is_explainable',
      'type_word', 'sign_of', 'status_of', 'looked_up_status', 'known_status', 'own_status_word')
  loop
    execute format('revoke execute on function %s from public', v_function);
    execute format('grant execute on function %s to regie_console, regie_owner', v_function);
  end loop;
end $$;

-- Says what a word means, or that nobody knows (null), against what was seen of it. By the command
-- transactionMeanings.set of this very transaction; audited. What it means for the past is counted by the engine; until
-- then no card is compared. Returns {"outcome": "saved", "version": …} or {"outcome": "refused", "code": …}.
create or replace function console.set_transaction_meaning(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'transactionMeanings.set');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_kind text := v_input ->> 'kind';
  v_word text := v_input ->> 'word';
  v_before console.transaction_meanings;
  v_after console.transaction_meanings;
  v_version bigint;
begin
  if v_word is distinct from console.word_key(v_word)
    or v_kind = 'type' and not console.is_unusual(v_word, 'completed')
    or v_kind = 'status' and v_word in ('completed', 'failed') then
    return '{"outcome": "refused", "code": "fixed"}';
  end if;
  -- Its past could not be counted.
  if console.history_shrank() then
    return '{"outcome": "refused", "code": "history_shrank"}';
  end if;
  -- Two who explain a word for the first time have no row of it to lock.
  select version + 1 into strict v_version from console.meaning_version for update;
  select * into v_before from console.transaction_meanings where kind = v_kind and word = v_word;
  if coalesce(v_before.version, 0) is distinct from (v_input ->> 'base')::bigint then
    return jsonb_build_object('outcome', 'refused', 'code', 'changed', 'name', coalesce(v_before.changed_by, ''));
  end if;
  begin
    if v_input ->> 'meaning' is null then
      delete from console.transaction_meanings where kind = v_kind and word = v_word;
    else
      insert into console.transaction_meanings (kind, word, meaning, version, changed_at, changed_by)
      values (v_kind, v_word, v_input ->> 'meaning', v_version, clock_timestamp(), v_given.operator)
      on conflict (kind, word) do update
      set meaning = excluded.meaning, version = excluded.version, changed_at = excluded.changed_at,
        changed_by = excluded.changed_by
      returning * into v_after;
    end if;
  exception when check_violation or not_null_violation then
    return '{"outcome": "refused", "code": "invalid"}';
  end;
  update console.meaning_version set version = v_version;
  perform console.append_given(v_given, 'transaction_meaning_set', 'meaning:' || v_kind || ':' || v_word,
    jsonb_build_object('before', v_before.meaning, 'after', v_after.meaning));
  return jsonb_build_object('outcome', 'saved', 'version', v_version);
end $$;
alter function console.set_transaction_meaning(uuid) owner to regie_owner;
revoke execute on function console.set_transaction_meaning(uuid) from public;
grant execute on function console.set_transaction_meaning(uuid) to regie_console;
