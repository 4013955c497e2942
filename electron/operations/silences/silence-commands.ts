import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';
import { applied, type CommandContext, type CommandHandlers, rejected } from '../command/command-handler.ts';

/** Who the engine is on timeline and audit trail. */
const ENGINE = 'regie-engine';

const refused = z.object({ outcome: z.literal('refused'), code: z.string() });
const answerRow = z.object({
  answer: z.discriminatedUnion('outcome', [z.object({ outcome: z.literal('saved'), until: z.string() }), refused]),
});
const endedRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('saved') }),
    z.object({ outcome: z.literal('over') }),
    refused,
  ]),
});
const overRow = z.object({ silence_id: z.uuid() });
const coveredRow = z.object({ event_id: idColumn });

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
 * @param by whose command ended one before its time; the engine's laptop where they ran out
 */
export const releaseSilences = async (
  tx: Transaction,
  by: { laptop: string } | Pick<CommandContext, 'author' | 'operationId'>,
): Promise<void> => {
  const { laptop } = 'author' in by ? by.author : by;
  const actor = 'author' in by ? by.author.operator : ENGINE;
  const operationId = 'author' in by ? by.operationId : null;
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
    insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
    select h.event_id, 'silence_ended', ${actor}, ${laptop}, ${operationId}::uuid, jsonb_build_object('from', s.made_by, 'reason', s.reason)
    from held h join console.silences s using (silence_id)`);
  // One that ran out is an act of the engine; one that somebody ended is on the audit trail already.
  await tx.run(sql`/* regie:silence-end */
    select console.append_engine_audit(${laptop}, 'silence_ended', 'silence:' || silence_id,
      jsonb_build_object('reason', reason, 'made_by', made_by))
    from console.silences where silence_id = any (${ids}::uuid[]) and ended_by is null`);
};

export const silenceCommands = {
  'silence.start': async ({ silenceId, algorithm, device, cardId, reason }, context) => {
    const { tx, operationId } = context;
    const { answer } = await tx.row(
      answerRow,
      sql`/* regie:silence */ select console.start_silence(${operationId}::uuid) as answer`,
    );
    if (answer.outcome !== 'saved') return rejected(answer.code);
    const { until } = answer;
    await adoptCovered(tx, [silenceId]);
    const data = { algorithm, device, card: cardId, until, reason };
    await tellCovered(context, silenceId, { kind: 'silenced', data });
    // It may be over before it came here.
    await releaseSilences(tx, context);
    return applied({ until });
  },

  'silence.end': async (_, context) => {
    const { tx, operationId } = context;
    const { answer } = await tx.row(
      endedRow,
      sql`/* regie:silence-end */ select console.end_silence(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'refused') return rejected(answer.code);
    if (answer.outcome === 'saved') await releaseSilences(tx, context);
    return applied();
  },
} satisfies Partial<CommandHandlers>;
