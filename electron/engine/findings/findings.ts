import { z } from 'zod';
import { toNumeric } from '../../../shared/domain/money.ts';
import { type RowId, rowIdSchema } from '../../../shared/domain/row-id.ts';
import { eventStatusSchema, isOpen, severitySchema, urgency } from '../../../shared/domain/severity.ts';
import { inPieces } from '../../lib/in-pieces.ts';
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
const keyRow = z.object({ finding_key: z.string() });

/** What became of the findings of a cycle. */
export type Written = { readonly raised: number; readonly updated: number; readonly cards: readonly string[] };

/** Findings written by one statement, so that a storm of thousands costs a few statements and bounded memory. */
const WRITE_BATCH = 500;

type Change = { readonly existing: ExistingFinding; readonly finding: Finding };
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
  const sameAs = sameFinding(await existingFindings(tx, findings));
  const fresh = new Map<string, Identity>();
  const changes: Change[] = [];
  const cards = new Set<string>();
  for (const finding of findings) {
    const same = sameAs(finding);
    const changed = same === undefined || same.facts !== finding.fingerprint || same.cleared;
    if (!changed) {
      if (finding.counts && same?.event_id && same.status !== null && isOpen(same.status))
        await count(tx, same, finding);
      continue;
    }
    if (same?.event_id && same.status !== null && isOpen(same.status)) {
      changes.push({ existing: same, finding });
      if (finding.cardId !== null) cards.add(finding.cardId);
    } else {
      const key = same?.finding_key ?? finding.key;
      fresh.set(key, { finding, key, episode: (same?.episode ?? 0) + 1 });
    }
  }
  for (const batch of changesInBatches(changes)) await update(tx, batch, laptop);
  let raised = 0;
  const written: { algorithm: string; eventId: RowId }[] = [];
  for (const batch of inPieces([...fresh.values()], WRITE_BATCH)) {
    for (const one of await raise(tx, batch, laptop)) {
      raised += 1;
      const { finding } = one;
      if (finding.cardId !== null) cards.add(finding.cardId);
      written.push({ algorithm: finding.algorithm, eventId: one.eventId });
    }
  }
  for (const [algorithm, events] of Map.groupBy(written, (one) => one.algorithm)) {
    await joinStorm(
      tx,
      algorithm,
      events.map(({ eventId }) => eventId),
      laptop,
    );
  }
  return { raised, updated: changes.length, cards: [...cards] };
};

/**
 * The last episode of every key, and of findings on the same cards that may be the same under another first row. A key and
 * a card at a time, by their indexes: there may be thousands of either, and statistics from before there were any.
 */
const existingFindings = async (tx: Transaction, findings: readonly Finding[]): Promise<ExistingFinding[]> =>
  tx.rows(
    existingRow,
    sql`/* regie:findings */
      with asked as (
        select finding_key, true as by_key from unnest(${findings.map(({ key }) => key)}::text[]) as given (finding_key)
        union
        select f.finding_key, false
        from unnest(${[...new Set(findings.flatMap((one) => (one.cardId === null || one.members.length === 0 ? [] : one.cardId)))]}::text[]) as given (card)
        cross join lateral (
          select finding_key, members from console.findings
          where card_id = given.card and cleared_at is null offset 0) as f
        where cardinality(f.members) > 0
      )
      select f.finding_key, f.episode, f.algorithm, f.card_id, f.facts, to_jsonb(f.members::text[]) as members, f.cleared_at is not null as cleared,
        f.event_id, e.status, e.severity
      from (select finding_key, bool_or(by_key) as by_key from asked group by finding_key) as asked
      cross join lateral (
        select * from console.findings where finding_key = asked.finding_key order by episode desc limit 1) as f
      left join lateral (select status, severity from public.monitoring_events where event_id = f.event_id offset 0) as e on true
      where asked.by_key or f.cleared_at is null`,
  );

