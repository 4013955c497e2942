import { z } from 'zod';
import type { Alert, AlertEvent, TimelineEntry } from '../../../shared/domain/alert.ts';
import { answerDueAt, resolveDueAt } from '../../../shared/domain/deadlines.ts';
import type { Incident } from '../../../shared/domain/incident.ts';
import { parsedJsonObject } from '../../../shared/domain/primitives.ts';
import { compareIds, type RowId } from '../../../shared/domain/row-id.ts';
import {
  eventStatusSchema,
  eventTypeSchema,
  isOpen,
  severitySchema,
  urgency,
} from '../../../shared/domain/severity.ts';
import { undeliveredOf } from '../../../shared/domain/undelivered.ts';
import { CLOSED_RETENTION_HOURS } from '../../buffer/mirror.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { type RunRow, runRow, toRun } from './run-rows.ts';

/** Events of one incident that the console keeps at hand: a storm may have thousands. */
const MEMBERS_SHOWN = 50;

/** A time that none could be read of. */
const LONG_AGO = '1970-01-01T00:00:00Z';

const eventColumns = z.object({
  incident_id: idColumn,
  event_id: idColumn,
  event_type: eventTypeSchema,
  severity: severitySchema,
  status: eventStatusSchema,
  detection_algorithm: z.string(),
  card_id: z.string().nullable(),
  transaction_id: z.string().nullable(),
  affected_amount: centsColumn.nullable(),
  confidence_score: z.string().nullable(),
  event_data: parsedJsonObject,
  context_data: parsedJsonObject.nullable(),
  occurred_at: instantColumn,
  committed_at: instantColumn.nullable(),
  shown_at: instantColumn.nullable(),
  storm: z.enum(['storm', 'opening_balances']).nullable(),
  members: countColumn,
  detection_timestamp: instantColumn,
  resolved_at: instantColumn.nullable(),
  resolution_notes: z.string().nullable(),
  acknowledged_at: instantColumn.nullable(),
  acknowledged_by: z.string().nullable(),
  first_acknowledged_at: instantColumn.nullable(),
  acknowledged_until: instantColumn.nullable(),
  snoozed_until: instantColumn.nullable(),
  recalled_at: instantColumn.nullable(),
  reopened_at: instantColumn.nullable(),
  placed: z.enum(['merged', 'split']).nullable(),
  placed_from: idColumn.nullable(),
  moved_money: z.boolean(),
  any_moved_money: z.boolean(),
  storm_amount: centsColumn.nullable().catch(null),
  algorithms: z.array(z.string()),
  taken_at: instantColumn.nullable(),
  taken_by: z.string().nullable(),
  taken_on: z.string().nullable(),
  cleared_at: instantColumn.nullable(),
  version: z.int(),
});

const toEvent = (row: z.output<typeof eventColumns>) => ({
  incidentId: row.incident_id,
  storm: row.storm,
  members: row.members,
  anyMovedMoney: row.any_moved_money,
  stormCents: row.storm_amount,
  algorithms: row.algorithms,
  event: {
    eventId: row.event_id,
    eventType: row.event_type,
    severity: row.severity,
    status: row.status,
    algorithm: row.detection_algorithm,
    cardId: row.card_id,
    transactionId: row.transaction_id,
    amountCents: row.affected_amount,
    confidence: row.confidence_score === null ? null : Number(row.confidence_score),
    facts: row.event_data,
    context: row.context_data ?? {},
    occurredAt: row.occurred_at,
    committedAt: row.committed_at,
    shownAt: row.shown_at,
    detectedAt: row.detection_timestamp,
    resolvedAt: row.resolved_at,
    resolutionNotes: row.resolution_notes,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    firstAcknowledgedAt: row.first_acknowledged_at,
    acknowledgedUntil: row.acknowledged_until,
    snoozedUntil: row.snoozed_until,
    recalledAt: row.recalled_at,
    reopenedAt: row.reopened_at,
    placed: row.placed,
    placedFrom: row.placed_from,
    movedMoney: row.moved_money,
    takenAt: row.taken_at,
    takenBy: row.taken_by,
    takenOn: row.taken_on,
    clearedAt: row.cleared_at,
    version: row.version,
  } satisfies AlertEvent,
});
/** An event with what the console keeps beside it. */
export const eventRow = eventColumns.transform(toEvent);

/** What can be read of an event that another system wrote in its own way: the alert must be on the board. */
export const spareEventRow = eventColumns
  .extend({
    event_type: eventTypeSchema.catch('system_health'),
    severity: severitySchema.catch('HIGH'),
    status: eventStatusSchema.catch('OPEN'),
    affected_amount: centsColumn.nullable().catch(null),
    event_data: parsedJsonObject.catch({}),
    context_data: parsedJsonObject.nullable().catch(null),
    occurred_at: instantColumn.catch(LONG_AGO),
    detection_timestamp: instantColumn.catch(LONG_AGO),
    resolved_at: instantColumn.nullable().catch(LONG_AGO),
    committed_at: instantColumn.nullable().catch(null),
  })
  .transform(toEvent);

