import { z } from 'zod';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { eventStatusSchema, isOpen } from '../../../shared/domain/severity.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';
import { adoptEvents } from './adopt.ts';
import {
  acknowledgeIncidents,
  closeIncidents,
  holdersOf,
  type OpenIncident,
  openIncident,
  takeIncidents,
  unacknowledgeIncidents,
} from './incident-actions.ts';
import { writeMentions } from './mentions.ts';

const eventRow = z.object({
  event_id: idColumn,
  status: eventStatusSchema,
  resolution_notes: z.string().nullable(),
  resolved_at: instantColumn.nullable(),
});

const onIncident = async (
  context: CommandContext,
  eventId: RowId,
  act: (incident: OpenIncident) => Promise<CommandOutcome> | Promise<void>,
): Promise<CommandOutcome> => {
  const incident = await openIncident(context.tx, eventId);
  if ('outcome' in incident) return incident.outcome;
  return (await act(incident)) ?? applied();
};

export const alertCommands = {
  'alert.acknowledge': ({ eventId }, context) =>
    onIncident(context, eventId, async (incident) => {
      await acknowledgeIncidents(context, [incident]);
      await writeTimeline(context, { eventId, kind: 'acknowledged' });
      await writeAudit(context, {
        action: 'acknowledge',
        subject: `event:${eventId}`,
        data: { events: incident.open },
      });
    }),

  'alert.unacknowledge': ({ eventId }, context) =>
    onIncident(context, eventId, async (incident) => {
      const holder = (await holdersOf(context.tx, [incident])).get(eventId);
      if (holder !== undefined && holder.operator !== context.author.operator)
        return conflict('taken_by_other', { name: holder.operator, laptop: holder.laptop });
      await unacknowledgeIncidents(context, [incident]);
      await writeTimeline(context, { eventId, kind: 'unacknowledged' });
      const data = { events: incident.open };
      await writeAudit(context, { action: 'unacknowledge', subject: `event:${eventId}`, data });
      return applied();
    }),

  /** Only whose screen showed the assignee may take an alert over (docs/alerts.md, "Assignment"). */
  'alert.take': ({ eventId, holder: seen }, context) =>
    onIncident(context, eventId, async (incident) => {
      const holder = (await holdersOf(context.tx, [incident])).get(eventId);
      const others = holder !== undefined && holder.operator !== context.author.operator;
      if (others && holder.operator !== seen)
        return conflict('taken_by_other', { name: holder.operator, laptop: holder.laptop });
      await takeIncidents(context, [incident]);
      const from = others ? { from: holder.operator, laptop: holder.laptop } : {};
      await writeTimeline(context, { eventId, kind: others ? 'taken_over' : 'taken', data: from });
      await writeAudit(context, {
        action: others ? 'take_over' : 'take',
        subject: `event:${eventId}`,
        data: { events: incident.open, ...from },
      });
      return applied();
    }),

  'alert.snooze': ({ eventId, minutes, reason }, context) =>
    onIncident(context, eventId, async (incident) => {
      await acknowledgeIncidents(context, [incident], minutes);
      await writeTimeline(context, { eventId, kind: 'snoozed', data: { minutes, reason } });
      await writeAudit(context, {
        action: 'snooze',
        subject: `event:${eventId}`,
        data: { minutes, reason, events: incident.open },
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
    onIncident(context, eventId, async (incident) => {
      await closeIncidents(context, [incident], { status: 'RESOLVED', notes: note });
      await writeTimeline(context, { eventId, kind: 'resolved', data: { note } });
      await writeAudit(context, {
        action: 'resolve',
        subject: `event:${eventId}`,
        data: { note, events: incident.open },
      });
    }),

  'alert.falsePositive': ({ eventId, reason }, context) =>
    onIncident(context, eventId, async (incident) => {
      await closeIncidents(context, [incident], { status: 'FALSE_POSITIVE', notes: reason });
      await writeTimeline(context, { eventId, kind: 'false_positive', data: { reason } });
      await writeAudit(context, {
        action: 'false_positive',
        subject: `event:${eventId}`,
        data: { reason, events: incident.open },
      });
    }),
} satisfies Partial<CommandHandlers>;
