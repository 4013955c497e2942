-- The notification test of a checklist: a message with a code, which whoever receives it reads to the control booth. The code
-- is drawn here, goes to the laptop that sends it and to nowhere else, and is compared here.

grant select on console.message_tests to regie_console;
grant select, insert, update on console.message_tests to regie_owner;
grant select, insert, delete on console.test_codes to regie_owner;

-- Ways in which messages can leave, as the escalation settings have them.
create or replace function console.channels_set_up() returns setof text
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select way.channel from console.escalation_settings s, (values
    ('email', 'smtp'), ('sms', 'twilio'), ('voice', 'twilio'), ('slack', 'slack'), ('webhook', 'webhook')) as way (channel, setting)
  where coalesce(s.settings -> way.setting, 'null') <> 'null'
  order by 1
$$;
revoke execute on function console.channels_set_up() from public;
grant execute on function console.channels_set_up() to regie_console, regie_owner;

-- Orders a message for an item of a run. Returns {"outcome": "saved"} or {"outcome": "refused", "code": …}.
create or replace function console.order_message_test(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'checklist.orderTest');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_run console.checklist_runs;
  v_refused jsonb;
begin
  select * into v_run from console.checklist_runs
  where list_id = v_input ->> 'listId' and window_key = v_input ->> 'windowKey' for update;
  v_refused := console.run_refused(v_run);
  if v_refused is not null then
    return v_refused;
  end if;
  if not exists (
    select from jsonb_array_elements(v_run.list -> 'items')
    where value ->> 'id' = v_input ->> 'itemId' and value ->> 'kind' = 'received') then
    return '{"outcome": "refused", "code": "checklist_item_unknown"}';
  end if;
  if v_input ->> 'channel' not in (select console.channels_set_up()) or not exists (
    select from console.escalation_settings, jsonb_array_elements(settings -> 'contacts') as c
    where c ->> 'id' = v_input ->> 'contact') then
    return '{"outcome": "refused", "code": "test_not_set_up"}';
  end if;
  -- Nobody is to be called without end.
  if (select count(*) from console.message_tests
    where contact = v_input ->> 'contact' and asked_at > now() - interval '10 minutes') >= 10 then
    return '{"outcome": "refused", "code": "test_too_often"}';
  end if;
  insert into console.message_tests (test_id, list_id, window_key, item_id, channel, contact, asked_by, laptop, asked_at, expires_at)
  values (p_operation_id, v_run.list_id, v_run.window_key, v_input ->> 'itemId', v_input ->> 'channel', v_input ->> 'contact',
    v_given.operator, v_given.laptop, clock_timestamp(), clock_timestamp() + interval '15 minutes');
  perform console.append_given(v_given, 'channel_tested', 'checklist:' || v_run.list_id || ':' || v_run.window_key,
    jsonb_build_object('contact', v_input -> 'contact', 'channel', v_input -> 'channel'));
  return '{"outcome": "saved"}';
end $$;
alter function console.order_message_test(uuid) owner to regie_owner;
revoke execute on function console.order_message_test(uuid) from public;
grant execute on function console.order_message_test(uuid) to regie_console;

-- Draws the code of a message that was ordered a moment ago: for the laptop that sends it, once. Null for any other.
create or replace function console.draw_test_code(p_test_id uuid) returns text
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_salt text := gen_random_uuid();
  v_code text;
begin
  -- Forty random bits of a v4 UUID, of which six digits are left. No code begins with a zero, which some read and some don't.
  v_code := 100000 + ('x' || left(replace(gen_random_uuid()::text, '-', ''), 10))::bit(40)::bigint % 900000;
  perform from console.message_tests
  where test_id = p_test_id and state = 'asked' and asked_at > clock_timestamp() - interval '1 minute' for update;
  if not found then
    return null;
  end if;
  insert into console.test_codes (test_id, salt, code_hash)
  values (p_test_id, v_salt, encode(sha256(convert_to(v_salt || v_code, 'UTF8')), 'hex'))
  on conflict do nothing;
  return case when found then v_code end;
