import { z } from 'zod';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import { lowerId, type RowId } from '../../../shared/domain/row-id.ts';
import { acknowledgementLeaseMs, SEVERITIES } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';
import { openIncident } from './incident-actions.ts';

const placeRow = z.object({
  incident_id: idColumn,
  placed_by: z.string().nullable(),
  placed_on: z.string().nullable(),
  placed_from: idColumn.nullable(),
});
const memberRow = z.object({ event_id: idColumn });
const LEASE_MINUTES = SEVERITIES.map((severity) => acknowledgementLeaseMs(severity) / 60_000);

/** An open event in the incident in which the operator saw it; else the outcome to answer with. */
const whereItWas = async (
  tx: Transaction,
  eventId: RowId,
  seen: RowId,
): Promise<{ open: readonly RowId[] } | { outcome: CommandOutcome }> => {
  const incident = await openIncident(tx, eventId);
  if ('outcome' in incident) return incident;
  const place = await tx.row(
    placeRow,
    sql`/* regie:incident */
      select incident_id, placed_by, placed_on, placed_from from console.alerts where event_id = ${eventId}`,
  );
  if (place.incident_id === seen) return incident;
  return {
    outcome: conflict('incident_moved', {
      event: eventId,
      incident: place.incident_id,
      name: place.placed_by ?? '–',
      laptop: place.placed_on ?? '–',
    }),
  };
};

/**
 * Who is on the incident is who is on the whole of it. Where somebody was on it already and nobody was on what joins, it
 * calls once more: something new came in. An acknowledgement never lasts longer than the most urgent of it allows.
 */
const shareAcknowledgement = async (
  { tx, author }: CommandContext,
  { into, moved }: { into: RowId; moved: readonly RowId[] },
): Promise<void> => {
  await tx.run(sql`/* regie:merge */
    with target as (
      select incident_id, acknowledged_at, acknowledged_by, acknowledged_until, snoozed_until, taken_at, taken_by, taken_on
      from console.alerts where event_id = ${into}
    ), news as (
      select bool_or(a.acknowledged_at is null) as unseen,
        clock_timestamp() + make_interval(mins => min(l.minutes)) as longest
      from console.alerts a join public.monitoring_events e using (event_id)
      join unnest(${SEVERITIES}::text[], ${LEASE_MINUTES}::int[]) as l (severity, minutes) using (severity)
      where a.event_id = any (${moved}::bigint[])
    )
    update console.alerts a
    set acknowledged_at = t.acknowledged_at, acknowledged_by = t.acknowledged_by,
      acknowledged_until = case when t.acknowledged_at is not null then least(t.acknowledged_until, n.longest) end, snoozed_until = null,
      first_acknowledged_at = coalesce(a.first_acknowledged_at, case when t.acknowledged_at is not null then now() end),
      taken_at = t.taken_at, taken_by = t.taken_by, taken_on = t.taken_on,
      recalled_at = case when n.unseen and t.acknowledged_at is not null then now() else a.recalled_at end
    from target t, news n, public.monitoring_events e
    where a.incident_id = t.incident_id and e.event_id = a.event_id and e.status in ('OPEN', 'INVESTIGATING')`);
  await tx.run(sql`/* regie:merge */
    update public.monitoring_events e set status = case when a.taken_at is null then 'OPEN' else 'INVESTIGATING' end
    from console.alerts a
    where a.event_id = e.event_id and e.event_id = any (${moved}::bigint[])
      and e.status <> case when a.taken_at is null then 'OPEN' else 'INVESTIGATING' end`);
  await tx.run(sql`/* regie:merge */
    update public.alert_history h set acknowledged_at = a.acknowledged_at, acknowledged_by = ${author.operator}
    from console.alerts a
    where a.event_id = h.monitoring_event_id and a.event_id = any (${moved}::bigint[]) and a.acknowledged_at is not null
      and h.acknowledged_at is null`);
};

/** Whoever was notified of one was notified of both: it is not escalated again under the other's number. */
const takeDeliveries = async (tx: Transaction, from: RowId, into: RowId): Promise<void> => {
  await tx.run(sql`/* regie:merge */
    update console.deliveries d set event_id = ${into}, episode = again.at
    from (select coalesce(max(recalled_at), '-infinity') as at from console.alerts where incident_id = ${into}) as again
    where d.event_id = ${from}
      and not exists (
        select from console.deliveries known
        where known.event_id = ${into} and known.episode = again.at and known.severity = d.severity and known.step = d.step
          and known.contact = d.contact and known.channel = d.channel)
      and d.episode = (select max(episode) from console.deliveries last where last.event_id = ${from})`);
};

/** What becomes part of another incident, as the operator's screen showed the two. */
export type Merge = {
  readonly eventId: RowId;
  readonly into: RowId;
  readonly seen: { readonly incidentId: RowId; readonly into: RowId };
};

