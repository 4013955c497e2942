import { z } from 'zod';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { acknowledgementLeaseMs, eventStatusSchema, isOpen, SEVERITIES } from '../../../shared/domain/severity.ts';
import { inPieces } from '../../lib/in-pieces.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { onRows } from '../../postgres/transaction.ts';
import { type CommandContext, conflict, rejected } from '../command/command-handler.ts';
import { adoptEvents } from './adopt.ts';

/** An incident that a command acts on: the event by which it names it, and its open events. */
export type OpenIncident = { readonly eventId: RowId; readonly open: readonly RowId[] };
/** An event whose incident a command does not act on, and why. */
export type Refused = { readonly eventId: RowId; readonly outcome: CommandOutcome };

const eventRow = z.object({
  event_id: idColumn,
  incident_id: idColumn,
  status: eventStatusSchema,
  resolution_notes: z.string().nullable(),
  resolved_at: instantColumn.nullable(),
});
const memberRow = z.object({ event_id: idColumn }).transform((row) => row.event_id);
const closerRow = z.object({ actor: z.string().nullable(), laptop: z.string().nullable() });
const holderRow = z.object({ event_id: idColumn, operator: z.string(), laptop: z.string() });
const LEASE_MINUTES = SEVERITIES.map((severity) => acknowledgementLeaseMs(severity) / 60_000);

/** The conflict that names the other side: who closed the event, where, when, and with which words. */
export const closedBySomebody = async (
  tx: Transaction,
  event: { event_id: RowId; status: string; resolution_notes: string | null; resolved_at: string | null },
): Promise<CommandOutcome> => {
  const closer = await tx.maybeRow(
    closerRow,
    sql`/* regie:closer */
      select actor, laptop from console.timeline
      where event_id = any (
          select other.event_id from console.alerts own join console.alerts other using (incident_id)
          where own.event_id = ${event.event_id})
        and kind in ('resolved', 'false_positive', 'corrected')
      order by entry_id desc limit 1`,
  );
  return conflict('event_closed', {
    status: event.status,
    notes: event.resolution_notes ?? '',
    at: event.resolved_at ?? '',
    by: closer?.actor ?? '–',
    laptop: closer?.laptop ?? '–',
  });
};

/**
 * The incidents that these events belong to, their events locked in the order of their ids. An action on an alert is an
 * action on the incident that the board shows: two events of one incident are one. Events that are gone or closed are
 * refused.
 */
export const openIncidents = async (
  tx: Transaction,
  eventIds: readonly RowId[],
): Promise<{ incidents: readonly OpenIncident[]; refused: readonly Refused[] }> => {
  const members = await tx.rows(
    memberRow,
    sql`/* regie:incident */
      select event_id from console.alerts
      where incident_id = any (array(select incident_id from console.alerts where event_id = any (${eventIds}::bigint[])))`,
  );
  const all = [...new Set([...eventIds, ...members])];
  const events = await onRows(tx, all.length, (reading) =>
    reading.rows(
      eventRow,
      sql`/* regie:incident */
        select e.event_id, coalesce(a.incident_id, e.event_id) as incident_id, e.status, e.resolution_notes, e.resolved_at
        from public.monitoring_events e left join console.alerts a using (event_id)
        where e.event_id = any (${all}::bigint[])
        order by e.event_id
        for update of e`,
    ),
  );
  const byId = new Map(events.map((event) => [event.event_id, event]));
  const byIncident = Map.groupBy(events, (event) => event.incident_id);
  const incidents = new Map<RowId, OpenIncident>();
  const refused: Refused[] = [];
  for (const eventId of eventIds) {
    const own = byId.get(eventId);
    if (own === undefined) refused.push({ eventId, outcome: rejected('not_found') });
    else if (!isOpen(own.status)) refused.push({ eventId, outcome: await closedBySomebody(tx, own) });
    else if (!incidents.has(own.incident_id)) {
      const open = (byIncident.get(own.incident_id) ?? []).filter(({ status }) => isOpen(status));
      incidents.set(own.incident_id, { eventId, open: open.map(({ event_id: id }) => id) });
    }
  }
  await adoptEvents(
    tx,
    [...incidents.values()].flatMap(({ open }) => open),
  );
  return { incidents: [...incidents.values()], refused };
};

