-- The engine's own rows. Every console may run it, so every console's login may write them: the database says whose did.

-- Whose connection wrote a row, whatever the row says.
create or replace function console.stamp_login() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.login := session_user;
  return new;
end $$;
revoke execute on function console.stamp_login() from public;

create or replace trigger regie_stamp_login before insert or update on console.watermarks
  for each row execute function console.stamp_login();
create or replace trigger regie_stamp_login before insert or update on console.card_ledger
  for each row execute function console.stamp_login();
create or replace trigger regie_stamp_login before insert or update on console.findings
  for each row execute function console.stamp_login();

-- A lease ends five seconds after it was renewed (TTL_MS of electron/engine/lease.ts; a test compares them), whatever it
-- says: nobody takes the engine for longer.
create or replace function console.bound_lease() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.login := session_user;
  new.expires_at := least(new.expires_at, clock_timestamp() + interval '5 seconds');
  return new;
end $$;
revoke execute on function console.bound_lease() from public;

create or replace trigger regie_bound_lease before update on console.engine_lease
  for each row execute function console.bound_lease();

-- Terms are counted one by one: a number without a successor would leave the festival without an engine.
create or replace function console.count_term() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.term <> old.term + 1 then
    raise exception using errcode = '42501', message = 'the next term is the one after this one';
  end if;
  return new;
end $$;
revoke execute on function console.count_term() from public;

create or replace trigger regie_count_term before update on console.engine_term
  for each row execute function console.count_term();
