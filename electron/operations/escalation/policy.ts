import { z } from 'zod';
import type { Delivery } from '../../../shared/contract/escalation.ts';
import { channelSchema, type EscalationSettings, isWithin, reaches } from '../../../shared/domain/escalation.ts';
import { severitySchema } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';

/** A message that a laptop has claimed: it is this laptop's to send, once. */
export const claimedRow = z.object({
  delivery_id: z.uuid(),
  /** Null: a message of a runbook without an alert. */
  event_id: idColumn.nullable(),
  severity: severitySchema,
  step: z.int(),
  contact: z.string(),
  channel: channelSchema,
  attempts: z.int(),
  algorithm: z.string().nullable(),
  card_id: z.string().nullable(),
  amount: z.string().nullable(),
  called_at: instantColumn,
  unacknowledged_seconds: z.int(),
  /** What an operator has written; null: the ladder's own words. */
  message: z.string().max(1_000).nullable(),
  /** Whether an operator's command ordered it, which the database has verified. */
  ordered: z.boolean(),
});
export type Claimed = z.output<typeof claimedRow>;
/** What is claimed, before it is read: the consoles' login may have written a row that makes no sense. */
const rawClaim = z.looseObject({ delivery_id: z.string() });

/** Older calls are history: nobody is woken up for them. */
const CALLS_FOR_HOURS = 12;
const CLAIMED_AT_ONCE = 4;
/** Above all levels of a ladder: a message that belongs to none. */
export const NO_LEVEL = 100;
/** A claim that nobody has ended for so long was made by a laptop that is gone. */
export const CLAIM_SECONDS = 60;

/**
 * One look at the ladder, in the caller's transaction: messages that have become due become rows, and those of alerts that
 * somebody has acknowledged, closed or silenced are cancelled. The unique key of console.deliveries decides between two
 * laptops.
 * @param localTime `HH:MM` at the festival
 */
export const escalateDue = async (
  tx: Transaction,
  { settings, localTime }: { settings: EscalationSettings; localTime: string },
): Promise<void> => {
  const quiet = settings.quiet !== null && isWithin(settings.quiet, localTime);
  const steps = Object.entries(settings.ladder).flatMap(([severity, ladder]) =>
    quiet && severity !== 'CRITICAL'
      ? []
      : ladder.flatMap(({ afterSeconds, contact: id, channels }, step) => {
          const contact = settings.contacts.find((one) => one.id === id);
          return channels
            .filter((channel) => contact !== undefined && reaches(settings, contact, channel))
            .map((channel) => ({ severity, step, after: afterSeconds, contact: id, channel }));
        }),
  );
  await tx.run(sql`/* regie:escalation */
    with held as (
      -- What a silence holds back now, and what one held back until a moment ago: that calls since then.
      select event_id, bool_or(ends_at > now()) as quiet, max(ends_at) filter (where ends_at <= now()) as until
      from console.silenced where starts_at <= now() group by event_id
    ), calling as (
      -- An incident calls while none of its open alerts is acknowledged; since the first that is not held back, or since
      -- it called again.
      select a.incident_id,
        greatest(min(greatest(e.detection_timestamp, h.until)) filter (where h.quiet is not true), again.at) as called_at,
        coalesce(again.at, '-infinity') as episode,
        (array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'])[min(array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], e.severity))
          filter (where h.quiet is not true)] as severity
      from public.monitoring_events e join console.alerts a using (event_id) left join held h using (event_id)
      cross join lateral (select max(recalled_at) as at from console.alerts all_of where all_of.incident_id = a.incident_id) as again
      where e.status in ('OPEN', 'INVESTIGATING') and e.severity <> 'INFO'
      group by a.incident_id, again.at
      having count(a.acknowledged_at) = 0 and bool_or(h.quiet is not true)
    )
    insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at)
    select c.incident_id, c.severity, c.called_at, c.episode, s.step, s.contact, s.channel, c.called_at + make_interval(secs => s.after)
    from calling c
    join jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as s (severity text, step int, after int, contact text, channel text)
      using (severity)
    -- The event's own time may be any, and next to the last that Postgres knows nothing can be added to it.
    where c.called_at <= now() - make_interval(secs => s.after)
      and c.called_at > now() - make_interval(hours => ${CALLS_FOR_HOURS})
    on conflict do nothing`);
  await tx.run(sql`/* regie:escalation */
    update console.deliveries d set state = 'cancelled', ended_at = now()
    where d.state = 'due' and d.operation_id is null and (console.quiet_at(d.event_id, now()) or not exists (
      select from console.alerts a join public.monitoring_events e using (event_id)
      where a.incident_id = d.event_id and e.status in ('OPEN', 'INVESTIGATING')
      having count(*) > 0 and count(a.acknowledged_at) = 0))`);
};

