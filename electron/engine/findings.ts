import { z } from 'zod';
import { toNumeric } from '../../shared/domain/money.ts';
import { eventStatusSchema, isOpen, type Severity, severitySchema, urgency } from '../../shared/domain/severity.ts';
import type { Transaction } from '../festival/pool.ts';
import { idColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Finding } from './detector.ts';
import { factsToJson } from './facts.ts';
import { iso } from './windows.ts';

const ACTOR = 'regie-engine';

const knownRow = z.object({
  finding_key: z.string(),
  episode: z.int(),
  algorithm: z.string(),
  card_id: z.string().nullable(),
  facts: z.string(),
  members: z.array(z.int()),
  cleared: z.boolean(),
  event_id: idColumn.nullable(),
  status: eventStatusSchema.nullable(),
  severity: severitySchema.nullable(),
});
type Known = z.output<typeof knownRow>;
const eventRow = z.object({ event_id: idColumn });

/** What became of the findings of a cycle. */
export type Written = { readonly raised: number; readonly updated: number; readonly cards: readonly string[] };

/**
 * Writes findings, each once (detectors.md, "Key"): a new one makes an event; one that is known and open is updated when
 * its facts changed; one that was closed comes back only when something new happened. All in the caller's transaction,
 * and the primary key of console.findings decides between two engines.
 */
export const writeFindings = async (
  tx: Transaction,
  findings: readonly Finding[],
  laptop: string,
): Promise<Written> => {
  if (findings.length === 0) return { raised: 0, updated: 0, cards: [] };
  const known = await knownFindings(tx, findings);
  let raised = 0;
  let updated = 0;
  const cards = new Set<string>();
  for (const finding of findings) {
    const same = sameFinding(finding, known);
    const changed = same === undefined || same.facts !== finding.fingerprint || same.cleared;
    if (!changed) continue;
    if (same?.event_id && same.status !== null && isOpen(same.status)) {
      await update(tx, same, finding, laptop);
      updated += 1;
    } else if (
      await raise(tx, finding, { key: same?.finding_key ?? finding.key, episode: (same?.episode ?? 0) + 1 }, laptop)
    ) {
      raised += 1;
    } else continue;
    if (finding.cardId !== null) cards.add(finding.cardId);
  }
  return { raised, updated, cards: [...cards] };
};

/** The last episode of every key, and of findings on the same cards that may be the same under another first row. */
const knownFindings = async (tx: Transaction, findings: readonly Finding[]): Promise<Known[]> =>
  tx.rows(
    knownRow,
    sql`/* regie:findings */
      select f.finding_key, f.episode, f.algorithm, f.card_id, f.facts, to_jsonb(f.members) as members, f.cleared_at is not null as cleared,
        f.event_id, e.status, e.severity
      from console.findings f
      left join public.monitoring_events e using (event_id)
      where (f.finding_key = any (${findings.map(({ key }) => key)}::text[])
          or (f.card_id = any (${findings.flatMap(({ cardId }) => cardId ?? [])}::text[]) and f.cleared_at is null
            and cardinality(f.members) > 0))
        and f.episode = (select max(last.episode) from console.findings last where last.finding_key = f.finding_key)`,
  );

/** By key, or by a row in common: a late row may have become the first of its burst. */
const sameFinding = (finding: Finding, known: readonly Known[]): Known | undefined => {
  const members = new Set(finding.members);
  return (
    known.find((one) => one.finding_key === finding.key) ??
    known.find(
      (one) =>
        one.algorithm === finding.algorithm &&
        one.card_id === finding.cardId &&
        one.members.some((member) => members.has(member)),
    )
  );
};

