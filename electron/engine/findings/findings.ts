import { z } from 'zod';
import { toNumeric } from '../../../shared/domain/money.ts';
import { type RowId, rowIdSchema } from '../../../shared/domain/row-id.ts';
import { eventStatusSchema, isOpen, severitySchema, urgency } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Finding } from '../detector.ts';
import { iso } from '../time.ts';
import { factsToJson } from './facts.ts';
import { joinStorm } from './storms.ts';

/** Who the engine is on timeline and audit trail. */
export const ACTOR = 'regie-engine';

const existingRow = z.object({
  finding_key: z.string(),
  episode: z.int(),
  algorithm: z.string(),
  card_id: z.string().nullable(),
  facts: z.string(),
  members: z.array(rowIdSchema),
  cleared: z.boolean(),
  event_id: idColumn.nullable(),
  status: eventStatusSchema.nullable(),
  severity: severitySchema.nullable(),
});
type ExistingFinding = z.output<typeof existingRow>;
const insertedRow = z.object({ finding_key: z.string(), event_id: idColumn });

/** What became of the findings of a cycle. */
export type Written = { readonly raised: number; readonly updated: number; readonly cards: readonly string[] };

/** Findings written by one statement, so that a storm of thousands costs a few statements and bounded memory. */
const WRITE_BATCH = 500;

type Identity = { readonly finding: Finding; readonly key: string; readonly episode: number };

/**
 * Writes findings, each once (docs/detection.md, "Findings"): a new one makes an event; one that exists and is open is updated when
 * its facts changed; one that was closed comes back only when something new happened. All in the caller's transaction,
 * and the primary key of console.findings decides between two engines.
 */
export const writeFindings = async (
  tx: Transaction,
  findings: readonly Finding[],
  laptop: string,
): Promise<Written> => {
  if (findings.length === 0) return { raised: 0, updated: 0, cards: [] };
  const existing = await existingFindings(tx, findings);
  const fresh = new Map<string, Identity>();
  let updated = 0;
  const cards = new Set<string>();
  for (const finding of findings) {
    const same = sameFinding(finding, existing);
    const changed = same === undefined || same.facts !== finding.fingerprint || same.cleared;
    if (!changed) {
      if (finding.counts && same?.event_id && same.status !== null && isOpen(same.status))
        await count(tx, same, finding);
      continue;
    }
    if (same?.event_id && same.status !== null && isOpen(same.status)) {
      await update(tx, same, finding, laptop);
      updated += 1;
      if (finding.cardId !== null) cards.add(finding.cardId);
    } else {
      const key = same?.finding_key ?? finding.key;
      fresh.set(key, { finding, key, episode: (same?.episode ?? 0) + 1 });
    }
  }
  let raised = 0;
  const identities = [...fresh.values()];
  const events = new Map<string, RowId[]>();
  for (let start = 0; start < identities.length; start += WRITE_BATCH) {
    for (const one of await raise(tx, identities.slice(start, start + WRITE_BATCH), laptop)) {
      raised += 1;
      const { finding } = one;
      if (finding.cardId !== null) cards.add(finding.cardId);
      events.set(finding.algorithm, [...(events.get(finding.algorithm) ?? []), one.eventId]);
    }
  }
  for (const [algorithm, eventIds] of events) await joinStorm(tx, algorithm, eventIds, laptop);
  return { raised, updated, cards: [...cards] };
};

/** The last episode of every key, and of findings on the same cards that may be the same under another first row. */
const existingFindings = async (tx: Transaction, findings: readonly Finding[]): Promise<ExistingFinding[]> =>
  tx.rows(
    existingRow,
    sql`/* regie:findings */
      select f.finding_key, f.episode, f.algorithm, f.card_id, f.facts, to_jsonb(f.members::text[]) as members, f.cleared_at is not null as cleared,
        f.event_id, e.status, e.severity
      from console.findings f
      left join public.monitoring_events e using (event_id)
      where (f.finding_key = any (${findings.map(({ key }) => key)}::text[])
          or (f.card_id = any (${findings.flatMap(({ cardId }) => cardId ?? [])}::text[]) and f.cleared_at is null
            and cardinality(f.members) > 0))
        and f.episode = (select max(last.episode) from console.findings last where last.finding_key = f.finding_key)`,
  );

