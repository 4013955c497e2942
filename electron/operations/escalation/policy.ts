import { type Channel, type EscalationSettings, isWithin, reaches } from '../../../shared/domain/escalation.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptDue } from './adopt-due.ts';

/** Older calls are history: nobody is woken up for them. */
const CALLS_FOR_HOURS = 12;

/** One message that the policy asks for. */
type AskedMessage = {
  readonly severity: string;
  readonly step: number;
  readonly after: number;
  /** The step before it with which somebody can be reached; null for the first. */
  readonly previous: number | null;
  readonly contact: string;
  readonly channel: Channel;
};

/** What the policy asks for, by severity and step. A step that reaches nobody is passed on to the next one at its time. */
export const messagesOf = (settings: EscalationSettings): readonly AskedMessage[] =>
  Object.entries(settings.ladder).flatMap(([severity, ladder]) => {
    let previous: number | null = null;
    /** Since when somebody should have been notified who cannot be reached. */
    let missed = Number.POSITIVE_INFINITY;
    return ladder.flatMap(({ afterSeconds, contact: id, channels }, step) => {
      const contact = settings.contacts.find((one) => one.id === id);
      const ways = channels.filter((channel) => contact !== undefined && reaches(settings, contact, channel));
      if (ways.length === 0) {
        missed = Math.min(missed, afterSeconds);
        return [];
      }
      const after = Math.min(afterSeconds, missed);
      missed = Number.POSITIVE_INFINITY;
      const asked = ways.map((channel) => ({ severity, step, after, previous, contact: id, channel }));
      previous = step;
      return asked;
    });
  });

/**
 * One look at the escalation policy, in the caller's transaction: messages that have become due become rows, and those
 * that it does not ask for (any more) are cancelled. The unique key of console.deliveries decides between two laptops.
 * @param localTime `HH:MM` at the festival
 * @returns which of its messages may be sent now: in quiet hours those of CRITICAL alerts alone
 */
export const escalateDue = async (
  tx: Transaction,
  { settings, localTime }: { settings: EscalationSettings; localTime: string },
): Promise<'urgent' | 'all'> => {
  const quiet = settings.quiet !== null && isWithin(settings.quiet, localTime);
  const messages = messagesOf(settings);
  await adoptDue(tx, messages);
  await tx.run(sql`/* regie:escalation */
    with held as (
      -- What a silence holds back now, and what one held back until a moment ago: that calls since then.
      select event_id, bool_or(ends_at > now()) as quiet, max(ends_at) filter (where ends_at <= now()) as until
      from console.silenced where starts_at <= now() group by event_id
    ), calling as (
      -- An incident calls while none of its open alerts is acknowledged; since the first that is not held back, or since
      -- it called again.
      select a.incident_id,
        greatest(min(greatest(least(e.detection_timestamp, e.created_at), h.until)) filter (where h.quiet is not true), again.at) as called_at,
        coalesce(again.at, '-infinity') as episode,
        (array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'])[min(array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], e.severity))
          filter (where h.quiet is not true)] as severity
      from public.monitoring_events e join console.alerts a using (event_id) left join held h using (event_id)
      cross join lateral (select max(recalled_at) as at from console.alerts all_of where all_of.incident_id = a.incident_id) as again
      where e.status in ('OPEN', 'INVESTIGATING') and e.severity <> 'INFO'
      group by a.incident_id, again.at
      having count(a.acknowledged_at) = 0 and bool_or(h.quiet is not true)
    ), asked as (
      select c.incident_id, c.severity, c.called_at, c.episode, s.step, s.after, s.contact, s.channel,
        -- At its time; at once where the step before it could not reach anybody. Whoever was asked to wait once is waited for.
        c.called_at <= now() - make_interval(secs => s.after) or coalesce(b.unsent, false) as due
      from calling c
      join jsonb_to_recordset(${JSON.stringify(messages)}::jsonb)
        as s (severity text, step int, after int, previous int, contact text, channel text) using (severity)
      left join lateral (
        select bool_and(d.state = 'failed'
          or d.state = 'due' and d.attempts > case d.reason ->> 'code' when 'busy' then 1 else 0 end) as unsent
        from console.deliveries d
        where d.event_id = c.incident_id and d.episode = c.episode and d.severity = c.severity and d.step = s.previous) as b on true
      where c.called_at > now() - make_interval(hours => ${CALLS_FOR_HOURS}) and c.called_at <= now()
    ), made as (
      insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at)
      select incident_id, severity, called_at, episode, step, contact, channel,
        least(now(), called_at + make_interval(secs => after))
      from asked where due and (severity = 'CRITICAL' or not ${quiet})
      on conflict do nothing
    ), early as (
      -- What was never tried goes at its time, whatever its row says: whoever has the consoles' login may have written it.
      update console.deliveries d
      set next_at = case when a.due then now() else a.called_at + make_interval(secs => a.after) end
      from asked a
      where d.state = 'due' and d.operation_id is null and d.attempts = 0 and (d.next_at <= now()) <> a.due
        and (d.event_id, d.episode, d.severity, d.step, d.contact, d.channel)
          = (a.incident_id, a.episode, a.severity, a.step, a.contact, a.channel)
    )
    update console.deliveries d set state = 'cancelled', ended_at = now()
    where d.state = 'due' and d.operation_id is null and not exists (
      select from asked a
      where (d.event_id, d.episode, d.severity, d.step, d.contact, d.channel)
        = (a.incident_id, a.episode, a.severity, a.step, a.contact, a.channel))`);
  return quiet ? 'urgent' : 'all';
};
