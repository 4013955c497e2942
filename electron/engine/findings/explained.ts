import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { UNKNOWN_WORDS } from '../unknown-words.ts';

const ACTOR = 'regie-engine';
const neededRow = z.object({ needed: z.boolean() });
const cardRow = z.object({ card_id: z.string() }).transform((row) => row.card_id);
/** Mismatches looked at beside those that have just changed. */
const MAX_CARDS = 2_000;

/**
 * Mismatches that rows of a word without a meaning explain to the cent belong to the alert about that word: twenty
 * payouts are one question and not twenty faults. They leave it when they no longer do. What a person has merged or split
 * stays so.
 * @param changed cards with a new or changed finding: only of those it can be that they no longer belong
 * @param options.byCard whether the log may be asked for one card's rows; else the rows of the last two hours count
 * @param options.everyone also mismatches that were there before the word
 */
export const correlateWithWords = async (
  tx: Transaction,
  changed: readonly string[],
  { laptop, byCard, everyone }: { laptop: string; byCard: boolean; everyone: boolean },
): Promise<void> => {
  const { needed } = await tx.row(
    neededRow,
    sql`/* regie:correlate */
      select exists (
          select from console.findings f join public.monitoring_events e using (event_id)
          where f.algorithm = any (${UNKNOWN_WORDS}::text[]) and f.cleared_at is null
            and e.status in ('OPEN', 'INVESTIGATING')) as needed`,
  );
  if (!needed) return;
  const cards = await tx.rows(
    cardRow,
    sql`/* regie:correlate */
      select distinct e.card_id from public.monitoring_events e
      where e.detection_algorithm = 'balance_mismatch_detection' and e.status in ('OPEN', 'INVESTIGATING')
        and e.card_id is not null and (${everyone}::boolean or e.card_id = any (${changed}::text[]))
      limit ${MAX_CARDS}`,
  );
  if (cards.length === 0) return;
  await tx.run(sql`/* regie:correlate */
    with meant as materialized (
      select console.meanings() as meanings
    ), word as (
      select split_part(f.algorithm, '_', 3) as kind, substr(f.finding_key, length(f.algorithm) + 2) as word, a.incident_id
      from console.findings f join console.alerts a using (event_id) join public.monitoring_events e using (event_id)
      where f.algorithm = any (${UNKNOWN_WORDS}::text[]) and f.cleared_at is null
        and e.status in ('OPEN', 'INVESTIGATING') and a.placed is distinct from 'split'
    ), mismatch as (
      select e.event_id, e.card_id, console.amount_of(e.event_data ->> 'discrepancy') as discrepancy, a.incident_id, a.storm,
        -- Alone, in a storm of its kind, or with a word already: what another fault explains stays there.
        a.incident_id = e.event_id as leads, lead.storm is not null as in_storm,
        a.incident_id in (select incident_id from word) as with_word
      from public.monitoring_events e join console.alerts a using (event_id)
      join console.alerts lead on lead.event_id = a.incident_id
      where e.card_id = any (${cards}::text[]) and e.detection_algorithm = 'balance_mismatch_detection'
        and e.status in ('OPEN', 'INVESTIGATING') and a.placed is null
    ), logged as (
      select t.card_id::text as card_id, console.type_word(console.word_of(t.transaction_type)) as type,
        console.known_status(console.word_of(t.status), meant.meanings) as status, console.amount_of(t.amount_involved) as amount
      from meant cross join public.app_transaction_log t where ${byCard}::boolean and t.card_id = any (${cards}::text[])
      union all
      select r.card_id, r.transaction_type, r.status, r.amount_involved
      from console.recent_transactions r where not ${byCard}::boolean and r.card_id = any (${cards}::text[])
    ), moved as (
      -- Nobody knows in which direction a type moves money.
      select card_id, 'type' as kind, type as word, sum(amount) as amount, true as either_way
      from meant cross join logged
      where console.sign_of(type, meanings) is null and coalesce(console.status_of(status, meanings), 'completed') = 'completed'
      group by card_id, type
      union all
      select card_id, 'status', status, sum(console.sign_of(type, meanings) * amount), false
      from meant cross join logged
      where console.status_of(status, meanings) is null and console.sign_of(type, meanings) is not null
      group by card_id, status
    ), explained as (
      select m.event_id, min(w.incident_id) as incident_id
      from mismatch m join moved on moved.card_id = m.card_id
      join word w on w.kind = moved.kind and w.word = moved.word
      where m.leads or m.in_storm or m.with_word
      group by m.event_id
      having bool_or(abs(m.discrepancy - moved.amount) <= 0.01
        or moved.either_way and abs(m.discrepancy + moved.amount) <= 0.01)
    ), joined as (
      update console.alerts a set incident_id = x.incident_id, storm = null, version = version + 1
      from explained x
      where a.event_id = x.event_id and a.incident_id <> x.incident_id
        -- The head of a storm stays while it leads any that are not explained.
        and not exists (
          select from console.alerts other join public.monitoring_events e using (event_id)
          where other.incident_id = a.event_id and other.event_id <> a.event_id and e.status in ('OPEN', 'INVESTIGATING')
            and other.event_id not in (select event_id from explained))
      returning a.event_id, a.incident_id
    ), parted as (
      update console.alerts a set incident_id = a.event_id, version = version + 1
      from mismatch m
      where a.event_id = m.event_id and m.with_word and not m.leads and m.card_id = any (${changed}::text[])
        and m.event_id not in (select event_id from explained)
      returning a.event_id, m.incident_id
    ), urgent as (
      -- It is as urgent as what it explains, and leads it.
      update public.monitoring_events e set severity = 'CRITICAL'
      where e.event_id in (select incident_id from joined) and e.detection_algorithm = any (${UNKNOWN_WORDS}::text[])
        and e.severity <> 'CRITICAL'
      returning e.event_id
    ), level as (
      update public.alert_history h set alert_level = console.alert_level('CRITICAL')
      from urgent where h.monitoring_event_id = urgent.event_id and h.alert_level <> 'EMERGENCY'
    ), left_behind as (
      -- Whoever shows the incident that grew or is left reads it again.
      update console.alerts a set version = a.version + 1
      where a.event_id in (select incident_id from parted union select incident_id from joined)
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'linked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id::text) from joined
    union all
    select event_id, 'unlinked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id::text) from parted`);
};
