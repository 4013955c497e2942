import { z } from 'zod';
import { responseTimeMs } from '../../../shared/domain/deadlines.ts';
import {
  type Channel,
  channelSchema,
  type EscalationSettings,
  type Reached,
  recipientsOf,
} from '../../../shared/domain/escalation.ts';
import { runbookSchema } from '../../../shared/domain/runbook.ts';
import { SEVERITIES, type Severity, severitySchema } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

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
  point_of_sale: z.string().nullable(),
  device: z.string().nullable(),
  called_at: instantColumn,
  unacknowledged_seconds: z.int(),
  /** What an operator has written; null: the policy's own words. */
  message: z.string().max(1_000).nullable(),
  /** The run for which an operator's command, which the database has verified, ordered it, and the steps with its words. */
  ordered: z
    .object({ steps: z.array(z.string()), runbook: runbookSchema })
    .nullable()
    .catch(null),
});
export type Claimed = z.output<typeof claimedRow>;
/** What is claimed, before it is read: the consoles' login may have written a row that makes no sense. */
const rawClaim = z.looseObject({ delivery_id: z.string() });

/** Above all levels of a policy: a message that belongs to none. */
export const NO_LEVEL = 100;
/** How many messages of a channel a laptop sends at the same time: each channel has a queue of its own. */
export const AT_ONCE: Readonly<Record<Channel, number>> = { voice: 4, sms: 4, slack: 4, email: 4, webhook: 4 };
/** A claim that nobody has ended for so long was made by a laptop that is gone. */
export const CLAIM_SECONDS = 60;

/** How long a message is tried: ten times as long as somebody has to answer the alert, and an hour at least. */
const triedForSeconds = (severity: Severity): number => Math.max(3_600, (responseTimeMs(severity) ?? 0) / 100);
const TRIED_FOR = JSON.stringify(Object.fromEntries(SEVERITIES.map((one) => [one, triedForSeconds(one)])));

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
      update console.deliveries set state = 'unknown', ended_at = now(), reason = '{"code": "laptop_gone"}'
      where state = 'sending' and claimed_at < now() - make_interval(secs => ${CLAIM_SECONDS})
      returning delivery_id, event_id, contact, channel, step, claimed_by
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select event_id, 'escalation_unknown', 'regie-engine', claimed_by, jsonb_build_object('delivery', delivery_id,
      'contact', contact, 'channel', channel, 'step', step, 'why', 'laptop_gone', 'detail', '')
    from gone where event_id is not null`);
};

/**
 * Claims what is due for this laptop: the most urgent first, of each channel as much as it has room for.
 * @param of `ordered`: what operators have ordered, while nobody escalates: monitoring may be stopped; `urgent` lets all
 * but CRITICAL messages of the policy wait, through quiet hours
 */
export const claimDeliveries = async (
  tx: Transaction,
  {
    laptop,
    room = AT_ONCE,
    of = 'all',
  }: { laptop: string; room?: Readonly<Record<Channel, number>>; of?: 'ordered' | 'urgent' | 'all' },
): Promise<readonly Claimed[]> => {
  const rows = await tx.rows(
    rawClaim,
    sql`/* regie:escalation */
      with claimed as (
        update console.deliveries
        set state = 'sending', claimed_by = ${laptop}, claimed_at = now(), attempts = attempts + 1,
          tried_until = coalesce(tried_until, now() + make_interval(secs => coalesce((${TRIED_FOR}::jsonb ->> severity)::int, 3600)))
        where delivery_id in (
          select due.delivery_id from jsonb_each_text(${JSON.stringify(room)}::jsonb) as free (channel, messages)
          cross join lateral (
            select d.delivery_id from console.deliveries d
            where d.state = 'due' and d.next_at <= now() and d.channel = free.channel
              and (d.operation_id is not null or ${of} = 'all' or ${of} = 'urgent' and d.severity = 'CRITICAL')
            order by array_position(${SEVERITIES}::text[], d.severity) nulls last, d.due_at
            limit free.messages::int for update skip locked) as due)
        returning *
      )
      select c.delivery_id::text, c.event_id, c.severity, c.step, c.contact, c.channel, c.attempts, e.detection_algorithm as algorithm,
        e.card_id, e.affected_amount::text as amount, e.event_data ->> 'point_of_sale' as point_of_sale,
        e.event_data ->> 'device_identifier' as device, c.called_at,
        greatest(least(extract(epoch from now() - c.called_at), 1e9), 0)::int as unacknowledged_seconds, c.message, (
          select jsonb_build_object('steps', jsonb_agg(s.step_id), 'runbook', r.runbook)
          from console.operations o
          join console.runbook_runs r on r.run_id = c.run_id
          join console.runbook_steps s on s.run_id = r.run_id and s.told ->> 'how' = 'sent' and s.told ->> 'message' = c.message
          where o.operation_id = c.operation_id and o.command = 'runbook.completeStep' and o.outcome ->> 'outcome' = 'applied'
            and c.event_id is not distinct from
              coalesce((select a.incident_id from console.alerts a where a.event_id = r.event_id), r.event_id)
          group by r.runbook) as ordered
      from claimed c left join public.monitoring_events e using (event_id)
      order by array_position(${SEVERITIES}::text[], c.severity) nulls last, c.due_at`,
  );
  const parsed = rows.map((row) => ({ id: row.delivery_id, claimed: claimedRow.safeParse(row) }));
  const unreadable = parsed.filter(({ claimed }) => !claimed.success).map(({ id }) => id);
  if (unreadable.length > 0) await setAside(tx, unreadable);
  return parsed.flatMap(({ claimed }) => (claimed.success ? [claimed.data] : []));
};

/** One row that makes no sense holds up no other message. */
const setAside = async (tx: Transaction, deliveries: readonly string[]): Promise<void> => {
  await tx.run(sql`/* regie:escalation */
    update console.deliveries set state = 'failed', ended_at = now(), reason = '{"code": "unreadable"}'
    where delivery_id = any (${deliveries}::uuid[])`);
};

/**
 * Whether nobody has asked for a message: its row may have been written by whoever has the consoles' login. Addresses come
 * from the settings alone, words from an operator's command alone; to whom it goes is what the policy says, or the step
 * of the run in whose record those words are.
 */
export const isUnasked = (claimed: Claimed, settings: EscalationSettings): boolean => {
  const { message, step, severity, algorithm, ordered } = claimed;
  const reached = (some: readonly Reached[]): boolean =>
    some.some(({ contact, channels }) => contact.id === claimed.contact && channels.includes(claimed.channel));
  if (message === null && step < NO_LEVEL) return algorithm === null || !isOfPolicy(claimed, settings);
  if (ordered === null || message === null) return true;
  return !ordered.runbook.steps.some((of) => {
    if (!ordered.steps.includes(of.id)) return false;
    if (of.kind === 'notify') return reached(recipientsOf(settings, of.to));
    return of.kind === 'escalate' && (of.severity ?? severity) === severity && isOfPolicy(claimed, settings);
  });
};

/** Whether its step of the policy names this contact and this channel. */
const isOfPolicy = ({ severity, step, contact, channel }: Claimed, { ladder }: EscalationSettings): boolean => {
  const steps: Readonly<Record<string, EscalationSettings['ladder']['LOW']>> = ladder;
  const named = steps[severity]?.[step];
  return named?.contact === contact && named.channels.includes(channel);
};