/** The same for one event. @returns the outcome to answer with when the event is gone or closed. */
export const openIncident = async (
  tx: Transaction,
  eventId: RowId,
): Promise<OpenIncident | { outcome: CommandOutcome }> => {
  const { incidents, refused } = await openIncidents(tx, [eventId]);
  const [incident] = incidents;
  return incident ?? { outcome: refused[0]?.outcome ?? rejected('not_found') };
};

export const eventsOf = (incidents: readonly OpenIncident[]): readonly RowId[] => incidents.flatMap(({ open }) => open);

/** Each open event beside the one that names its incident, as two columns. */
const columnsOf = (incidents: readonly OpenIncident[]) => ({
  events: eventsOf(incidents),
  named: incidents.flatMap(({ eventId, open }) => open.map(() => eventId)),
});

/**
 * Rows of alerts that one statement gives a name: the database compares each with the command, most of a millisecond, and no
 * statement may take longer than BOUNDS.statementMs (electron/postgres/driver.ts).
 */
const PIECE = 2_000;

/**
 * Acknowledging twice is one acknowledgement: the first name and time stay, and its lease starts over.
 * @param minutes how long it holds; else by the most urgent severity of each incident
 */
export const acknowledgeIncidents = async (
  { tx, author }: CommandContext,
  incidents: readonly OpenIncident[],
  minutes: number | null = null,
): Promise<void> => {
  const { events, named } = columnsOf(incidents);
  const acknowledge = (writing: Transaction, piece: readonly RowId[]) =>
    writing.run(sql`/* regie:acknowledge */
      update console.alerts a
      set acknowledged_at = coalesce(acknowledged_at, lease.at),
        acknowledged_by = coalesce(acknowledged_by, ${author.operator}),
        first_acknowledged_at = coalesce(first_acknowledged_at, lease.at),
        acknowledged_until = lease.at + make_interval(mins => coalesce(${minutes}::int, lease.minutes)),
        snoozed_until = case when ${minutes}::int is not null then lease.at + make_interval(mins => ${minutes}::int) end,
        version = version + 1
      from (
        select member.event_id, clock.at, min(l.minutes) over (partition by member.named) as minutes
        from unnest(${events}::bigint[], ${named}::bigint[]) as member (event_id, named)
        join public.monitoring_events e using (event_id)
        join unnest(${SEVERITIES}::text[], ${LEASE_MINUTES}::int[]) as l (severity, minutes) using (severity)
        cross join (select clock_timestamp() as at) as clock) as lease
      where a.event_id = lease.event_id and a.event_id = any (${piece}::bigint[])`);
  for (const piece of inPieces(events, PIECE)) {
    await onRows(tx, events.length, (writing) => acknowledge(writing, piece));
    await tx.run(sql`/* regie:acknowledge */
      update public.alert_history
      set acknowledged_at = clock_timestamp(), acknowledged_by = ${author.operator}
      where monitoring_event_id = any (${piece}::bigint[]) and acknowledged_at is null`);
  }
};

/** Whoever goes on with the runbook keeps the acknowledgement. */
export const renewAcknowledgement = async (tx: Transaction, eventId: RowId): Promise<void> => {
  await tx.run(sql`/* regie:renew */
    with incident as (
      select other.event_id from console.alerts own join console.alerts other using (incident_id)
      where own.event_id = ${eventId}
    )
    update console.alerts a
    set acknowledged_until = clock_timestamp() + make_interval(mins => lease.minutes)
    from (
      select min(l.minutes) as minutes from public.monitoring_events e
      join unnest(${SEVERITIES}::text[], ${LEASE_MINUTES}::int[]) as l (severity, minutes) using (severity)
      where e.event_id in (select event_id from incident)) as lease
    where a.event_id in (select event_id from incident) and a.acknowledged_at is not null and a.snoozed_until is null`);
};