/** By key, or by a row in common: a late row may have become the first of its burst. */
const sameFinding = (existing: readonly ExistingFinding[]): ((finding: Finding) => ExistingFinding | undefined) => {
  const byKey = new Map(existing.map((one) => [one.finding_key, one]));
  const byRow = new Map<string, ExistingFinding>();
  const place = (algorithm: string, cardId: string | null, member: RowId): string =>
    JSON.stringify([algorithm, cardId, member]);
  for (const one of existing) {
    for (const member of one.members) {
      const at = place(one.algorithm, one.card_id, member);
      if (!byRow.has(at)) byRow.set(at, one);
    }
  }
  return (finding) => {
    const known = byKey.get(finding.key);
    if (known !== undefined) return known;
    const member = finding.members.find((row) => byRow.has(place(finding.algorithm, finding.cardId, row)));
    return member === undefined ? undefined : byRow.get(place(finding.algorithm, finding.cardId, member));
  };
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
    select console.append_engine_audits(${laptop}, jsonb_agg(jsonb_build_object('action', 'event_raised',
      'subject', 'event:' || r.event_id,
      'data', jsonb_build_object('algorithm', r.algorithm, 'key', r.finding_key, 'episode', r.episode)) order by r.event_id))
    from jsonb_to_recordset(${written}::jsonb) as r (event_id bigint, algorithm text, finding_key text, episode int)`);
  return identities.flatMap(({ finding, key }) => {
    const eventId = eventOf.get(key);
    return eventId === undefined ? [] : [{ finding, eventId }];
  });
};

/** What one statement changes: each event once, so that what comes later in the cycle comes on top. */
const changesInBatches = (changes: readonly Change[]): Change[][] => {
  const batches: Change[][] = [];
  let events = new Set<RowId | null>();
  for (const change of changes) {
    const { event_id: eventId } = change.existing;
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === WRITE_BATCH || events.has(eventId)) {
      batches.push([change]);
      events = new Set([eventId]);
    } else {
      batch.push(change);
      events.add(eventId);
    }
  }
  return batches;
};

/** New facts on open events. A severity only ever rises: what was urgent stays so until somebody has looked. */
const update = async (tx: Transaction, changes: readonly Change[], laptop: string): Promise<void> => {
  const rows = JSON.stringify(
    changes.map(({ existing, finding }) => {
      const stays = existing.severity !== null && urgency(existing.severity) < urgency(finding.severity);
      const severity = stays ? existing.severity : finding.severity;
      return {
        event_id: existing.event_id,
        finding_key: existing.finding_key,
        episode: existing.episode,
        facts: finding.fingerprint,
        members: finding.members,
        severity,
        level: severity !== existing.severity,
        transaction_id: finding.transactionId,
        amount: amountOf(finding),
        data: factsToJson(finding.facts),
      };
    }),
  );
  await tx.run(sql`/* regie:finding */
    update public.monitoring_events e
    set event_data = e.event_data || r.data::jsonb, severity = r.severity,
      transaction_id = coalesce(e.transaction_id, r.transaction_id), affected_amount = r.amount,
      context_data = console.evidence_of(e.card_id)
    from jsonb_to_recordset(${rows}::jsonb)
      as r (event_id bigint, severity text, transaction_id uuid, amount numeric, data text)
    where e.event_id = r.event_id`);
  await tx.run(sql`/* regie:finding */
    update public.alert_history h set alert_level = console.alert_level(r.severity)
    from jsonb_to_recordset(${rows}::jsonb) as r (event_id bigint, severity text, level boolean)
    where r.level and h.monitoring_event_id = r.event_id and h.alert_level <> 'EMERGENCY'`);
  await tx.run(sql`/* regie:finding */
    with changed as (
      select * from jsonb_to_recordset(${rows}::jsonb)
        as r (event_id bigint, finding_key text, episode int, facts text, members jsonb, data text)
    ), facts as (
      update console.findings f
      set facts = c.facts, last_seen_at = now(), cleared_at = null,
        members = (select array(select distinct m from (
          select unnest(f.members) union all select m::bigint from jsonb_array_elements_text(c.members) as m) as every (m) order by 1))
      from changed c where f.finding_key = c.finding_key and f.episode = c.episode
    ), alert as (
      -- Something new breaks through: it ends a snooze, and calls whoever has acknowledged it.
      update console.alerts a
      set cleared_at = null, version = a.version + 1,
        recalled_at = case when a.acknowledged_at is not null then now() else a.recalled_at end,
        acknowledged_at = case when a.snoozed_until is null then a.acknowledged_at end,
        acknowledged_by = case when a.snoozed_until is null then a.acknowledged_by end,
        acknowledged_until = case when a.snoozed_until is null then a.acknowledged_until end,
        snoozed_until = null
      from changed c where a.event_id = c.event_id
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'updated', ${ACTOR}, ${laptop}, data::jsonb from changed`);
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

/**
 * Clears what these detectors found and find no more.
 * @param current keys of what is still so
 */
export const clearOthers = async (
  tx: Transaction,
  algorithms: readonly string[],
  current: ReadonlySet<string>,
  laptop: string,
): Promise<void> => {
  const open = await tx.rows(
    keyRow,
    sql`/* regie:cleared */
      select finding_key from console.findings where algorithm = any (${[...algorithms]}::text[]) and cleared_at is null`,
  );
  const gone = open.map(({ finding_key }) => finding_key).filter((key) => !current.has(key));
  await clearFindings(tx, gone, laptop);
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