/** By key, or by a row in common: a late row may have become the first of its burst. */
const sameFinding = (finding: Finding, existing: readonly ExistingFinding[]): ExistingFinding | undefined => {
  const members = new Set(finding.members);
  return (
    existing.find((one) => one.finding_key === finding.key) ??
    existing.find(
      (one) =>
        one.algorithm === finding.algorithm &&
        one.card_id === finding.cardId &&
        one.members.some((member) => members.has(member)),
    )
  );
};

/** Makes events of findings that are not written yet. @returns those that were ours to write, with their events. */
const raise = async (
  tx: Transaction,
  identities: readonly Identity[],
  laptop: string,
): Promise<{ finding: Finding; eventId: RowId }[]> => {
  const rows = identities.map(({ finding, key, episode }) => ({
    finding_key: key,
    episode,
    algorithm: finding.algorithm,
    card_id: finding.cardId,
    facts: finding.fingerprint,
    members: finding.members,
    event_type: finding.eventType,
    severity: finding.severity,
    transaction_id: finding.transactionId,
    amount: amountOf(finding),
    confidence: finding.confidence,
    data: factsToJson(finding.facts),
    occurred_at: iso(finding.occurredAt),
    message: alertMessage(finding),
  }));
  const inserted = await tx.rows(
    insertedRow,
    // The primary key of console.findings decides; ids of events are drawn for those that are ours.
    sql`/* regie:finding */
      insert into console.findings (finding_key, episode, algorithm, card_id, facts, members, event_id)
      select r.finding_key, r.episode, r.algorithm, r.card_id, r.facts,
        (select coalesce(array_agg(m::bigint), '{}') from jsonb_array_elements_text(r.members) as m), null
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (finding_key text, episode int, algorithm text, card_id text, facts text, members jsonb)
      on conflict (finding_key, episode) do nothing
      returning finding_key, nextval(pg_get_serial_sequence('public.monitoring_events', 'event_id')) as event_id`,
  );
  if (inserted.length === 0) return [];
  const eventOf = new Map(inserted.map((row) => [row.finding_key, row.event_id]));
  const written = JSON.stringify(
    rows.flatMap((row) => {
      const eventId = eventOf.get(row.finding_key);
      return eventId === undefined ? [] : [{ ...row, event_id: eventId }];
    }),
  );
  // A record that is no alert is closed as it is written.
  await tx.run(sql`/* regie:finding */
    insert into public.monitoring_events (event_id, event_type, severity, card_id, transaction_id, affected_amount,
      detection_timestamp, detection_algorithm, confidence_score, event_data, context_data, status, resolved_at)
    select r.event_id, r.event_type, r.severity, r.card_id, r.transaction_id, r.amount, clock_timestamp(), r.algorithm,
      r.confidence, r.data::jsonb || jsonb_build_object('occurred_at', r.occurred_at), console.evidence_of(r.card_id),
      case when r.severity = 'INFO' then 'RESOLVED' else 'OPEN' end,
      case when r.severity = 'INFO' then clock_timestamp() end
    from jsonb_to_recordset(${written}::jsonb) as r (event_id bigint, event_type text, severity text, card_id text,
      transaction_id uuid, amount numeric, algorithm text, confidence numeric, data text, occurred_at text)
    order by r.event_id`);
  await tx.run(sql`/* regie:finding */
    with finding as (
      select * from jsonb_to_recordset(${written}::jsonb)
        as r (event_id bigint, finding_key text, episode int, algorithm text, members jsonb, event_type text,
          occurred_at timestamptz)
    ), linked as (
      update console.findings f set event_id = r.event_id
      from finding r where f.finding_key = r.finding_key and f.episode = r.episode
    ), alert as (
      insert into console.alerts (event_id, incident_id, occurred_at, committed_at)
      select r.event_id, r.event_id, r.occurred_at, coalesce(
        case when r.algorithm <> 'temporal_duplicate_detection' then console.committed_at(
          array(select m::bigint from jsonb_array_elements_text(r.members) as m)) end,
        (select max(s.read_at) from console.recent_scans s
          where r.algorithm = 'temporal_duplicate_detection'
            and s.scan_log_id = any (array(select m::bigint from jsonb_array_elements_text(r.members) as m))),
        now())
      from finding r
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'detected', ${ACTOR}, ${laptop}, jsonb_build_object('algorithm', algorithm) from finding`);
  // An earlier system's trigger may have written the row already (docs/festival-schema.md).
  await tx.run(sql`/* regie:finding */
    insert into public.alert_history (monitoring_event_id, alert_level, alert_message, alert_data)
    select r.event_id, console.alert_level(r.severity), r.message, jsonb_build_object('detection_algorithm', r.algorithm)
    from jsonb_to_recordset(${written}::jsonb) as r (event_id bigint, severity text, message text, algorithm text)
    -- A record that is no alert has no level.
    where r.severity <> 'INFO'
      and not exists (select from public.alert_history h where h.monitoring_event_id = r.event_id)`);
  await tx.run(sql`/* regie:finding */
    select console.append_engine_audit(${laptop}, 'event_raised', 'event:' || r.event_id,
      jsonb_build_object('algorithm', r.algorithm, 'key', r.finding_key, 'episode', r.episode))
    from jsonb_to_recordset(${written}::jsonb) as r (event_id bigint, algorithm text, finding_key text, episode int)`);
  return identities.flatMap(({ finding, key }) => {
    const eventId = eventOf.get(key);
    return eventId === undefined ? [] : [{ finding, eventId }];
  });
};