/** Makes the incident of one event part of another one's. @returns its open events; none where it was already */
export const mergeIncident = async (
  context: CommandContext,
  { eventId, into, seen }: Merge,
): Promise<{ merged: readonly RowId[] } | { outcome: CommandOutcome }> => {
  const { tx, author } = context;
  // Two that merge the same two into each other at the same moment wait for each other here, not in a deadlock.
  await tx.run(sql`/* regie:merge */
    select event_id from public.monitoring_events where event_id = any (${[eventId, into]}::bigint[]) order by event_id for update`);
  const target = await whereItWas(tx, into, seen.into);
  if ('outcome' in target) return target;
  if (target.open.includes(eventId)) return { merged: [] };
  const source = await whereItWas(tx, eventId, seen.incidentId);
  if ('outcome' in source) return source;
  await tx.run(sql`/* regie:merge */
    update console.alerts
    set incident_id = ${seen.into}, placed = 'merged', placed_from = ${seen.incidentId}, placed_by = ${author.operator},
      placed_on = ${author.laptop}, version = version + 1
    where incident_id = ${seen.incidentId}`);
  await shareAcknowledgement(context, { into, moved: source.open });
  await takeDeliveries(tx, seen.incidentId, seen.into);
  await tx.run(sql`/* regie:merge */
    update console.alerts set version = version + 1 where event_id = ${into}`);
  await writeTimeline(context, { eventId, kind: 'merged', data: { incident: seen.into } });
  return { merged: source.open };
};

export const incidentCommands = {
  'alert.merge': async (input, context) => {
    const { eventId, into, seen } = input;
    const done = await mergeIncident(context, input);
    if ('outcome' in done) return done.outcome;
    if (done.merged.length === 0) return applied();
    await writeTimeline(context, { eventId: into, kind: 'merged_here', data: { incident: seen.incidentId } });
    await writeAudit(context, {
      action: 'merge',
      subject: `event:${eventId}`,
      data: { from: seen.incidentId, into: seen.into, events: done.merged },
    });
    return applied({ incidentId: seen.into });
  },

  'alert.split': async ({ eventId, together, seen }, context) => {
    const { tx, author } = context;
    const was = await whereItWas(tx, eventId, seen.incidentId);
    if ('outcome' in was) return was.outcome;
    const members = await tx.rows(
      memberRow,
      sql`/* regie:split */
        select other.event_id from console.alerts own join console.alerts other using (incident_id)
        where own.event_id = ${eventId} and (other.event_id = own.event_id or (
          ${together}::boolean and own.placed = 'merged' and other.placed = 'merged' and other.placed_from = own.placed_from))
        order by other.event_id
        for update of other`,
    );
    const leaving = members.map(({ event_id: id }) => id);
    const stay = await tx.maybeRow(
      memberRow,
      // Where the incident's own event leaves, the one that was first among the others gives it its number.
      sql`/* regie:split */
        select event_id from console.alerts where incident_id = ${seen.incidentId} and not event_id = any (${leaving}::bigint[])
        order by event_id = ${seen.incidentId} desc, event_id limit 1`,
    );
    if (stay === undefined) return rejected('incident_of_one');
    const own = await tx.row(
      placeRow,
      sql`/* regie:split */
        select incident_id, placed_by, placed_on, placed_from from console.alerts where event_id = ${eventId}`,
    );
    // What came from an incident of its own goes back to its number.
    const apart =
      own.placed_from !== null && leaving.includes(own.placed_from)
        ? own.placed_from
        : leaving.reduce(lowerId, eventId);
    await writeTimeline(context, { eventId, kind: 'split', data: { incident: seen.incidentId } });
    await writeTimeline(context, { eventId: stay.event_id, kind: 'split_here', data: { incident: apart } });
    await tx.run(sql`/* regie:split */
      with storm as (
        select storm, storm_grew_at from console.alerts where event_id = ${seen.incidentId} and event_id = any (${leaving}::bigint[])
      )
      update console.alerts a
      set incident_id = case when a.event_id = any (${leaving}::bigint[]) then ${apart}::bigint else ${stay.event_id}::bigint end,
        placed = case when a.event_id = any (${leaving}::bigint[]) then 'split' else a.placed end,
        placed_from = case when a.event_id = any (${leaving}::bigint[]) then ${seen.incidentId}::bigint else a.placed_from end,
        placed_by = case when a.event_id = any (${leaving}::bigint[]) then ${author.operator} else a.placed_by end,
        placed_on = case when a.event_id = any (${leaving}::bigint[]) then ${author.laptop} else a.placed_on end,
        storm = case when a.event_id = ${stay.event_id} then coalesce(a.storm, (select storm from storm)) else a.storm end,
        storm_grew_at = case when a.event_id = ${stay.event_id} then coalesce(a.storm_grew_at, (select storm_grew_at from storm))
          else a.storm_grew_at end,
        version = version + 1
      where a.incident_id = ${seen.incidentId}`);
    // A new number alerts from now on: notifications under the old one were about both.
    await tx.run(sql`/* regie:split */
      update console.alerts a set recalled_at = now()
      from public.monitoring_events e
      where e.event_id = a.event_id and e.status in ('OPEN', 'INVESTIGATING') and a.acknowledged_at is null
        and a.incident_id = any (array[${apart}, ${stay.event_id}]::bigint[]) and a.incident_id <> ${seen.incidentId}`);
    await writeAudit(context, {
      action: 'split',
      subject: `event:${eventId}`,
      data: { from: seen.incidentId, apart, events: leaving },
    });
    return applied({ incidentId: apart });
  },
} satisfies Partial<CommandHandlers>;