const raise = async (
  tx: Transaction,
  finding: Finding,
  identity: { key: string; episode: number },
  laptop: string,
): Promise<boolean> => {
  const taken = await tx.run(sql`/* regie:finding */
    insert into console.findings (finding_key, episode, algorithm, card_id, facts, members)
    values (${identity.key}, ${identity.episode}, ${finding.algorithm}, ${finding.cardId}, ${finding.fingerprint},
      ${finding.members}::bigint[])
    on conflict (finding_key, episode) do nothing`);
  if (taken === 0) return false;
  const { event_id: eventId } = await tx.row(
    eventRow,
    sql`/* regie:finding */
      insert into public.monitoring_events (event_type, severity, card_id, transaction_id, affected_amount,
        detection_timestamp, detection_algorithm, confidence_score, event_data, context_data)
      values (${finding.eventType}, ${finding.severity}, ${finding.cardId}, ${finding.transactionId}::uuid,
        ${finding.amount === null ? null : toNumeric(finding.amount)}::numeric, clock_timestamp(), ${finding.algorithm},
        ${finding.confidence}::numeric,
        ${factsToJson(finding.facts)}::jsonb || jsonb_build_object('occurred_at', ${iso(finding.occurredAt)}::text),
        jsonb_build_object(
          'transactions', coalesce((
            select jsonb_agg(to_jsonb(t) order by t.occurred_at, t.log_id) from (
              select log_id, transaction_id, transaction_type, status, amount_involved, previous_balance, new_balance,
                point_of_sale, occurred_at
              from console.recent_transactions where card_id = ${finding.cardId}::text
              order by occurred_at desc, log_id desc limit 10) as t), '[]'),
          'scans', coalesce((
            select jsonb_agg(to_jsonb(s) order by s.occurred_at) from (
              select scan_log_id, scan_status, device_identifier, occurred_at
              from console.recent_scans where card_id = ${finding.cardId}::text
              order by occurred_at desc limit 10) as s), '[]')))
      returning event_id`,
  );
  await tx.run(sql`/* regie:finding */
    with linked as (
      update console.findings set event_id = ${eventId}
      where finding_key = ${identity.key} and episode = ${identity.episode}
    ), alert as (
      insert into console.alerts (event_id, incident_id, occurred_at)
      values (${eventId}, ${eventId}, ${iso(finding.occurredAt)}::timestamptz)
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    values (${eventId}, 'detected', ${ACTOR}, ${laptop}, jsonb_build_object('algorithm', ${finding.algorithm}::text))`);
  const level = alertLevel(finding.severity);
  if (level !== null) {
    // An earlier system's trigger may have written the row already (festival-schema.md).
    await tx.run(sql`/* regie:finding */
      insert into public.alert_history (monitoring_event_id, alert_level, alert_message, alert_data)
      select ${eventId}, ${level}, ${alertMessage(finding)}, jsonb_build_object('detection_algorithm', ${finding.algorithm}::text)
      where not exists (select from public.alert_history where monitoring_event_id = ${eventId})`);
  }
  await tx.run(sql`/* regie:finding */
    select console.append_audit(${ACTOR}, ${laptop}, 'event_raised', ${`event:${eventId}`},
      jsonb_build_object('algorithm', ${finding.algorithm}::text, 'key', ${identity.key}::text, 'episode', ${identity.episode}::int))`);
  return true;
};

/** New facts on an open event. Its severity only ever rises: what was urgent stays so until somebody has looked. */
const update = async (tx: Transaction, known: Known, finding: Finding, laptop: string): Promise<void> => {
  const severity =
    known.severity !== null && urgency(known.severity) < urgency(finding.severity) ? known.severity : finding.severity;
  await tx.run(sql`/* regie:finding */
    update public.monitoring_events
    set event_data = event_data || ${factsToJson(finding.facts)}::jsonb, severity = ${severity},
      transaction_id = coalesce(transaction_id, ${finding.transactionId}::uuid),
      affected_amount = ${finding.amount === null ? null : toNumeric(finding.amount)}::numeric
    where event_id = ${known.event_id}`);
  await tx.run(sql`/* regie:finding */
    with facts as (
      update console.findings
      set facts = ${finding.fingerprint}, last_seen_at = now(), cleared_at = null,
        members = (select array(select distinct unnest(members || ${finding.members}::bigint[]) order by 1))
      where finding_key = ${known.finding_key} and episode = ${known.episode}
    ), alert as (
      update console.alerts set cleared_at = null, version = version + 1 where event_id = ${known.event_id}
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    values (${known.event_id}, 'updated', ${ACTOR}, ${laptop}, ${factsToJson(finding.facts)}::jsonb)`);
};

