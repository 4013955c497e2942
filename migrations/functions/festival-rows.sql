-- What a festival's columns hold, read so that no value can stop a statement (docs/detection.md, "Rows set aside"). Each
-- function stands once for the column's usual type, where it costs a comparison, and once for any other, which is read as
-- its text. None has a search path of its own: the planner writes them into the statement.

-- An amount of money in euros and whole cents; null for what is none: NaN, infinity, beyond eight digits, parts of a cent.
create or replace function console.amount_of(value numeric) returns numeric
  language sql immutable parallel safe as $$
  -- Two decimals at most is nearly always so, and cheaper to see than to round.
  select case when value between -99999999.99 and 99999999.99
    and (pg_catalog.scale(value) <= 2 or value = pg_catalog.round(value, 2)) then value end
$$;
create or replace function console.amount_of(value double precision) returns numeric
  language sql immutable parallel safe as $$
  -- To fifteen digits, so that 0.1 + 0.2 is thirty cents.
  select console.amount_of(value::numeric)
$$;
create or replace function console.amount_of(value text) returns numeric
  language sql immutable parallel safe as $$
  select case when pg_catalog.btrim(value) ~ '^[+-]?\d{1,8}(\.\d{1,12})?$' then console.amount_of(value::numeric) end
$$;
create or replace function console.amount_of(value money) returns numeric
  language sql stable parallel safe as $$
  select console.amount_of(value::numeric)
$$;
create or replace function console.amount_of(value anyelement) returns numeric
  language sql stable parallel safe as $$
  select console.amount_of(value::text)
$$;

-- Why a value that is no amount is none. For values for which amount_of gives null.
create or replace function console.amount_problem(value text) returns text
  language sql immutable parallel safe as $$
  select case
    when value is null then null
    when pg_catalog.btrim(value) !~* '^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$' then 'amount_not_a_number'
    when pg_catalog.btrim(value) ~* '^[+-]?\d{9,}' or pg_catalog.btrim(value) ~* 'e[+]?\d*[1-9]' then 'amount_out_of_range'
    else 'amount_fraction_of_cent'
  end
$$;

-- A moment; null for what is none, or lies where no festival can (infinity, the year 9999, before Christ).
create or replace function console.time_of(value timestamptz) returns timestamptz
  language sql immutable parallel safe as $$
  select case when value between '1900-01-01 00:00:00+00'::timestamptz and '2200-01-01 00:00:00+00'::timestamptz then value end
$$;
create or replace function console.time_of(value timestamp) returns timestamptz
  language sql immutable parallel safe as $$
  select case when value between '1900-01-01 00:00:00'::timestamp and '2200-01-01 00:00:00'::timestamp
    then value at time zone 'UTC' end
$$;
-- Seconds since 1970, or milliseconds.
create or replace function console.time_of(value double precision) returns timestamptz
  language sql immutable parallel safe as $$
  select case when value between 0 and 7e9 then pg_catalog.to_timestamp(value)
    when value > 7e9 and value < 7e12 then pg_catalog.to_timestamp(value / 1000) end
$$;
create or replace function console.time_of(value text) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return console.time_of(value::timestamptz);
exception when others then
  return null;
end $$;
create or replace function console.time_of(value anyelement) returns timestamptz
  language sql stable parallel safe as $$
  select console.time_of(value::text)
$$;

-- A word of the log (a type, a status, a place), no longer than one is.
create or replace function console.word_of(value text) returns text
  language sql immutable parallel safe as $$
  select pg_catalog.left(value, 200)
$$;
create or replace function console.word_of(value anyelement) returns text
  language sql stable parallel safe as $$
  select pg_catalog.left(value::text, 200)
$$;

-- An id as it stands in our own indexes: itself, or its beginning and its hash where it is too long for one.
create or replace function console.key_of(value text) returns text
  language sql immutable parallel safe as $$
  select case when pg_catalog.octet_length(value) <= 512 then value else pg_catalog.left(value, 80) || '…' || pg_catalog.md5(value) end
$$;
create or replace function console.key_of(value anyelement) returns text
  language sql stable parallel safe as $$
  select console.key_of(value::text)
$$;

create or replace function console.json_of(value jsonb) returns jsonb
  language sql immutable parallel safe as $$
  select value
$$;
create or replace function console.json_of(value text) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  return value::jsonb;
exception when others then
  return null;
end $$;
create or replace function console.json_of(value anyelement) returns jsonb
  language sql stable parallel safe as $$
  select console.json_of(value::text)
$$;

create or replace function console.uuid_of(value uuid) returns uuid
  language sql immutable parallel safe as $$
  select value
$$;
create or replace function console.uuid_of(value anyelement) returns uuid
  language sql stable parallel safe as $$
  select case when value::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then value::text::uuid end
$$;

do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'console'
      and p.proname in ('amount_of', 'amount_problem', 'time_of', 'word_of', 'key_of', 'json_of', 'uuid_of')
  loop
    execute format('revoke execute on function %s from public', v_function);
    execute format('grant execute on function %s to regie_console, regie_owner', v_function);
  end loop;
end $$;
