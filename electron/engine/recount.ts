import { z } from 'zod';
import type { Transaction } from '../postgres/pool.ts';
import { countColumn, serialColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { ACTOR } from './findings/findings.ts';
import type { Lease } from './lease.ts';
import { reportWords } from './words-report.ts';

/** Rows that are opened again by one statement. */
const ROWS = 20_000;

const rowsRow = z.object({ rows: countColumn });
const waitingRow = z.object({ waiting: z.boolean() });
const versionRow = z.object({ version: serialColumn, recounted: serialColumn });

/** The version of the meanings with which the ledger has to be counted; undefined where it has been. */
export const meaningToCount = async (tx: Transaction): Promise<number | undefined> => {
  const { version, recounted } = await tx.row(
    versionRow,
    sql`/* regie:recount */ select version, recounted from console.meaning_version`,
  );
  return version === recounted ? undefined : version;
};

/**
 * Rows whose status means something else by now are looked up and judged again, as rows that are decided late are: those of
 * the last two hours that had been decided, and those that wait, however long. A batch of each, so that no cycle waits for
 * two hundred thousand of them. @returns whether there may be more
 */
export const openChangedRows = (lease: Lease): Promise<boolean> =>
  lease.write(async (tx) => {
    await tx.run(sql`/* regie:recount */ select from console.watermarks where source = 'transactions' for update`);
    const { rows: reopened } = await tx.row(
      rowsRow,
      sql`/* regie:recount */
        with changed as (
          select r.log_id, r.status_word, date_trunc('second', r.occurred_at) as second, r.status = 'failed' as failed,
            r.transaction_type <> 'manual_correction' and r.stated_at is null as counted,
            date_trunc('minute', r.occurred_at) as minute, coalesce(r.point_of_sale, '') as place, r.transaction_type as type,
            r.amount_involved as amount
          from (select console.meanings() as meanings offset 0) as meant
          cross join console.recent_transactions r
          where r.status_word is not null and r.status <> console.known_status(r.status_word, meant.meanings)
          limit ${ROWS}
        ), reopened as (
          update console.recent_transactions r set status = c.status_word, status_word = null
          from changed c where r.log_id = c.log_id
        ), waiting as (
          insert into console.unsettled (log_id, status) select log_id, status_word from changed
          on conflict (log_id) do nothing
        ), traffic as (
          update console.traffic_seconds t set total = t.total - c.total, failed = t.failed - c.failed
          from (select second, count(*) as total, count(*) filter (where failed) as failed
            from changed where counted group by second) as c
          where t.second = c.second
        ), minutes as (
          update console.traffic_minutes t set total = t.total - c.total, failed = t.failed - c.failed,
            amount = t.amount - c.amount, no_amount = t.no_amount - c.no_amount
          from (select minute, place, type, count(*) filter (where counted) as total,
              count(*) filter (where counted and failed) as failed, coalesce(sum(amount) filter (where not failed), 0) as amount,
              count(*) filter (where not failed and amount is null) as no_amount
            from changed where type <> 'manual_correction' group by 1, 2, 3) as c
          where (t.minute, t.place, t.type) = (c.minute, c.place, c.type)
        )
        select count(*) as rows from changed`,
    );
    const { rows: hastened } = await tx.row(
      rowsRow,
      sql`/* regie:recount */
        with waiting as (
          select u.log_id from console.transaction_meanings m join console.unsettled u on u.status = m.word
          where m.kind = 'status' and m.meaning in ('completed', 'failed') and u.noticed_at < m.changed_at
          limit ${ROWS}
        ), hastened as (
          update console.unsettled u set noticed_at = now() from waiting where u.log_id = waiting.log_id
        )
        select count(*) as rows from waiting`,
    );
    return reopened === ROWS || hastened === ROWS;
  });

/** Whether a row that waited is decided by what its status means now, and has not been read again yet. */
export const isRowWaiting = async (tx: Transaction): Promise<boolean> =>
  (
    await tx.row(
      waitingRow,
      // By primary key, and no row of a status that still waits.
      sql`/* regie:recount */
        select exists (
          select from (select console.meanings() as meanings offset 0) as meant
          cross join console.transaction_meanings m
          join console.unsettled u on u.status = m.word
          cross join lateral (
            select console.word_of(status) as word from public.app_transaction_log where log_id = u.log_id offset 0) as t
          where m.kind = 'status' and m.meaning in ('completed', 'failed')
            and console.status_of(t.word, meant.meanings) in ('completed', 'failed')) as waiting`,
    )
  ).waiting;

/**
 * The ledger has been counted with the meanings of this version. What they explain ends: the alerts about words that mean
 * something, and the mismatches of cards that agree by now, under such an alert or wherever they are: the head of a storm
 * stays with what it leads.
 */
export const endExplained = async (tx: Transaction, version: number, laptop: string): Promise<void> => {
  // Explained otherwise meanwhile: it is counted once more.
  if ((await meaningToCount(tx)) !== version) return;
  await tx.run(sql`/* regie:recount */ update console.meaning_version set recounted = ${version}`);
  await tx.run(sql`/* regie:recount */
    with word as (
      select f.event_id, a.incident_id, m.word || ' = ' || m.meaning || ' (' || m.changed_by || ')' as note
      from console.transaction_meanings m
      join console.findings f on f.finding_key = 'unknown_transaction_' || m.kind || ':' || m.word
      join console.alerts a using (event_id) join public.monitoring_events e using (event_id)
      where e.status in ('OPEN', 'INVESTIGATING')
    ), agrees as materialized (
      select e.event_id, e.card_id, a.incident_id, console.amount_of(e.event_data ->> 'discrepancy') as discrepancy
      from public.monitoring_events e left join console.alerts a using (event_id)
      join public.table_cards c on c.id = e.card_id
      left join console.card_ledger l on l.card_id = e.card_id
      where e.detection_algorithm = 'balance_mismatch_detection' and e.status in ('OPEN', 'INVESTIGATING')
        and abs(coalesce(console.amount_of(c.amount), 0) * 100 - coalesce(l.expected_cents, 0)) <= 1
    ), under_words as (
      select agrees.event_id, word.note from word join agrees using (incident_id)
    ), elsewhere as (
      select * from agrees where event_id not in (select event_id from under_words)
    ), ended as (
      select event_id, note from word
      union
      select event_id, note from under_words
      union
      select x.event_id, moved.note
      from elsewhere x join (
        select card_id, sum(amount) as amount, string_agg(distinct note, ', ') as note
        from (
          select t.log_id, t.card_id::text as card_id, string_agg(distinct m.word || ' = ' || m.meaning || ' (' || m.changed_by || ')', ', ') as note,
            max(console.ledger_amount(t.transaction_type::text, t.status::text, console.amount_of(t.amount_involved),
              console.json_of(t.details), meant.meanings)) as amount
          from (select console.meanings() as meanings offset 0) as meant
          cross join public.app_transaction_log t
          join console.transaction_meanings m
            on m.word = console.word_key(console.word_of(case m.kind when 'type' then t.transaction_type else t.status end))
          where t.card_id = any (array(select card_id from elsewhere))
          group by t.log_id, t.card_id) as told
        group by card_id) as moved using (card_id)
      where abs(x.discrepancy - moved.amount) <= 0.01
    ), closed as (
      update public.monitoring_events e
      set status = 'RESOLVED', resolved_at = clock_timestamp(), resolution_notes = 'Explained: ' || ended.note
      from ended where e.event_id = ended.event_id
      returning e.event_id, e.card_id, e.detection_algorithm, e.resolution_notes
    ), findings as (
      update console.findings f set cleared_at = coalesce(f.cleared_at, now())
      from closed where f.event_id = closed.event_id
    ), looks as (
      delete from console.mismatch_looks l using closed where l.card_id = closed.card_id
    ), parted as (
      -- What the word does not explain is an alert of its own.
      update console.alerts a set incident_id = a.event_id, version = a.version + 1
      from word, public.monitoring_events e
      where a.incident_id = word.incident_id and a.event_id <> word.event_id and a.placed is null and e.event_id = a.event_id
        and e.status in ('OPEN', 'INVESTIGATING') and a.event_id not in (select event_id from ended)
        and word.incident_id = word.event_id
      returning a.event_id, word.incident_id
    ), seen as (
      update console.alerts a set version = a.version + 1 where a.event_id in (select event_id from closed)
    ), history as (
      update public.alert_history h
      set resolved_at = clock_timestamp(),
        resolution_time_seconds = greatest(0, round(extract(epoch from clock_timestamp() - h.alert_timestamp)))::int
      from closed where h.monitoring_event_id = closed.event_id and h.resolved_at is null
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'unlinked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id::text) from parted
    union all
    select event_id, 'resolved', ${ACTOR}, ${laptop}, jsonb_build_object('note', resolution_notes) from closed
    returning case when kind = 'resolved'
      then console.append_engine_audit(${laptop}, 'event_explained', 'event:' || event_id, data) end`);
  await reportWords(tx, laptop);
};
