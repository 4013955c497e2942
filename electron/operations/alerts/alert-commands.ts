import { z } from 'zod';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import { acknowledgementLeaseMs, eventStatusSchema, isOpen, SEVERITIES } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';
import { adoptEvents } from './adopt.ts';
import { writeMentions } from './mentions.ts';

const closerRow = z.object({ actor: z.string().nullable(), laptop: z.string().nullable() });

/** The conflict that names the other side: who closed the event, where, when, and with which words. */
export const closedBySomebody = async (
  tx: Transaction,
  event: { event_id: number; status: string; resolution_notes: string | null; resolved_at: string | null },
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

const eventRow = z.object({
  event_id: idColumn,
  status: eventStatusSchema,
  resolution_notes: z.string().nullable(),
  resolved_at: instantColumn.nullable(),
});

/**
 * The open events of the incident that an event belongs to, locked, in the order of their ids. An action on an alert is
 * an action on the incident that the board shows.
 * @returns the outcome to answer with when the event is gone or closed.
 */
export const openIncident = async (
  tx: Transaction,
  eventId: number,
): Promise<{ open: readonly number[] } | { outcome: CommandOutcome }> => {
  const events = await tx.rows(
    eventRow,
    sql`/* regie:incident */
      select e.event_id, e.status, e.resolution_notes, e.resolved_at
      from public.monitoring_events e
      where e.event_id = ${eventId} or e.event_id in (
        select other.event_id from console.alerts own
        join console.alerts other on other.incident_id = own.incident_id
        where own.event_id = ${eventId})
      order by e.event_id
      for update of e`,
  );
  const own = events.find((event) => event.event_id === eventId);
  if (own === undefined) return { outcome: rejected('not_found') };
  if (!isOpen(own.status)) {
    return { outcome: await closedBySomebody(tx, own) };
  }
  return { open: events.filter((event) => isOpen(event.status)).map((event) => event.event_id) };
};

const onIncident = async (
  context: CommandContext,
  eventId: number,
  act: (open: readonly number[]) => Promise<CommandOutcome> | Promise<void>,
): Promise<CommandOutcome> => {
  const incident = await openIncident(context.tx, eventId);
  if ('outcome' in incident) return incident.outcome;
  await adoptEvents(context.tx, incident.open);
  return (await act(incident.open)) ?? applied();
};

/**
 * Acknowledging twice is one acknowledgement: the first name and time stay, and its lease starts over.
 * @param minutes how long it holds; else by the most urgent severity of the incident
 */
const acknowledge = async (
  { tx, author }: CommandContext,
  open: readonly number[],
  minutes: number | null = null,
): Promise<void> => {
  await tx.run(sql`/* regie:acknowledge */
    update console.alerts a
    set acknowledged_at = coalesce(acknowledged_at, lease.at),
      acknowledged_by = coalesce(acknowledged_by, ${author.operator}),
      first_acknowledged_at = coalesce(first_acknowledged_at, lease.at),
      acknowledged_until = clock_timestamp() + make_interval(mins => coalesce(${minutes}::int, lease.minutes)),
      snoozed_until = case when ${minutes}::int is not null then clock_timestamp() + make_interval(mins => ${minutes}::int) end,
      version = version + 1
    from (
      select min(l.minutes) as minutes, clock_timestamp() as at from public.monitoring_events e
      join unnest(${SEVERITIES}::text[], ${LEASE_MINUTES}::int[]) as l (severity, minutes) using (severity)
      where e.event_id = any (${open}::bigint[])) as lease
    where a.event_id = any (${open}::bigint[])`);
  await tx.run(sql`/* regie:acknowledge */
    update public.alert_history
    set acknowledged_at = clock_timestamp(), acknowledged_by = ${author.operator}
    where monitoring_event_id = any (${open}::bigint[]) and acknowledged_at is null`);
};

const LEASE_MINUTES = SEVERITIES.map((severity) => acknowledgementLeaseMs(severity) / 60_000);

/** Whoever goes on with the runbook keeps the acknowledgement. */
export const renewAcknowledgement = async (tx: Transaction, eventId: number): Promise<void> => {
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

const holderRow = z.object({ operator: z.string(), laptop: z.string() });

/** Who was last assigned one of these events, if anyone. */
export const holderOf = (tx: Transaction, events: readonly number[]): Promise<z.infer<typeof holderRow> | undefined> =>
  tx.maybeRow(
    holderRow,
    sql`/* regie:holder */
      select taken_by as operator, coalesce(taken_on, '–') as laptop from console.alerts
      where event_id = any (${events}::bigint[]) and taken_by is not null
      order by taken_at desc limit 1`,
  );

/** Says on the events that somebody is on it. */
export const takeIncident = async (context: CommandContext, open: readonly number[]): Promise<void> => {
  const { tx, author } = context;
  await acknowledge(context, open);
  await tx.run(sql`/* regie:take */
    update console.alerts
    set taken_at = clock_timestamp(), taken_by = ${author.operator}, taken_on = ${author.laptop}
    where event_id = any (${open}::bigint[])`);
  await tx.run(sql`/* regie:take */
    update public.monitoring_events set status = 'INVESTIGATING'
    where event_id = any (${open}::bigint[]) and status = 'OPEN'`);
};

/** Closes the events with the operator's words and fills the guide's alert_history. */
const close = async (
  { tx }: CommandContext,
  open: readonly number[],
  ending: { status: 'RESOLVED' | 'FALSE_POSITIVE'; notes: string },
): Promise<void> => {
  await tx.run(sql`/* regie:close */
    update public.monitoring_events
    set status = ${ending.status}, resolved_at = clock_timestamp(), resolution_notes = ${ending.notes}
    where event_id = any (${open}::bigint[])`);
  await tx.run(sql`/* regie:close */
    update public.alert_history
    set resolved_at = clock_timestamp(),
      resolution_time_seconds = greatest(0, round(extract(epoch from clock_timestamp() - alert_timestamp)))::int
    where monitoring_event_id = any (${open}::bigint[]) and resolved_at is null`);
  await tx.run(sql`/* regie:close */
    update console.alerts set version = version + 1 where event_id = any (${open}::bigint[])`);
};

export const alertCommands = {
  'alert.acknowledge': ({ eventId }, context) =>
    onIncident(context, eventId, async (open) => {
      await acknowledge(context, open);
      await writeTimeline(context, { eventId, kind: 'acknowledged' });
      await writeAudit(context, { action: 'acknowledge', subject: `event:${eventId}`, data: { events: open } });
    }),

  'alert.unacknowledge': ({ eventId }, context) =>
    onIncident(context, eventId, async (open) => {
      const holder = await holderOf(context.tx, open);
      if (holder !== undefined && holder.operator !== context.author.operator)
        return conflict('taken_by_other', { name: holder.operator, laptop: holder.laptop });
      await context.tx.run(sql`/* regie:unacknowledge */
        update console.alerts
        set first_acknowledged_at = nullif(first_acknowledged_at, acknowledged_at),
          acknowledged_at = null, acknowledged_by = null, acknowledged_until = null, snoozed_until = null,
          taken_at = null, taken_by = null, taken_on = null, version = version + 1
        where event_id = any (${open}::bigint[])`);
      await context.tx.run(sql`/* regie:unacknowledge */
        update public.alert_history set acknowledged_at = null, acknowledged_by = null
        where monitoring_event_id = any (${open}::bigint[])`);
      await context.tx.run(sql`/* regie:unacknowledge */
        update public.monitoring_events set status = 'OPEN'
        where event_id = any (${open}::bigint[]) and status = 'INVESTIGATING'`);
      await writeTimeline(context, { eventId, kind: 'unacknowledged' });
      await writeAudit(context, { action: 'unacknowledge', subject: `event:${eventId}`, data: { events: open } });
      return applied();
    }),

  /** Only whose screen showed the assignee may take an alert over (docs/alerts.md, "Assignment"). */
  'alert.take': ({ eventId, holder: seen }, context) =>
    onIncident(context, eventId, async (open) => {
      const holder = await holderOf(context.tx, open);
      const others = holder !== undefined && holder.operator !== context.author.operator;
      if (others && holder.operator !== seen)
        return conflict('taken_by_other', { name: holder.operator, laptop: holder.laptop });
      await takeIncident(context, open);
      const from = others ? { from: holder.operator, laptop: holder.laptop } : {};
      await writeTimeline(context, { eventId, kind: others ? 'taken_over' : 'taken', data: from });
      await writeAudit(context, {
        action: others ? 'take_over' : 'take',
        subject: `event:${eventId}`,
        data: { events: open, ...from },
      });
      return applied();
    }),

  'alert.snooze': ({ eventId, minutes, reason }, context) =>
    onIncident(context, eventId, async (open) => {
      await acknowledge(context, open, minutes);
      await writeTimeline(context, { eventId, kind: 'snoozed', data: { minutes, reason } });
      await writeAudit(context, {
        action: 'snooze',
        subject: `event:${eventId}`,
        data: { minutes, reason, events: open },
      });
    }),

  'alert.reopen': async ({ eventId, reason }, context) => {
    const { tx } = context;
    const event = await tx.maybeRow(
      eventRow,
      sql`/* regie:reopen */
        select event_id, status, resolution_notes, resolved_at from public.monitoring_events
        where event_id = ${eventId} for update`,
    );
    if (event === undefined) return rejected('not_found');
    if (isOpen(event.status)) return rejected('event_open');
    const cameBack = await tx.maybeRow(
      z.object({ event_id: idColumn }),
      // The same fault has an alert of its own by now.
      sql`/* regie:reopen */
        select later.event_id from console.findings own
        join console.findings later on later.finding_key = own.finding_key and later.episode > own.episode
        where own.event_id = ${eventId} and later.event_id is not null limit 1`,
    );
    if (cameBack !== undefined) return rejected('event_came_back', { event: cameBack.event_id });
    await adoptEvents(tx, [eventId]);
    await tx.run(sql`/* regie:reopen */
      update public.monitoring_events set status = 'OPEN', resolved_at = null, resolution_notes = null
      where event_id = ${eventId}`);
    await tx.run(sql`/* regie:reopen */
      update public.alert_history
      set resolved_at = null, resolution_time_seconds = null, acknowledged_at = null, acknowledged_by = null
      where monitoring_event_id = ${eventId}`);
    await tx.run(sql`/* regie:reopen */
      update console.alerts
      set acknowledged_at = null, acknowledged_by = null, acknowledged_until = null, snoozed_until = null,
        taken_at = null, taken_by = null, taken_on = null, cleared_at = null, recalled_at = clock_timestamp(),
        first_acknowledged_at = null, reopened_at = clock_timestamp(), version = version + 1
      where event_id = ${eventId}`);
    await writeTimeline(context, { eventId, kind: 'reopened', data: { reason } });
    await writeAudit(context, {
      action: 'reopen',
      subject: `event:${eventId}`,
      data: { reason, closed_as: event.status, notes: event.resolution_notes },
    });
    return applied();
  },

  /** A note is welcome on a closed event too: it never changes what is decided. */
  'alert.note': async ({ eventId, text, mentions = [] }, context) => {
    const found = await context.tx.maybeRow(
      z.object({ event_id: idColumn }),
      sql`/* regie:note */ select event_id from public.monitoring_events where event_id = ${eventId}`,
    );
    if (found === undefined) return rejected('not_found');
    const named = mentions.length === 0 ? {} : { mentions };
    await writeTimeline(context, { eventId, kind: 'note', data: { text, ...named } });
    await writeMentions(context, { eventId, text, mentions });
    await writeAudit(context, { action: 'note', subject: `event:${eventId}`, data: { text, ...named } });
    return applied();
  },

  'alert.resolve': ({ eventId, note }, context) =>
    onIncident(context, eventId, async (open) => {
      await close(context, open, { status: 'RESOLVED', notes: note });
      await writeTimeline(context, { eventId, kind: 'resolved', data: { note } });
      await writeAudit(context, { action: 'resolve', subject: `event:${eventId}`, data: { note, events: open } });
    }),

  'alert.falsePositive': ({ eventId, reason }, context) =>
    onIncident(context, eventId, async (open) => {
      await close(context, open, { status: 'FALSE_POSITIVE', notes: reason });
      await writeTimeline(context, { eventId, kind: 'false_positive', data: { reason } });
      await writeAudit(context, {
        action: 'false_positive',
        subject: `event:${eventId}`,
        data: { reason, events: open },
      });
    }),
} satisfies Partial<CommandHandlers>;