/** Who was last assigned each of these incidents, by the event that names it. */
export const holdersOf = async (
  tx: Transaction,
  incidents: readonly OpenIncident[],
): Promise<ReadonlyMap<RowId, { operator: string; laptop: string }>> => {
  const { events, named } = columnsOf(incidents);
  const rows = await onRows(tx, events.length, (reading) =>
    reading.rows(
      holderRow,
      sql`/* regie:holder */
        select distinct on (member.named) member.named as event_id, a.taken_by as operator, coalesce(a.taken_on, '–') as laptop
        from unnest(${events}::bigint[], ${named}::bigint[]) as member (event_id, named)
        join console.alerts a using (event_id)
        where a.taken_by is not null
        order by member.named, a.taken_at desc`,
    ),
  );
  return new Map(rows.map(({ event_id: eventId, operator, laptop }) => [eventId, { operator, laptop }]));
};

/** Says on the events that somebody is on it. */
export const takeIncidents = async (context: CommandContext, incidents: readonly OpenIncident[]): Promise<void> => {
  const { tx, author } = context;
  const events = eventsOf(incidents);
  await acknowledgeIncidents(context, incidents);
  for (const piece of inPieces(events, PIECE)) {
    await tx.run(sql`/* regie:take */
      update console.alerts
      set taken_at = clock_timestamp(), taken_by = ${author.operator}, taken_on = ${author.laptop}
      where event_id = any (${piece}::bigint[])`);
  }
  await tx.run(sql`/* regie:take */
    update public.monitoring_events set status = 'INVESTIGATING'
    where event_id = any (${events}::bigint[]) and status = 'OPEN'`);
};

/** Nobody is on these events any more. */
export const unacknowledgeIncidents = async (
  { tx }: CommandContext,
  incidents: readonly OpenIncident[],
): Promise<void> => {
  const events = eventsOf(incidents);
  await tx.run(sql`/* regie:unacknowledge */
    update console.alerts
    set first_acknowledged_at = nullif(first_acknowledged_at, acknowledged_at),
      acknowledged_at = null, acknowledged_by = null, acknowledged_until = null, snoozed_until = null,
      taken_at = null, taken_by = null, taken_on = null, version = version + 1
    where event_id = any (${events}::bigint[])`);
  await tx.run(sql`/* regie:unacknowledge */
    update public.alert_history set acknowledged_at = null, acknowledged_by = null
    where monitoring_event_id = any (${events}::bigint[])`);
  await tx.run(sql`/* regie:unacknowledge */
    update public.monitoring_events set status = 'OPEN'
    where event_id = any (${events}::bigint[]) and status = 'INVESTIGATING'`);
};

/** Closes the events with the operator's words and fills the guide's alert_history. */
export const closeIncidents = async (
  { tx }: CommandContext,
  incidents: readonly OpenIncident[],
  ending: { status: 'RESOLVED' | 'FALSE_POSITIVE'; notes: string },
): Promise<void> => {
  const events = eventsOf(incidents);
  await tx.run(sql`/* regie:close */
    update public.monitoring_events
    set status = ${ending.status}, resolved_at = clock_timestamp(), resolution_notes = ${ending.notes}
    where event_id = any (${events}::bigint[])`);
  await tx.run(sql`/* regie:close */
    update public.alert_history
    set resolved_at = clock_timestamp(),
      resolution_time_seconds = greatest(0, round(extract(epoch from clock_timestamp() - alert_timestamp)))::int
    where monitoring_event_id = any (${events}::bigint[]) and resolved_at is null`);
  await tx.run(sql`/* regie:close */
    update console.alerts set version = version + 1 where event_id = any (${events}::bigint[])`);
};