/** New facts on an open event. Its severity only ever rises: what was urgent stays so until somebody has looked. */
const update = async (tx: Transaction, existing: ExistingFinding, finding: Finding, laptop: string): Promise<void> => {
  const severity =
    existing.severity !== null && urgency(existing.severity) < urgency(finding.severity)
      ? existing.severity
      : finding.severity;
  await tx.run(sql`/* regie:finding */
    update public.monitoring_events
    set event_data = event_data || ${factsToJson(finding.facts)}::jsonb, severity = ${severity},
      transaction_id = coalesce(transaction_id, ${finding.transactionId}::uuid),
      affected_amount = ${amountOf(finding)}::numeric,
      context_data = console.evidence_of(card_id)
    where event_id = ${existing.event_id}`);
  if (severity !== existing.severity) {
    await tx.run(sql`/* regie:finding */
      update public.alert_history set alert_level = console.alert_level(${severity})
      where monitoring_event_id = ${existing.event_id} and alert_level <> 'EMERGENCY'`);
  }
  await tx.run(sql`/* regie:finding */
    with facts as (
      update console.findings
      set facts = ${finding.fingerprint}, last_seen_at = now(), cleared_at = null,
        members = (select array(select distinct unnest(members || ${finding.members}::bigint[]) order by 1))
      where finding_key = ${existing.finding_key} and episode = ${existing.episode}
    ), alert as (
      -- Something new breaks through: it ends a snooze, and calls whoever has acknowledged it.
      update console.alerts
      set cleared_at = null, version = version + 1,
        recalled_at = case when acknowledged_at is not null then now() else recalled_at end,
        acknowledged_at = case when snoozed_until is null then acknowledged_at end,
        acknowledged_by = case when snoozed_until is null then acknowledged_by end,
        acknowledged_until = case when snoozed_until is null then acknowledged_until end,
        snoozed_until = null
      where event_id = ${existing.event_id}
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    values (${existing.event_id}, 'updated', ${ACTOR}, ${laptop}, ${factsToJson(finding.facts)}::jsonb)`);
};

/** More of the same on an open event: its figures, and nothing that calls anybody. */
const count = async (tx: Transaction, existing: ExistingFinding, finding: Finding): Promise<void> => {
  await tx.run(sql`/* regie:finding */
    with counted as (
      update public.monitoring_events
      set event_data = event_data || ${factsToJson(finding.facts)}::jsonb, affected_amount = ${amountOf(finding)}::numeric
      where event_id = ${existing.event_id} and not event_data @> ${factsToJson(finding.facts)}::jsonb
      returning event_id)
    update console.alerts set version = version + 1 where event_id in (select event_id from counted)`);
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

/** Closes what cleared 15 minutes ago, unless it is assigned or acknowledged (docs/detection.md, "Findings"). */
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
    select event_id, 'resolved', ${ACTOR}, ${laptop}, jsonb_build_object('note', resolution_notes) from closed
    returning event_id, console.append_engine_audit(${laptop}, 'event_cleared', 'event:' || event_id, data)`);
};

/** The guide's column holds eight digits before the point: the difference of two amounts may have nine. */
const amountOf = ({ amount }: Finding): string | null =>
  amount === null || Math.abs(amount) > 9_999_999_999 ? null : toNumeric(amount);

/** Read by the guide's own queries, in English; the console writes its sentences from the facts. */
const alertMessage = (finding: Finding): string => {
  const card = finding.cardId === null ? '' : ` on card ${finding.cardId}`;
  const amount = finding.amount === null ? '' : `, ${toNumeric(finding.amount)} EUR`;
  return `${finding.algorithm}${card}${amount}`;
};