/** Marks findings whose fault has disappeared; open alerts stay on the board and say so. */
export const clearFindings = async (tx: Transaction, keys: readonly string[], laptop: string): Promise<void> => {
  if (keys.length === 0) return;
  await tx.run(sql`/* regie:cleared */
    with cleared as (
      update console.findings set cleared_at = now()
      where finding_key = any (${keys}::text[]) and cleared_at is null
      returning event_id
    ), still_open as (
      select e.event_id from cleared join public.monitoring_events e using (event_id)
      where e.status in ('OPEN', 'INVESTIGATING')
    ), marked as (
      update console.alerts set cleared_at = now(), version = version + 1
      where event_id in (select event_id from still_open)
    )
    insert into console.timeline (event_id, kind, actor, laptop)
    select event_id, 'cleared', ${ACTOR}, ${laptop} from still_open`);
};

/** Closes what cleared by itself 15 minutes ago, unless somebody has taken or acknowledged it (detectors.md, "Self-healing"). */
export const closeCleared = async (tx: Transaction, laptop: string): Promise<void> => {
  await tx.run(sql`/* regie:cleared */
    with healed as (
      select a.event_id, a.cleared_at from console.alerts a join public.monitoring_events e using (event_id)
      where a.cleared_at < now() - interval '15 minutes' and a.acknowledged_at is null and a.taken_at is null
        and e.status = 'OPEN'
    ), closed as (
      update public.monitoring_events e
      set status = 'RESOLVED', resolved_at = clock_timestamp(),
        resolution_notes = 'Cleared by itself at ' || to_char(healed.cleared_at at time zone 'utc', 'HH24:MI') || ' UTC'
      from healed where e.event_id = healed.event_id
      returning e.event_id, e.resolution_notes
    ), history as (
      update public.alert_history h
      set resolved_at = clock_timestamp(),
        resolution_time_seconds = greatest(0, round(extract(epoch from clock_timestamp() - h.alert_timestamp)))::int
      from closed where h.monitoring_event_id = closed.event_id and h.resolved_at is null
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'resolved', ${ACTOR}, ${laptop}, jsonb_build_object('note', resolution_notes) from closed`);
};

/**
 * One fault, one incident: a mismatch that the open deductions on its card explain to the cent joins the earliest of
 * them (detectors.md, "Linked findings"). Called for cards with a new finding.
 */
export const linkFindings = async (tx: Transaction, cards: readonly string[], laptop: string): Promise<void> => {
  if (cards.length === 0) return;
  await tx.run(sql`/* regie:link */
    with open_event as (
      select e.event_id, e.card_id, e.detection_algorithm, (e.event_data ->> 'discrepancy')::numeric as discrepancy,
        a.incident_id
      from public.monitoring_events e join console.alerts a using (event_id)
      where e.card_id = any (${cards}::text[]) and e.status in ('OPEN', 'INVESTIGATING')
        and e.detection_algorithm in ('balance_deduction_on_failure', 'balance_mismatch_detection')
    ), explained as (
      select m.event_id, min(d.incident_id) as incident_id
      from open_event m join open_event d using (card_id)
      where m.detection_algorithm = 'balance_mismatch_detection' and d.detection_algorithm = 'balance_deduction_on_failure'
        and m.incident_id = m.event_id
      group by m.event_id, m.discrepancy
      having sum(d.discrepancy) = m.discrepancy
    ), joined as (
      update console.alerts a set incident_id = explained.incident_id, version = version + 1
      from explained where a.event_id = explained.event_id
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'linked', ${ACTOR}, ${laptop}, jsonb_build_object('incident', incident_id) from explained`);
};

/** The guide's alert levels; a record that is no alert has none. */
const alertLevel = (severity: Severity): 'CRITICAL' | 'WARNING' | 'INFO' | null => {
  switch (severity) {
    case 'CRITICAL':
      return 'CRITICAL';
    case 'HIGH':
    case 'MEDIUM':
      return 'WARNING';
    case 'LOW':
      return 'INFO';
    case 'INFO':
      return null;
  }
};

/** Read by the guide's own queries, in English; the console writes its sentences from the facts. */
const alertMessage = (finding: Finding): string => {
  const card = finding.cardId === null ? '' : ` on card ${finding.cardId}`;
  const amount = finding.amount === null ? '' : `, ${toNumeric(finding.amount)} EUR`;
  return `${finding.algorithm}${card}${amount}`;
};