/** Whether a message has waited for so long. By deliveries_pending_idx. */
export const isDue = async (tx: Transaction, forSeconds: number): Promise<boolean> => {
  const { due } = await tx.row(
    z.object({ due: z.boolean() }),
    sql`/* regie:escalation */
      select exists (select from console.deliveries
        where state = 'due' and next_at <= now() - make_interval(secs => ${forSeconds})) as due`,
  );
  return due;
};

/** Claims of laptops that are gone become unknown. */
export const endGoneClaims = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:escalation */
    with gone as (
      update console.deliveries set state = 'unknown', ended_at = now(), error = 'the laptop that sent it is gone'
      where state = 'sending' and claimed_at < now() - make_interval(secs => ${CLAIM_SECONDS})
      returning event_id, contact, channel, claimed_by
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'escalation_unknown', 'regie-engine', claimed_by,
      jsonb_build_object('contact', contact, 'channel', channel) from gone where event_id is not null`);
};

/** Claims the next few messages for this laptop. */
export const claimDeliveries = async (tx: Transaction, laptop: string): Promise<readonly Claimed[]> => {
  const rows = await tx.rows(
    rawClaim,
    sql`/* regie:escalation */
      with claimed as (
        update console.deliveries
        set state = 'sending', claimed_by = ${laptop}, claimed_at = now(), attempts = attempts + 1
        where delivery_id in (
          select delivery_id from console.deliveries
          where state = 'due' and next_at <= now() order by due_at limit ${CLAIMED_AT_ONCE} for update skip locked)
        returning *
      )
      select c.delivery_id::text, c.event_id, c.severity, c.step, c.contact, c.channel, c.attempts, e.detection_algorithm as algorithm,
        e.card_id, e.affected_amount::text as amount, c.called_at,
        greatest(least(extract(epoch from now() - c.called_at), 1e9), 0)::int as unacknowledged_seconds, c.message,
        exists (
          select from console.operations o where o.operation_id = c.operation_id and o.command = 'runbook.completeStep'
            and o.outcome ->> 'outcome' = 'applied') as ordered
      from claimed c left join public.monitoring_events e using (event_id)`,
  );
  const parsed = rows.map((row) => ({ id: row.delivery_id, claimed: claimedRow.safeParse(row) }));
  const unreadable = parsed.filter(({ claimed }) => !claimed.success).map(({ id }) => id);
  if (unreadable.length > 0) await setAside(tx, unreadable);
  return parsed.flatMap(({ claimed }) => (claimed.success ? [claimed.data] : []));
};

/** One row that makes no sense holds up no other message. */
const setAside = async (tx: Transaction, deliveries: readonly string[]): Promise<void> => {
  await tx.run(sql`/* regie:escalation */
    update console.deliveries set state = 'failed', ended_at = now(), error = 'this row is not one of a console'
    where delivery_id = any (${deliveries}::uuid[])`);
};

/**
 * Why nobody has asked for a message: its row may have been written by whoever has the consoles' login. Addresses come
 * from the settings alone, words from an operator's command alone.
 * @returns undefined where the policy or an operator has asked for it
 */
export const unasked = (claimed: Claimed, settings: EscalationSettings): string | undefined => {
  if (claimed.message !== null || claimed.step >= NO_LEVEL) {
    return claimed.ordered ? undefined : 'no command of an operator asks for this message';
  }
  if (claimed.ordered) return undefined;
  const ladder: Readonly<Record<string, EscalationSettings['ladder']['LOW']>> = settings.ladder;
  const step = ladder[claimed.severity]?.[claimed.step];
  const named = step?.contact === claimed.contact && step.channels.includes(claimed.channel);
  return named && claimed.algorithm !== null ? undefined : 'the escalation policy does not ask for this message';
};

/** How a delivery ended, or when it is tried again. */
export type Ending =
  | { readonly state: 'sent' }
  | { readonly state: 'again'; readonly afterSeconds: number; readonly error: string }
  | { readonly state: 'failed' | 'unknown'; readonly error: string };

const KINDS = { sent: 'escalated', failed: 'escalation_failed', unknown: 'escalation_unknown' } as const;

/** Writes what became of a claimed message: the delivery log, the alert's timeline, the guide's alert_history. */
export const endDelivery = async (
  tx: Transaction,
  { claimed, name, ending, laptop }: { claimed: Claimed; name: string; ending: Ending; laptop: string },
): Promise<void> => {
  if (ending.state === 'again') {
    await tx.run(sql`/* regie:escalation */
      update console.deliveries
      set state = 'due', next_at = now() + make_interval(secs => ${ending.afterSeconds}), error = ${ending.error}
      where delivery_id = ${claimed.delivery_id} and state = 'sending'`);
    return;
  }
  const error = ending.state === 'sent' ? null : ending.error;
  const ended = await tx.run(sql`/* regie:escalation */
    update console.deliveries set state = ${ending.state}, ended_at = now(), error = ${error}
    where delivery_id = ${claimed.delivery_id} and state = 'sending'`);
  if (ended === 0 || claimed.event_id === null) return;
  await tx.run(sql`/* regie:escalation */
    insert into console.timeline (event_id, kind, actor, laptop, data)
    values (${claimed.event_id}, ${KINDS[ending.state]}, 'regie-engine', ${laptop},
      ${JSON.stringify({ contact: name, channel: claimed.channel, step: claimed.step, error })}::jsonb)`);
  if (ending.state !== 'sent' || claimed.step >= NO_LEVEL) return;
  await adoptEvents(tx, [claimed.event_id]);
  // The guide's history of every alert of the incident: the level that was reached, and when it was reached.
  await tx.run(sql`/* regie:escalation */
    update public.alert_history h
    set escalation_level = ${claimed.step + 1}, escalated_at = clock_timestamp(),
      alert_level = case when h.alert_level = 'CRITICAL' and ${claimed.step + 1}::int > 1 then 'EMERGENCY' else h.alert_level end
    from console.alerts a join public.monitoring_events e using (event_id)
    where a.incident_id = (select incident_id from console.alerts where event_id = ${claimed.event_id})
      and h.monitoring_event_id = a.event_id and e.status in ('OPEN', 'INVESTIGATING')
      and h.escalation_level < ${claimed.step + 1}`);
};

const deliveryRow = z
  .object({
    delivery_id: z.uuid(),
    event_id: idColumn.nullable(),
    severity: severitySchema,
    step: z.int(),
    contact: z.string(),
    channel: channelSchema,
    due_at: instantColumn,
    state: z.enum(['due', 'sending', 'sent', 'failed', 'unknown', 'cancelled']),
    attempts: z.int(),
    ended_at: instantColumn.nullable(),
    error: z.string().nullable(),
  })
  .transform(
    (row): Delivery => ({
      deliveryId: row.delivery_id,
      incidentId: row.event_id,
      severity: row.severity,
      step: row.step,
      contact: row.contact,
      channel: row.channel,
      dueAt: row.due_at,
      state: row.state,
      attempts: row.attempts,
      endedAt: row.ended_at,
      error: row.error,
    }),
  );

/** The newest deliveries, newest first. */
export const readDeliveries = async (tx: Transaction): Promise<Delivery[]> => {
  const rows = await tx.rows(
    rawClaim,
    sql`/* regie:escalation */
      select delivery_id::text, event_id, severity, step, contact, channel, due_at, state, attempts, ended_at, error
      from console.deliveries order by due_at desc, delivery_id limit 50`,
  );
  return rows.flatMap((row) => deliveryRow.safeParse(row).data ?? []);
};
