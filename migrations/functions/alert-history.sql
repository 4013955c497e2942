-- The history of alerts (docs/history.md): what they are found by.

grant select on console.history, console.history_state to regie_console;
grant select, insert, update on console.history to regie_owner;
grant select, update on console.history_state to regie_owner;
grant select on public.monitoring_events, public.alert_history, console.alerts, console.timeline, console.changes, console.archive
  to regie_owner;

-- A text without accents and capitals, its words apart by blanks; the same as shared/domain/log-words.ts makes of what is typed.
create or replace function console.folded_words(p_text text) returns text[]
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct left(word, 100)), '{}')
  from regexp_split_to_table(
    lower(regexp_replace(normalize(left(p_text, 50000), NFD), '[\u0300-\u036f]', '', 'g')),
    -- Whatever the database's locale takes for a letter: ASCII's own signs, blanks, and the signs of money and of print.
    '[\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e\u00a0-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u3000-\u303f]+') as word
  where word <> ''
$$;
revoke execute on function console.folded_words(text) from public;
grant execute on function console.folded_words(text) to regie_owner;

-- All texts in a JSON value, one a line.
create or replace function console.texts_in(p_data jsonb) returns text
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(one #>> '{}', e'\n')
  from jsonb_path_query(p_data, 'strict $.** ? (@.type() == "string" || @.type() == "number")') as one
$$;
revoke execute on function console.texts_in(jsonb) from public;
grant execute on function console.texts_in(jsonb) to regie_owner;

-- Reads these events anew. One that is gone stays as it was last.
create or replace function console.refresh_history(p_ids bigint[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into console.history as h
    (event_id, incident_id, at, severity, status, algorithm, card_id, amount, place, leads, people, words)
  select e.event_id, coalesce(a.incident_id, e.event_id), coalesce(console.time_of(e.detection_timestamp), 'epoch'),
    console.word_of(e.severity), coalesce(console.word_of(e.status), 'OPEN'), coalesce(console.word_of(e.detection_algorithm), ''),
    console.key_of(e.card_id), console.amount_of(e.affected_amount), console.word_of(f.place),
    a.event_id is null or a.incident_id = e.event_id or not exists (
      select from console.alerts l where l.event_id = a.incident_id and l.incident_id = l.event_id),
    coalesce(t.people, '{}'),
    array_to_tsvector(array_append(
      console.folded_words(concat_ws(e'\n', e.event_id, a.incident_id, left(e.detection_algorithm::text, 200), e.card_id, e.transaction_id, e.affected_amount,
        left(f.texts, 20000), e.resolution_notes, array_to_string(t.people, e'\n'), t.texts)),
      '=' || left(coalesce(e.detection_algorithm::text, ''), 200)))
  from public.monitoring_events e
  left join console.alerts a using (event_id)
  cross join lateral (
    select console.texts_in(console.json_of(e.event_data)) as texts,
      coalesce(console.json_of(e.event_data) ->> 'point_of_sale', console.json_of(e.event_data) ->> 'device_identifier') as place
  ) as f
  cross join lateral (
    select string_agg(said.texts, e'\n') as texts,
      array(select distinct left(name, 100) from (
        select unnest(array_agg(said.actor))
        union all select a.acknowledged_by union all select a.taken_by
        union all select g.acknowledged_by from public.alert_history g where g.monitoring_event_id = e.event_id) as people (name)
        where name not in ('', 'regie-engine')) as people
    from (
      select actor, console.texts_in(data) as texts from console.timeline
      where timeline.event_id = e.event_id and kind not in ('linked', 'unlinked', 'storm', 'updated')
      order by entry_id limit 1000) as said
  ) as t
  where e.event_id = any (p_ids) and e.severity <> 'INFO'
  on conflict (event_id) do update set incident_id = excluded.incident_id, at = excluded.at, severity = excluded.severity,
    status = excluded.status, algorithm = excluded.algorithm, card_id = excluded.card_id, amount = excluded.amount,
    place = excluded.place, leads = excluded.leads, people = excluded.people, words = excluded.words;
end $$;
revoke execute on function console.refresh_history(bigint[]) from public;
grant execute on function console.refresh_history(bigint[]) to regie_owner;

-- Takes in what was cleaned up before there was a history, 2,000 at a time: a second of a statement that is given ten. Of those,
-- notes and people are in the archive as well.
create or replace function console.read_archive() returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into console.history (event_id, incident_id, at, severity, status, algorithm, card_id, amount, place, leads, people, words)
  select m.event_id, coalesce((a.data ->> 'incident_id')::bigint, m.event_id),
    coalesce(console.time_of(m.data ->> 'detection_timestamp'), 'epoch'),
    m.data ->> 'severity', coalesce(m.data ->> 'status', 'RESOLVED'), coalesce(console.word_of(m.data ->> 'detection_algorithm'), ''),
    console.key_of(m.data ->> 'card_id'), console.amount_of(m.data ->> 'affected_amount'),
    console.word_of(coalesce(m.data -> 'event_data' ->> 'point_of_sale', m.data -> 'event_data' ->> 'device_identifier')),
    a.data is null or (a.data ->> 'incident_id')::bigint = m.event_id,
    coalesce(t.people, '{}'),
    array_to_tsvector(array_append(
      console.folded_words(concat_ws(e'\n', m.event_id, left(m.data ->> 'detection_algorithm', 200), m.data ->> 'card_id', m.data ->> 'transaction_id',
        m.data ->> 'affected_amount', console.texts_in(m.data -> 'event_data'), m.data ->> 'resolution_notes', t.texts,
        array_to_string(t.people, e'\n'))),
      '=' || left(coalesce(m.data ->> 'detection_algorithm', ''), 200)))
  from console.archive m
  left join console.archive a on a.source = 'alerts' and a.row_id = m.row_id
  left join lateral (
    select string_agg(console.texts_in(one.data -> 'data'), e'\n') as texts,
      array_agg(distinct left(one.data ->> 'actor', 100)) filter (where one.data ->> 'actor' not in ('', 'regie-engine')) as people
    from console.archive one where one.event_id = m.event_id and one.source = 'timeline') as t on true
  where m.source = 'monitoring_events' and m.event_id is not null and m.data ->> 'severity' <> 'INFO'
    and not exists (select from console.history h where h.event_id = m.event_id)
  limit 2000
  on conflict (event_id) do nothing;
end $$;
revoke execute on function console.read_archive() from public;
grant execute on function console.read_archive() to regie_owner;

-- Brings the history up to date with what was committed: of what changed, or, where that is more than p_most or was forgotten
-- meanwhile (changes are kept for an hour), of all events in the order of their ids, p_most at a time. Returns whether it has
-- read everything. Waits for another session that does it, which may have begun before what is looked for was there. Run in
-- READ COMMITTED, in a transaction of its own.
create or replace function console.catch_up_history(p_most int) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_state console.history_state;
  v_next pg_snapshot;
  v_ids bigint[];
  v_archived boolean := false;
begin
  select * into strict v_state from console.history_state for update;
  v_next := pg_current_snapshot();
  -- Not all since the oldest transaction that was under way: one that stays open would have everything read again each time.
  v_ids := array(
    select distinct event_id from console.changes
    where xact >= pg_snapshot_xmin(v_state.position) and not pg_visible_in_snapshot(xact, v_state.position) limit p_most + 1);
  if v_state.caught_up_at < clock_timestamp() - interval '30 minutes' or cardinality(v_ids) > p_most then
    v_state.read_to := -9223372036854775808;
  else
    -- What leads an incident that is led by another one has changed for those, too.
    v_ids := v_ids || array(
      select a.event_id from console.alerts l join console.alerts a on a.incident_id = l.event_id
      where l.event_id = any (v_ids) and l.incident_id <> l.event_id);
    perform console.refresh_history(v_ids);
  end if;
  v_state.position := v_next;
  if v_state.read_to is not null then
    if v_state.read_to = -9223372036854775808 then
      perform console.read_archive();
      v_archived := exists (
        select from console.archive m
        where m.source = 'monitoring_events' and m.event_id is not null and m.data ->> 'severity' <> 'INFO'
          and not exists (select from console.history h where h.event_id = m.event_id));
    end if;
    -- The events themselves follow when all of the archive is in.
    if not v_archived then
      v_ids := array(select event_id from public.monitoring_events where event_id > v_state.read_to order by event_id limit p_most);
      perform console.refresh_history(v_ids);
      v_state.read_to := case when cardinality(v_ids) = p_most then v_ids[p_most] end;
    end if;
  end if;
  update console.history_state set read_to = v_state.read_to, position = v_state.position, caught_up_at = clock_timestamp();
  return v_state.read_to is null;
end $$;
alter function console.catch_up_history(int) owner to regie_owner;
revoke execute on function console.catch_up_history(int) from public;
grant execute on function console.catch_up_history(int) to regie_console;
