import { z } from 'zod';
import { nextLevel, type Reached, recipientsOf } from '../../../shared/domain/escalation.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Notified } from '../../../shared/domain/run.ts';
import type { RunbookStep } from '../../../shared/domain/runbook.ts';
import { type Severity, severitySchema } from '../../../shared/domain/severity.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';
import type { CommandContext } from '../command/command-handler.ts';
import { writeTimeline } from '../command/timeline.ts';
import { NO_LEVEL } from '../escalation/claims.ts';
import { readEscalation } from '../escalation/settings.ts';

type TellingStep = Extract<RunbookStep, { kind: 'notify' | 'escalate' }>;
type About = { readonly runId: string; readonly eventId: RowId | null };

const incidentRow = z.object({ incident_id: idColumn, severity: severitySchema });
const levelRow = z.object({ level: z.int() });

/** A message without an alert that names no severity. */
const PLAIN: Severity = 'MEDIUM';

/**
 * Tells somebody in a step of a runbook: orders the messages, or records that it was done by hand.
 * @returns what is kept with the step, or `nobody` where no message would leave.
 */
export const notify = async (
  context: CommandContext,
  { about, step, told }: { about: About; step: TellingStep; told: Notified },
): Promise<Notified | 'nobody'> => {
  if (told.how === 'by_hand') return toldByHand(context, about, told);
  const { tx } = context;
  const { version, settings } = await readEscalation(tx);
  // Nobody is called on settings that nobody has seen.
  if (version === 0) return 'nobody';
  const incident = await incidentOf(context, about.eventId);
  const severity = severityOf(step) ?? incident?.severity ?? PLAIN;
  if (step.kind === 'notify') {
    const reached = recipientsOf(settings, step.to);
    return order(context, { about, incident: incident?.incident_id ?? null, severity, reached, told, level: null });
  }
  const next = nextLevel(settings, severity, await levelsTold(context, about, incident?.incident_id ?? null));
  if (next === null) return 'nobody';
  const { level, reached } = next;
  return order(context, { about, incident: incident?.incident_id ?? null, severity, reached, told, level });
};

const severityOf = (step: TellingStep): Severity | undefined => {
  if (step.kind === 'escalate') return step.severity;
  return step.to !== 'visitor' && 'severity' in step.to ? step.to.severity : undefined;
};

const incidentOf = async ({ tx }: CommandContext, eventId: RowId | null) =>
  eventId === null
    ? undefined
    : tx.maybeRow(
        incidentRow,
        sql`/* regie:telling */
          select coalesce(a.incident_id, e.event_id) as incident_id, e.severity
          from public.monitoring_events e left join console.alerts a using (event_id) where e.event_id = ${eventId}`,
      );

/** Levels that have been told since the alert last called, or in this run. */
const levelsTold = async ({ tx }: CommandContext, { runId }: About, incident: RowId | null): Promise<number[]> => {
  const rows =
    incident === null
      ? await tx.rows(
          levelRow,
          sql`/* regie:telling */
            select (told ->> 'level')::int as level from console.runbook_steps
            where run_id = ${runId} and told ? 'level'`,
        )
      : await tx.rows(
          levelRow,
          sql`/* regie:telling */
            select d.step as level from console.deliveries d
            where d.event_id = ${incident} and d.state <> 'cancelled'
              and d.episode >= coalesce((select max(recalled_at) from console.alerts where incident_id = ${incident}), '-infinity')
              and d.step < ${NO_LEVEL}
            union
            select (t.data ->> 'level')::int from console.timeline t
            where t.event_id = ${incident} and t.kind = 'called' and t.data ? 'level'
              and t.at >= coalesce((select max(recalled_at) from console.alerts where incident_id = ${incident}), '-infinity')`,
        );
  return rows.map(({ level }) => level);
};

const order = async (
  context: CommandContext,
  plan: {
    about: About;
    incident: RowId | null;
    severity: Severity;
    reached: readonly Reached[];
    told: Notified;
    /** Null: no level of the ladder. */
    level: number | null;
  },
): Promise<Notified | 'nobody'> => {
  const { tx, operationId } = context;
  const { about, incident, severity, level } = plan;
  const messages = plan.reached.flatMap(({ contact, channels }) =>
    channels.map((channel) => ({ contact: contact.id, channel })),
  );
  if (messages.length === 0) return 'nobody';
  await tx.run(sql`/* regie:telling */
    insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at, operation_id, run_id, message)
    select ${incident}, ${severity}, clock_timestamp(),
      -- A level of the ladder stands in its place there, so that the ladder does not send it once more.
      case when ${level}::int is null then clock_timestamp()
        else coalesce((select max(recalled_at) from console.alerts where incident_id = ${incident}), '-infinity') end,
      coalesce(${level}::int, ${NO_LEVEL}), m.contact, m.channel, clock_timestamp(), ${operationId}, ${about.runId}, ${plan.told.message}
    from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as m (contact text, channel text)
    on conflict (event_id, episode, severity, step, contact, channel) do update
    set state = 'due', operation_id = excluded.operation_id, run_id = excluded.run_id, message = excluded.message, next_at = now(),
      ended_at = null
    where console.deliveries.state in ('cancelled', 'failed')`);
  return {
    ...plan.told,
    people: plan.reached
      .filter(({ channels }) => channels.length > 0)
      .map(({ contact: { id, name, phone } }) => ({ contact: id, name, phone })),
    ...(level === null ? {} : { level }),
  };
};

const toldByHand = async (context: CommandContext, about: About, told: Notified): Promise<Notified> => {
  const { eventId } = about;
  if (eventId !== null && told.people.length > 0) {
    const level = told.level === undefined ? {} : { level: told.level };
    const joined = (of: (person: Notified['people'][number]) => string) =>
      told.people
        .map(of)
        .filter((text) => text !== '')
        .join(', ');
    const data = { name: joined(({ name }) => name), phone: joined(({ phone }) => phone), ...level };
    await writeTimeline(context, { eventId, kind: 'called', data });
  }
  if (eventId !== null && told.level !== undefined) {
    await adoptEvents(context.tx, [eventId]);
    await context.tx.run(sql`/* regie:telling */
      update public.alert_history
      set escalation_level = greatest(escalation_level, ${told.level + 1}), escalated_at = coalesce(escalated_at, clock_timestamp())
      where monitoring_event_id = ${eventId}`);
  }
  return told;
};
