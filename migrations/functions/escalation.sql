-- Messages to people: what a console may write of them without an operator's command.

-- A message is a row before it is sent, and the engine writes it with the consoles' own login. That login may write what
-- the escalation policy asks for, and what became of it. It may not write words, change for whom or about what a row is,
-- bring back one that has ended, count tries down, or remove one so that it is sent again: that takes the command of an
-- operator in the same transaction.
create or replace function console.guard_delivery() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_commands text[];
begin
  if current_user = 'regie_owner'
    or pg_has_role(current_user, (select relowner from pg_catalog.pg_class where oid = tg_relid), 'member') then
    return coalesce(new, old);
  end if;
  select array_agg(command) into v_commands from console.operations
  where xact = pg_current_xact_id() and outcome ->> 'outcome' = 'waiting';

  if tg_op = 'INSERT' then
    if new.state = 'due' and new.attempts = 0 and new.message is null and new.operation_id is null and new.run_id is null
      and new.event_id is not null and isfinite(new.called_at) then
      return new;
    end if;
    if new.state = 'due' and new.attempts = 0 and 'runbook.completeStep' = any (v_commands)
      and exists (select from console.operations where operation_id = new.operation_id
        and xact = pg_current_xact_id()) then
      return new;
    end if;
  elsif tg_op = 'UPDATE' then
    if (new.delivery_id, new.severity, new.called_at, new.step, new.contact, new.channel)
        is not distinct from (old.delivery_id, old.severity, old.called_at, old.step, old.contact, old.channel) then
      -- What became of it.
      if (new.event_id, new.episode, new.due_at, new.operation_id, new.run_id, new.message)
          is not distinct from (old.event_id, old.episode, old.due_at, old.operation_id, old.run_id, old.message)
        and (new.state = old.state or old.state in ('due', 'sending'))
        and new.attempts >= old.attempts then
        return new;
      end if;
      -- Ordered once more.
      if new.state = 'due' and old.state in ('cancelled', 'failed') and 'runbook.completeStep' = any (v_commands)
        and (new.event_id, new.episode) is not distinct from (old.event_id, old.episode)
        and exists (select from console.operations where operation_id = new.operation_id
          and xact = pg_current_xact_id()) then
        return new;
      end if;
      -- Who was told of one alert was told of the one that it is merged into.
      if 'alert.merge' = any (v_commands)
        and (new.state, new.attempts, new.operation_id, new.run_id, new.message)
          is not distinct from (old.state, old.attempts, old.operation_id, old.run_id, old.message) then
        return new;
      end if;
    end if;
  end if;
  raise exception using errcode = '42501',
    message = 'a message to a person comes from the escalation policy or from an operator''s command';
end $$;
revoke execute on function console.guard_delivery() from public;

create or replace trigger regie_guard_delivery before insert or update or delete on console.deliveries
  for each row execute function console.guard_delivery();

-- Settings: who is told and how. The passwords of the channels are beside them (channel-secrets.sql).

-- Where an address goes to. Two that are written in two ways are two.
create or replace function console.origin_of(p_address text) returns text
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select lower((regexp_match(p_address, '^(https?://[^/?#]+)', 'i'))[1])
$$;
alter function console.origin_of(text) owner to regie_owner;
revoke execute on function console.origin_of(text) from public;

-- The settings with the secrets that were there for what comes without one, as long as it still goes to the host and the
-- account that it was given for: otherwise whoever changes the address would have it sent to themselves.
-- {"missing": channel} where a secret has to be given again. shared/domain/channel-secrets.ts says which they are.
create or replace function console.keep_secrets(p_settings jsonb, p_before jsonb) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_channel record;
  v_own text;
  v_was text;
begin
  for v_channel in
    select * from (values
      (1, 'smtp', array['smtp', 'password'], lower(p_settings #>> '{smtp,host}') = lower(p_before #>> '{smtp,host}')
        and p_settings #> '{smtp,port}' = p_before #> '{smtp,port}'
        and p_settings #>> '{smtp,user}' = p_before #>> '{smtp,user}'),
      (2, 'slack', array['slack', 'url'], true),
      (3, 'twilio', array['twilio', 'token'],
        console.origin_of(p_settings #>> '{twilio,url}') = console.origin_of(p_before #>> '{twilio,url}')
        and p_settings #>> '{twilio,account}' = p_before #>> '{twilio,account}'),
      (4, 'webhook', array['webhook', 'url'], true),
      (5, 'webhook', array['webhook', 'secret'],
        coalesce(p_settings #>> '{webhook,url}', '') = ''
        or console.origin_of(p_settings #>> '{webhook,url}') = console.origin_of(p_before #>> '{webhook,url}'))
    ) as channel (position, name, path, same) order by position
  loop
    v_own := p_settings #>> v_channel.path;
    v_was := p_before #>> v_channel.path;
    continue when v_own is null or v_own <> '';
    if v_channel.path[2] = 'url' and coalesce(v_was, '') = ''
      or coalesce(v_was, '') <> '' and v_channel.same is not true then
      return jsonb_build_object('missing', v_channel.name);
    end if;
    p_settings := jsonb_set(p_settings, v_channel.path, to_jsonb(coalesce(v_was, '')));
  end loop;
  return p_settings;
end $$;
alter function console.keep_secrets(jsonb, jsonb) owner to regie_owner;
revoke execute on function console.keep_secrets(jsonb, jsonb) from public;

-- Replaces them against the version that was seen; an empty secret stays what it was. The first ones are the guide's,
-- which have none: a console shows them where nobody has saved any.
-- Returns {"outcome": "saved", "version": …} or {"outcome": "refused", "code": …}.
create or replace function console.set_escalation(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'escalation.set');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_before console.escalation_settings;
  v_complete jsonb;
  v_after jsonb;
begin
  lock table console.escalation_settings in share row exclusive mode;
  select * into v_before from console.escalation_settings;
  if coalesce(v_before.version, 0) is distinct from (v_input ->> 'base')::int then
    return jsonb_build_object('outcome', 'refused', 'code', 'escalation_changed',
      'name', coalesce(v_before.changed_by, ''));
  end if;
  v_complete := console.with_secrets(v_before.settings, (select secrets from console.channel_secrets));
  v_after := console.keep_secrets(v_input -> 'settings', v_complete);
  if v_after ? 'missing' then
    return jsonb_build_object('outcome', 'refused', 'code', 'channel_secret_again', 'name', v_after ->> 'missing');
  end if;
  insert into console.escalation_settings (version, settings, changed_by)
  values (coalesce(v_before.version, 0) + 1, console.replace_secrets(v_after, ''), v_given.operator)
  on conflict (singleton) do update
  set version = excluded.version, settings = excluded.settings, changed_by = excluded.changed_by,
    changed_at = clock_timestamp();
  insert into console.channel_secrets (secrets) values (console.secrets_of(v_after))
  on conflict (singleton) do update set secrets = excluded.secrets;
  -- As the audit trail keeps them: that there is a secret, and not which.
  perform console.append_given(v_given, 'escalation_changed', 'escalation', jsonb_build_object(
    'before', console.replace_secrets(v_complete, '•'),
    'after', console.replace_secrets(v_after, '•')));
  -- The secrets are in their table, and in no copy.
  update console.operations set body = null where operation_id = p_operation_id;
  return jsonb_build_object('outcome', 'saved', 'version', coalesce(v_before.version, 0) + 1);
end $$;
alter function console.set_escalation(uuid) owner to regie_owner;
revoke execute on function console.set_escalation(uuid) from public;
grant execute on function console.set_escalation(uuid) to regie_console;
