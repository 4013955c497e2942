import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';
import { applied, type CommandContext, type CommandHandlers, rejected } from '../command/command-handler.ts';
import { writeAudit } from '../command/timeline.ts';

/** Who the engine is on timeline and audit trail. */
const ENGINE = 'regie-engine';

const moneyRow = z.object({ money: z.boolean() });
const endedRow = z.object({ ended_by: z.string().nullable(), over: z.boolean(), reason: z.string() });
const overRow = z.object({ silence_id: z.uuid() });
const coveredRow = z.object({ event_id: idColumn });
const madeRow = z.object({ until: instantColumn });

/** Whether a silence of this kind, or from this alert, would hold back what moved money. */
const wouldHideMoney = async (tx: Transaction, algorithm: string | null, eventId: number | null): Promise<boolean> =>
  (
    await tx.row(
      moneyRow,
      sql`/* regie:silence */
        select coalesce(${algorithm}::text = any (console.money_detectors()), false) or exists (
          select from public.monitoring_events e
          where e.event_id = ${eventId}::bigint and console.moves_money(e)) as money`,
    )
  ).money;

/** Alerts of another monitoring system that silences cover are ours from now on. */
const adoptCovered = async (tx: Transaction, silenceIds: readonly string[]): Promise<void> => {
  const covered = await tx.rows(
    coveredRow,
    sql`/* regie:silence */
      select distinct s.event_id from console.silenced s
      where s.silence_id = any (${silenceIds}::uuid[])
        and not (exists (select from console.alerts a where a.event_id = s.event_id)
          and exists (select from public.alert_history h where h.monitoring_event_id = s.event_id))`,
  );
  await adoptEvents(
    tx,
    covered.map(({ event_id: id }) => id),
  );
};

/** Says on each open incident that a silence covers what became of it. */
const tellCovered = async (
  { tx, author, operationId }: CommandContext,
  silenceId: string,
  entry: { kind: string; data: Readonly<Record<string, unknown>> },
): Promise<void> => {
  await tx.run(sql`/* regie:silence */
    insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
    select distinct on (a.incident_id) s.event_id, ${entry.kind}, ${author.operator}, ${author.laptop}, ${operationId}::uuid,
      ${JSON.stringify(entry.data)}::jsonb
    from console.silenced s join console.alerts a using (event_id)
    where s.silence_id = ${silenceId}
    order by a.incident_id, s.event_id`);
};

/**
 * What silences held back to their end alerts (docs/alerts.md, "Silences"), as of that very
 * moment, so that escalation starts there. Each silence is released once, by the first laptop; an incident that another
 * silence still holds goes on waiting.
 * @param ended who ended one before its time; the engine's laptop where they ran out
 */
