import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { correlateWithWords } from './explained.ts';

const ACTOR = 'regie-engine';

/**
 * One fault, one incident (docs/detection.md, "Incidents"). On cards with a new or changed finding: a mismatch that the
 * open deductions explain to the cent joins the earliest of them, and leaves when they no longer do; a chain that breaks
 * between two transactions at the same moment, and a charge that repeats another in a burst of scans, join that one.
 * What a person has merged or split stays so.
 */
export const correlateFindings = async (
  tx: Transaction,
  cards: readonly string[],
  { laptop, byCard, everyone }: { laptop: string; byCard: boolean; everyone: boolean },
): Promise<void> => {
  if (cards.length > 0) {
    await separateMismatches(tx, cards, laptop);
    await joinMismatches(tx, cards, laptop);
    await joinByRows(tx, cards, laptop);
  }
  if (cards.length > 0 || everyone) await correlateWithWords(tx, cards, { laptop, byCard, everyone });
};

const joinMismatches = async (tx: Transaction, cards: readonly string[], laptop: string): Promise<void> => {
  await tx.run(sql`/* regie:correlate */
    with open_event as (
      select e.event_id, e.card_id, e.detection_algorithm, console.amount_of(e.event_data ->> 'discrepancy') as discrepancy,
        a.incident_id, a.placed
      from public.monitoring_events e join console.alerts a using (event_id)
      where e.card_id = any (${cards}::text[]) and e.status in ('OPEN', 'INVESTIGATING')
        and e.detection_algorithm in ('balance_deduction_on_failure', 'balance_mismatch_detection')
    ), explained as (
      select m.event_id, min(d.incident_id) as incident_id, array_agg(d.event_id) as deductions
      from open_event m join open_event d using (card_id)
      where m.detection_algorithm = 'balance_mismatch_detection' and d.detection_algorithm = 'balance_deduction_on_failure'
        and m.incident_id = m.event_id and m.placed is null and d.placed is distinct from 'split'
      group by m.event_id, m.discrepancy
      having sum(d.discrepancy) = m.discrepancy
    ), held as (
      -- Whoever closes a deduction in this moment has not seen what joins it: this cycle begins anew, or they wait for it.
      select e.event_id from public.monitoring_events e
      where e.event_id in (select unnest(deductions) from explained)
      for share
    ), joined as (
      update console.alerts a set incident_id = explained.incident_id, version = version + 1
      from explained where a.event_id = explained.event_id and (select count(*) from held) > 0
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'linked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id::text) from explained`);
};

/**
 * A mismatch leaves its incident when its own figure has moved since the last deduction on the card was found, and they
 * no longer make it up: while a further deduction waits for the mismatch to be confirmed, they stay together.
 */
const separateMismatches = async (tx: Transaction, cards: readonly string[], laptop: string): Promise<void> => {
  await tx.run(sql`/* regie:correlate */
    with linked as (
      select e.event_id, e.card_id, console.amount_of(e.event_data ->> 'discrepancy') as discrepancy, a.incident_id, f.last_seen_at
      from public.monitoring_events e join console.alerts a using (event_id) join console.findings f using (event_id)
      where e.card_id = any (${cards}::text[]) and e.status in ('OPEN', 'INVESTIGATING')
        and e.detection_algorithm = 'balance_mismatch_detection' and a.incident_id <> a.event_id and a.placed is null
        and exists (select from public.monitoring_events lead
          where lead.event_id = a.incident_id and lead.detection_algorithm = 'balance_deduction_on_failure')
    ), unexplained as (
      select l.event_id, l.incident_id
      from linked l join public.monitoring_events d
        on d.card_id = l.card_id and d.detection_algorithm = 'balance_deduction_on_failure'
          and d.status in ('OPEN', 'INVESTIGATING')
      group by l.event_id, l.incident_id, l.discrepancy, l.last_seen_at
      having sum(console.amount_of(d.event_data ->> 'discrepancy')) <> l.discrepancy and max(d.detection_timestamp) < l.last_seen_at
    ), parted as (
      update console.alerts a set incident_id = a.event_id, version = a.version + 1
      from unexplained u where a.event_id = u.event_id
    ), left_behind as (
      -- Whoever shows the incident that is left reads it again.
      update console.alerts a set version = a.version + 1
      from unexplained u where a.event_id = u.incident_id
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'unlinked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id::text) from unexplained`);
};

/** Findings that are made of the same rows of the log on one card: the more urgent kind leads. */
const joinByRows = async (tx: Transaction, cards: readonly string[], laptop: string): Promise<void> => {
  await tx.run(sql`/* regie:correlate */
    with open_finding as (
      select f.event_id, f.card_id, f.algorithm, f.members, a.incident_id, a.placed
      from console.findings f join console.alerts a using (event_id) join public.monitoring_events e using (event_id)
      where f.card_id = any (${cards}::text[]) and e.status in ('OPEN', 'INVESTIGATING')
        and f.algorithm in ('concurrent_transaction_detection', 'duplicate_charge', 'balance_chain_break')
    ), same as (
      select distinct on (part.event_id) part.event_id, lead.incident_id
      from open_finding part join open_finding lead
        on lead.card_id = part.card_id and lead.event_id <> part.event_id
      where part.incident_id = part.event_id and lead.incident_id = lead.event_id
        and part.placed is null and lead.placed is distinct from 'split'
        -- Rows are compared last: a writer gone mad has thousands in one finding.
        and case when lead.algorithm = 'duplicate_charge' and part.algorithm <> 'duplicate_charge'
          or lead.algorithm = 'concurrent_transaction_detection' and part.algorithm = 'balance_chain_break'
          then lead.members && part.members end
      order by part.event_id, (lead.algorithm = 'duplicate_charge') desc, lead.event_id
    ), joined as (
      update console.alerts a set incident_id = same.incident_id, version = version + 1
      -- With what it led itself.
      from same where a.incident_id = same.event_id
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'linked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id::text) from same`);
};
