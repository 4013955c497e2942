-- Floods of alerts, as the engine counts them.

grant select on console.floods to regie_console;
grant select, insert, update on console.floods to regie_owner;
grant select on console.attendance to regie_owner;

-- Records floods that the engine has found in the last hours: [{"since", "ended", "alarms", "first", "cause"}], the oldest first;
-- "ended" and "cause" may be null. Called once a minute by the leader, in a transaction that its lease ends; asked twice, or by
-- the next leader, it records nothing twice. A flood is known by its time: the same one began before what ended the known one,
-- whichever of its alerts was merged since; and one that began at the same moment goes on, though merging had ended it.
-- Returns how many began or ended.
create or replace function console.record_floods(p_laptop text, p_found jsonb) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found record;
  v_known console.floods;
  v_since timestamptz;
  v_changes int := 0;
begin
  for v_found in
    select * from jsonb_to_recordset(p_found)
      as f (since timestamptz, ended timestamptz, alarms int, first bigint, cause jsonb)
    order by since
  loop
    select * into v_known from console.floods
    where since = v_found.since or since <= coalesce(v_found.ended, 'infinity')
      and v_found.since <= coalesce(ended_at - interval '10 minutes', 'infinity')
    order by since = v_found.since desc, since desc limit 1;
    if not found then
      insert into console.floods (since, ended_at, alarms, first_event_id, cause, people)
      values (v_found.since, v_found.ended, v_found.alarms, v_found.first, v_found.cause,
        console.people_between(v_found.since, coalesce(v_found.ended, clock_timestamp())));
      v_since := v_found.since;
      v_changes := v_changes + 1;
      perform console.append_audit('regie-engine', p_laptop, 'flood_began', 'event:' || v_found.first,
        jsonb_build_object('since', v_found.since));
    elsif v_known.ended_at is null or v_known.since = v_found.since then
      v_since := v_known.since;
      update console.floods set ended_at = v_found.ended, alarms = greatest(alarms, v_found.alarms),
        cause = coalesce(v_found.cause, cause),
        people = console.people_between(v_since, coalesce(v_found.ended, clock_timestamp()))
      where since = v_since
        and (ended_at, alarms, cause, people) is distinct from (v_found.ended, greatest(alarms, v_found.alarms),
          coalesce(v_found.cause, cause), console.people_between(v_since, coalesce(v_found.ended, clock_timestamp())));
      if v_found.ended is null and v_known.ended_at is not null then
        v_changes := v_changes + 1;
        perform console.append_audit('regie-engine', p_laptop, 'flood_began', 'event:' || v_found.first,
          jsonb_build_object('since', v_since));
      end if;
    else
      continue;
    end if;
    if v_found.ended is not null and v_known.ended_at is null then
      v_changes := v_changes + 1;
      perform console.append_audit('regie-engine', p_laptop, 'flood_ended', 'event:' || v_found.first,
        jsonb_build_object('since', v_since, 'alarms', v_found.alarms));
    end if;
  end loop;
  -- Its alerts were merged: what is left of them is no flood.
  for v_known in
    update console.floods f set ended_at = greatest(f.since, clock_timestamp())
    where f.ended_at is null and not exists (
      select from jsonb_to_recordset(p_found) as g (since timestamptz, ended timestamptz)
      where g.ended is null)
    returning *
  loop
    v_changes := v_changes + 1;
    perform console.append_audit('regie-engine', p_laptop, 'flood_ended', 'event:' || v_known.first_event_id,
      jsonb_build_object('since', v_known.since, 'alarms', v_known.alarms));
  end loop;
  return v_changes;
end $$;
alter function console.record_floods(text, jsonb) owner to regie_owner;
revoke execute on function console.record_floods(text, jsonb) from public;
grant execute on function console.record_floods(text, jsonb) to regie_console;

-- Who was signed in on any laptop within a time, by periods of ten minutes.
create or replace function console.people_between(p_from timestamptz, p_to timestamptz) returns text[]
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct operator order by operator), '{}')
  from console.attendance
  where period between floor(extract(epoch from p_from) / 600)::bigint and floor(extract(epoch from p_to) / 600)::bigint
$$;
revoke execute on function console.people_between(timestamptz, timestamptz) from public;
grant execute on function console.people_between(timestamptz, timestamptz) to regie_owner;
