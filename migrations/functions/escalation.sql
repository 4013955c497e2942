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