export const timelineRow = z.object({
  entry_id: serialColumn,
  event_id: idColumn,
  at: instantColumn,
  kind: z.string(),
  actor: z.string().nullable(),
  laptop: z.string().nullable(),
  operation_id: z.string().nullable(),
  data: parsedJsonObject,
});

const idRow = z.object({ id: idColumn }).transform((row) => row.id);

/**
 * The incidents that these events belong to, whole. An event without a row in console.alerts was written by another
 * system and is an incident of its own. INFO events are records, not alerts: they never make an incident.
 */
export const loadIncidents = async (tx: Transaction, eventIds: readonly RowId[]): Promise<Incident[]> => {
  const events = await tx.fittingRows(
    eventRow,
    // By primary key and alerts_incident_idx; called by the follower for what changed.
    sql`/* regie:incidents */
      with touched as (
        select distinct coalesce(a.incident_id, e.event_id) as incident_id
        from public.monitoring_events e
        left join console.alerts a using (event_id)
        where e.event_id = any (${eventIds}::bigint[])
      ), member as (
        -- Of a storm the first ones: open before closed.
        select t.incident_id, first.event_id, first.members
        from touched t cross join lateral (
          select a.event_id, count(*) over () as members
          from console.alerts a join public.monitoring_events e using (event_id)
          where a.incident_id = t.incident_id
          order by e.status in ('OPEN', 'INVESTIGATING') desc, a.event_id
          limit ${MEMBERS_SHOWN}) as first
        union all
        select t.incident_id, t.incident_id, 1 from touched t
        where not exists (select from console.alerts a where a.event_id = t.incident_id)
      ), whole as (
        -- Of all events, those included that are not at hand: whether anything holds the incident back depends on them.
        select t.incident_id, coalesce(bool_or(console.moves_money(e)), false) as moved_money,
          sum(abs(e.affected_amount)) filter (where console.moves_money(e)) as moved_amount,
          coalesce(jsonb_agg(distinct e.detection_algorithm) filter (where e.detection_algorithm is not null), '[]') as algorithms
        from touched t
        left join console.alerts a on a.incident_id = t.incident_id
        left join public.monitoring_events e
          on e.event_id = coalesce(a.event_id, t.incident_id) and e.status in ('OPEN', 'INVESTIGATING')
        group by t.incident_id
      )
      select m.incident_id, e.event_id, e.event_type, e.severity, e.status, e.detection_algorithm, e.card_id,
        e.transaction_id::text, e.affected_amount, e.confidence_score::text, e.event_data, e.context_data,
        coalesce(a.occurred_at, e.detection_timestamp) as occurred_at, a.committed_at, a.shown_at, a.storm, m.members,
        e.detection_timestamp, e.resolved_at,
        e.resolution_notes, a.acknowledged_at, a.acknowledged_by, a.first_acknowledged_at, a.acknowledged_until, a.snoozed_until, a.recalled_at,
        a.reopened_at, a.taken_at, a.taken_by, a.taken_on, a.cleared_at, a.placed, a.placed_from,
        console.moves_money(e) as moved_money, whole.moved_money as any_moved_money, whole.algorithms,
        case when lead.storm is not null then round(whole.moved_amount, 2)::text end as storm_amount,
        coalesce(a.version, 1) as version
      from member m
      join whole using (incident_id)
      join public.monitoring_events e using (event_id)
      left join console.alerts a using (event_id)
      left join console.alerts lead on lead.event_id = m.incident_id
      where e.severity <> 'INFO'
      order by e.event_id`,
    { name: 'monitoring_events', id: 'event_id' },
    spareEventRow,
  );
  if (events.length === 0) return [];
  const memberIds = events.map(({ event }) => event.eventId);
  const timeline = await tx.fittingRows(
    timelineRow,
    sql`/* regie:timeline */
      select entry_id, event_id, at, kind, actor, laptop, operation_id::text, data from console.timeline
      where event_id = any (${memberIds}::bigint[])
      order by entry_id`,
    { name: 'timeline', id: 'entry_id' },
  );
  const runs = await tx.fittingRows(
    runRow,
    sql`/* regie:runs */
      select distinct on (r.event_id) r.run_id::text, r.event_id, r.runbook_id, r.runbook, r.started_at, r.started_by,
        r.finished_at, r.outcome, r.steps, r.ticks, r.joins
      from console.run_records r
      where r.event_id = any (${memberIds}::bigint[])
      order by r.event_id, r.started_at desc`,
    { name: 'runbook_runs', id: 'run_id' },
  );
  return assemble(events, timeline, runs);
};