export const releaseSilences = async (tx: Transaction, ended: { laptop: string; actor?: string }): Promise<void> => {
  const { laptop, actor = ENGINE } = ended;
  const over = await tx.rows(
    overRow,
    sql`/* regie:silence-end */
      update console.silences set released_at = now() where released_at is null and ends_at <= now()
      returning silence_id::text`,
  );
  if (over.length === 0) return;
  const ids = over.map(({ silence_id: id }) => id);
  await adoptCovered(tx, ids);
  await tx.run(sql`/* regie:silence-end */
    with cover as materialized (
      select event_id, silence_id, starts_at, ends_at from console.silenced
    ), member as (
      select a.incident_id, e.event_id, e.detection_timestamp, a.acknowledged_at
      from console.alerts a join public.monitoring_events e using (event_id)
      where e.status in ('OPEN', 'INVESTIGATING') and e.severity <> 'INFO' and a.incident_id in (
        select touched.incident_id from console.alerts touched join cover using (event_id)
        where cover.silence_id = any (${ids}::uuid[]))
    ), pair as (
      select distinct m.incident_id, c.silence_id, c.ends_at from cover c join member m using (event_id)
      where c.silence_id = any (${ids}::uuid[]) and m.detection_timestamp < c.ends_at
    ), covered as (
      -- Whether each alert of the incident was held back to the end of the silence, and whether it still is.
      select p.incident_id, p.silence_id, p.ends_at, m.event_id, m.acknowledged_at,
        m.detection_timestamp >= p.ends_at or coalesce(bool_or(c.starts_at < p.ends_at and c.ends_at >= p.ends_at), false) as was,
        coalesce(bool_or(c.starts_at <= now() and c.ends_at > now()), false) as is_still
      from pair p join member m using (incident_id) left join cover c on c.event_id = m.event_id
      group by p.incident_id, p.silence_id, p.ends_at, m.event_id, m.acknowledged_at, m.detection_timestamp
    ), held as (
      select distinct on (incident_id) incident_id, silence_id, ends_at, min(event_id) as event_id
      from covered
      group by incident_id, silence_id, ends_at
      having bool_and(was) and not bool_and(is_still) and count(acknowledged_at) = 0
      order by incident_id, ends_at desc
    ), recalled as (
      update console.alerts a set recalled_at = greatest(a.recalled_at, h.ends_at), version = version + 1
      from held h join member m using (incident_id) where a.event_id = m.event_id
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select h.event_id, 'silence_ended', ${actor}, ${laptop}, jsonb_build_object('from', s.made_by, 'reason', s.reason)
    from held h join console.silences s using (silence_id)`);
  // One that ran out is an act of the engine; one that somebody ended is on the audit trail already.
  await tx.run(sql`/* regie:silence-end */
    select console.append_audit(${ENGINE}, ${laptop}, 'silence_ended', 'silence:' || silence_id,
      jsonb_build_object('reason', reason, 'made_by', made_by))
    from console.silences where silence_id = any (${ids}::uuid[]) and ended_by is null`);
};

export const silenceCommands = {
  'silence.start': async (input, context) => {
    const { tx, author } = context;
    const { silenceId, algorithm, device, cardId, from, minutes, reason, eventId } = input;
    if (algorithm === null && device === null && cardId === null) return rejected('silence_of_everything');
    if (await wouldHideMoney(tx, algorithm, eventId)) return rejected('silence_money');
    // One that waited on a laptop ends at the time that its author was shown; no clock makes it start later than now.
    const made = await tx.maybeRow(
      madeRow,
      sql`/* regie:silence */
        insert into console.silences (silence_id, algorithm, device, card_id, reason, starts_at, ends_at, made_by, made_on, event_id)
        select ${silenceId}, ${algorithm}, ${device}, ${cardId}, ${reason}, starts_at, starts_at + make_interval(mins => ${minutes}),
          ${author.operator}, ${author.laptop}, ${eventId}
        from (select least(${from}::timestamptz, now()) as starts_at) as begins
        on conflict do nothing
        returning ends_at as until`,
    );
    if (made === undefined) return rejected('operation_reused');
    const data = { algorithm, device, card: cardId, until: made.until, reason };
    await adoptCovered(tx, [silenceId]);
    await tellCovered(context, silenceId, { kind: 'silenced', data });
    await writeAudit(context, { action: 'silence', subject: `silence:${silenceId}`, data: { ...data, minutes } });
    // It may be over before it came here.
    await releaseSilences(tx, { actor: author.operator, laptop: author.laptop });
    return applied({ until: made.until });
  },

  'silence.end': async ({ silenceId }, context) => {
    const { tx, author } = context;
    const silence = await tx.maybeRow(
      endedRow,
      sql`/* regie:silence-end */
        select ended_by, ends_at <= now() as over, reason from console.silences where silence_id = ${silenceId} for update`,
    );
    if (silence === undefined) return rejected('not_found');
    // Ended twice, or expired meanwhile: it is over, as was wanted.
    if (silence.over) return applied();
    await tx.run(sql`/* regie:silence-end */
      update console.silences
      set ends_at = greatest(starts_at, now()), ended_by = ${author.operator}, ended_on = ${author.laptop}
      where silence_id = ${silenceId}`);
    await writeAudit(context, {
      action: 'silence_ended',
      subject: `silence:${silenceId}`,
      data: { reason: silence.reason },
    });
    await releaseSilences(tx, { actor: author.operator, laptop: author.laptop });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