end $$;
alter function console.draw_test_code(uuid) owner to regie_owner;
revoke execute on function console.draw_test_code(uuid) from public;
grant execute on function console.draw_test_code(uuid) to regie_console;

-- What became of the message, as the laptop that sent it says; once.
create or replace function console.end_message_test(p_test_id uuid, p_state text, p_reason jsonb) returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  update console.message_tests set state = p_state, reason = p_reason
  where test_id = p_test_id and state = 'asked' and p_state in ('sent', 'failed', 'unknown')
$$;
alter function console.end_message_test(uuid, text, jsonb) owner to regie_owner;
revoke execute on function console.end_message_test(uuid, text, jsonb) from public;
grant execute on function console.end_message_test(uuid, text, jsonb) to regie_console;

-- Compares the code that somebody read out, five times at most, and ticks the channel in the run. What was typed is kept
-- nowhere.
create or replace function console.confirm_message_test(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'checklist.enterCode');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_test console.message_tests;
  v_run console.checklist_runs;
  v_item jsonb;
  v_refused jsonb;
  v_entry console.checklist_entries := console.entry_given(v_given);
begin
  update console.operations set body = null where operation_id = p_operation_id;
  select * into v_run from console.checklist_runs
  where (list_id, window_key) = (
    select list_id, window_key from console.message_tests where test_id = (v_input ->> 'testId')::uuid) for update;
  v_refused := console.run_refused(v_run);
  if v_refused is not null then
    return v_refused;
  end if;
  select * into v_test from console.message_tests where test_id = (v_input ->> 'testId')::uuid for update;
  if v_test.confirmed_at is not null then
    return '{"outcome": "refused", "code": "test_confirmed"}';
  elsif v_test.expires_at < clock_timestamp() then
    return '{"outcome": "refused", "code": "test_expired"}';
  elsif v_test.wrong >= 5 then
    return '{"outcome": "refused", "code": "test_no_tries"}';
  elsif not exists (
    select from console.test_codes
    where test_id = v_test.test_id
      and code_hash = encode(sha256(convert_to(salt || (v_input ->> 'code'), 'UTF8')), 'hex')) then
    update console.message_tests set wrong = wrong + 1 where test_id = v_test.test_id;
    perform console.append_given(v_given, 'test_code_wrong', 'checklist:' || v_run.list_id || ':' || v_run.window_key,
      jsonb_build_object('contact', v_test.contact, 'channel', v_test.channel, 'wrong', v_test.wrong + 1));
    return jsonb_build_object('outcome', 'refused', 'code', 'test_code_wrong', 'count', 4 - v_test.wrong);
  end if;
  delete from console.test_codes where test_id = v_test.test_id;
  update console.message_tests set confirmed_at = clock_timestamp() where test_id = v_test.test_id;
  select value into strict v_item from jsonb_array_elements(v_run.list -> 'items') where value ->> 'id' = v_test.item_id;
  v_entry.act := 'ticked';
  v_entry.item_id := v_test.item_id;
  v_entry.evidence := jsonb_build_object('channel', v_test.channel, 'contact', v_test.contact, 'name', (
      select c ->> 'name' from console.escalation_settings, jsonb_array_elements(settings -> 'contacts') as c
      where c ->> 'id' = v_test.contact), 'testId', v_test.test_id,
    'sentAt', to_char(v_test.asked_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'sentBy', v_test.asked_by,
    'wrong', v_test.wrong) || console.figures_beside(v_item);
  v_entry := console.append_to_run(v_run, v_entry);
  perform console.append_given(v_given, 'checklist_ticked', 'checklist:' || v_run.list_id || ':' || v_run.window_key,
    jsonb_build_object('item', v_entry.item_id, 'channel', v_test.channel, 'hash', encode(v_entry.hash, 'hex')));
  return '{"outcome": "saved"}';
end $$;
alter function console.confirm_message_test(uuid) owner to regie_owner;
revoke execute on function console.confirm_message_test(uuid) from public;
grant execute on function console.confirm_message_test(uuid) to regie_console;