/** Events that belong on the board now: all open ones and those closed in the last 48 h. */
export const currentEventIds = (tx: Transaction): Promise<RowId[]> =>
  tx.fittingRows(
    idRow,
    sql`/* regie:board */
      select event_id as id from public.monitoring_events
      where severity <> 'INFO' and (status in ('OPEN', 'INVESTIGATING')
        or detection_timestamp > now() - make_interval(hours => ${CLOSED_RETENTION_HOURS}))`,
    { name: 'monitoring_events', id: 'id' },
  );

/** Incidents of their events, with what happened to them and how they were worked on. */
export const assemble = (
  events: readonly z.output<typeof eventRow>[],
  timeline: readonly z.output<typeof timelineRow>[],
  runs: readonly RunRow[],
): Incident[] => {
  const byIncident = Map.groupBy(events, ({ incidentId }) => incidentId);
  const entriesByEvent = Map.groupBy(timeline, (entry) => entry.event_id);
  const runByEvent = new Map(runs.map((run) => [run.event_id, run]));
  return [...byIncident].map(([incidentId, members]) => {
    const memberEvents = members.map(({ event }) => event);
    const alert = alertOf(incidentId, memberEvents, {
      count: members[0]?.members ?? memberEvents.length,
      storm: members.find(({ event }) => event.eventId === incidentId)?.storm ?? null,
      movedMoney: members.some(({ anyMovedMoney }) => anyMovedMoney),
      algorithms: members[0]?.algorithms ?? [],
      stormCents: members[0]?.stormCents ?? null,
    });
    const entries = memberEvents
      .flatMap(({ eventId }) => entriesByEvent.get(eventId) ?? [])
      .sort((a, b) => a.entry_id - b.entry_id)
      .map(toTimelineEntry);
    const run = [alert.lead, ...alert.linked]
      .map(({ eventId }) => runByEvent.get(eventId))
      .find((found) => found !== undefined);
    return {
      alert: { ...alert, ...undeliveredOf(entries, alert.lead) },
      timeline: entries,
      run: run === undefined ? null : toRun(run),
    };
  });
};

/** The event that leads: an open one before a closed one, then the most urgent, then the incident's own, which explains the others. */
export const alertOf = (
  incidentId: RowId,
  events: readonly AlertEvent[],
  {
    count,
    storm,
    movedMoney,
    algorithms,
    stormCents = null,
  }: {
    count: number;
    storm: Alert['storm'];
    movedMoney: boolean;
    algorithms: readonly string[];
    stormCents?: Alert['stormCents'];
  },
): Alert => {
  const [lead, ...linked] = [...events].sort(
    (a, b) =>
      Number(isOpen(b.status)) - Number(isOpen(a.status)) ||
      urgency(a.severity) - urgency(b.severity) ||
      Number(b.eventId === incidentId) - Number(a.eventId === incidentId) ||
      compareIds(a.eventId, b.eventId),
  );
  if (lead === undefined) throw new RangeError('an incident has at least one event');
  return {
    incidentId,
    lead,
    linked: linked.sort((a, b) => compareIds(a.eventId, b.eventId)),
    linkedCount: count - 1,
    storm,
    open: isOpen(lead.status),
    dueAt: answerDueAt(lead),
    resolveBy: resolveDueAt(lead),
    movedMoney,
    stormCents,
    place: storm === null ? placeOf([lead, ...linked]) : null,
    algorithms: [...algorithms],
    notSent: [],
    unconfirmed: [],
    waiting: 0,
  };
};

const evidenceSchema = z
  .object({ transactions: z.array(z.object({ point_of_sale: z.string().min(1).nullable().catch(null) })) })
  .catch({ transactions: [] });

/** Where it happened: as one of its events says, else where the card was used last when it was raised. */
export const placeOf = (events: readonly Pick<AlertEvent, 'facts' | 'context'>[]): string | null => {
  const said = events
    .flatMap(({ facts }) => [facts.point_of_sale, facts.device_identifier])
    .find((place) => typeof place === 'string' && place !== '');
  if (typeof said === 'string') return said;
  const used = events.flatMap(({ context }) => evidenceSchema.parse(context).transactions);
  return used.findLast((transaction) => transaction.point_of_sale !== null)?.point_of_sale ?? null;
};

const toTimelineEntry = (row: z.output<typeof timelineRow>): TimelineEntry => ({
  entryId: row.entry_id,
  eventId: row.event_id,
  at: row.at,
  kind: row.kind,
  actor: row.actor,
  laptop: row.laptop,
  operationId: row.operation_id,
  data: row.data,
});
