import type { BulkResult, CommandOutcome } from '../../../shared/contract/outcome.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeAudit, writeTimeline, writeTimelines } from '../command/timeline.ts';
import {
  acknowledgeIncidents,
  closeIncidents,
  eventsOf,
  holdersOf,
  type OpenIncident,
  openIncidents,
  type Refused,
  takeIncidents,
  unacknowledgeIncidents,
} from './incident-actions.ts';
import { mergeIncident } from './incident-commands.ts';

type Entry = { readonly kind: string; readonly data?: Readonly<Record<string, unknown>> };

const refusal = ({ eventId, outcome }: Refused): BulkResult['refused'] =>
  'error' in outcome ? [{ eventId, error: outcome.error }] : [];

/** Applied where it was done on any of them; else the first refusal, as the command on one alert would answer it. */
const outcomeOf = (done: readonly RowId[], refused: readonly Refused[]): CommandOutcome => {
  const [first] = refused;
  if (done.length === 0 && first !== undefined) return first.outcome;
  const result: BulkResult = { done: [...done], refused: refused.flatMap(refusal) };
  return applied(result);
};

/** Does the same on each alert that is open, writes it down once for each, and once on the audit trail. */
const onIncidents = async (
  context: CommandContext,
  { eventIds, action, entry }: { eventIds: readonly RowId[]; action: string; entry: Entry },
  act: (incidents: readonly OpenIncident[]) => Promise<void>,
  allowed: (incidents: readonly OpenIncident[]) => Promise<readonly Refused[]> = async () => [],
): Promise<CommandOutcome> => {
  const { incidents: open, refused: gone } = await openIncidents(context.tx, eventIds);
  const others = await allowed(open);
  const not = new Set(others.map(({ eventId }) => eventId));
  const incidents = open.filter(({ eventId }) => !not.has(eventId));
  const refused = [...gone, ...others];
  const done = incidents.map(({ eventId }) => eventId);
  if (done.length > 0) {
    await act(incidents);
    await writeTimelines(context, done, entry);
    const data = {
      ...entry.data,
      alerts: done,
      events: eventsOf(incidents),
      refused: refused.map(({ eventId }) => eventId),
    };
    await writeAudit(context, { action, subject: 'alerts', data });
  }
  return outcomeOf(done, refused);
};

/** What somebody else has is taken over, or given back, by name and one at a time (docs/alerts.md, "Assignment"). */
const ofOthers =
  ({ tx, author }: CommandContext) =>
  async (incidents: readonly OpenIncident[]): Promise<readonly Refused[]> => {
    const holders = await holdersOf(tx, incidents);
    return incidents.flatMap(({ eventId }) => {
      const holder = holders.get(eventId);
      return holder === undefined || holder.operator === author.operator
        ? []
        : [{ eventId, outcome: conflict('taken_by_other', { name: holder.operator, laptop: holder.laptop }) }];
    });
  };

export const bulkCommands = {
  'alerts.acknowledge': ({ eventIds }, context) =>
    onIncidents(context, { eventIds, action: 'acknowledge', entry: { kind: 'acknowledged' } }, (incidents) =>
      acknowledgeIncidents(context, incidents),
    ),

  'alerts.unacknowledge': ({ eventIds }, context) =>
    onIncidents(
      context,
      { eventIds, action: 'unacknowledge', entry: { kind: 'unacknowledged' } },
      (incidents) => unacknowledgeIncidents(context, incidents),
      ofOthers(context),
    ),

  'alerts.take': ({ eventIds }, context) =>
    onIncidents(
      context,
      { eventIds, action: 'take', entry: { kind: 'taken' } },
      (incidents) => takeIncidents(context, incidents),
      ofOthers(context),
    ),

  'alerts.snooze': ({ eventIds, minutes, reason }, context) =>
    onIncidents(
      context,
      { eventIds, action: 'snooze', entry: { kind: 'snoozed', data: { minutes, reason } } },
      (incidents) => acknowledgeIncidents(context, incidents, minutes),
    ),

  'alerts.resolve': ({ eventIds, note }, context) =>
    onIncidents(context, { eventIds, action: 'resolve', entry: { kind: 'resolved', data: { note } } }, (incidents) =>
      closeIncidents(context, incidents, { status: 'RESOLVED', notes: note }),
    ),

  'alerts.merge': async ({ eventIds, into, seen }, context) => {
    // All of them locked in the order of their ids, before one after the other moves.
    await openIncidents(context.tx, [into, ...eventIds]);
    const done: RowId[] = [];
    const events: RowId[] = [];
    const refused: Refused[] = [];
    for (const [index, eventId] of eventIds.entries()) {
      const incidentId = seen.incidentIds[index];
      if (incidentId === undefined) return rejected('incomplete');
      const merged = await mergeIncident(context, { eventId, into, seen: { incidentId, into: seen.into } });
      if ('outcome' in merged) refused.push({ eventId, outcome: merged.outcome });
      else {
        done.push(eventId);
        events.push(...merged.merged);
      }
    }
    if (events.length > 0) {
      const data = { into: seen.into, alerts: done, events, refused: refused.map(({ eventId }) => eventId) };
      await writeTimeline(context, { eventId: into, kind: 'merged_here', data: { incidents: done } });
      await writeAudit(context, { action: 'merge', subject: 'alerts', data });
    }
    return outcomeOf(done, refused);
  },
} satisfies Partial<CommandHandlers>;
