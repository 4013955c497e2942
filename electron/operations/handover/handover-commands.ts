import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { renewAcknowledgement } from '../alerts/alert-commands.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';

/** The next operator has so long to accept a shift. */
const ACCEPT_WITHIN_MINUTES = 15;

const heldRow = z.object({ incident_id: idColumn });
const handoverRow = z.object({
  from_operator: z.string(),
  incidents: z.array(z.int()),
  accepted_by: z.string().nullable(),
  ended: z.boolean(),
});

/** The open incidents of an operator, acknowledged or assigned. */
const heldBy = async (tx: Transaction, operator: string): Promise<number[]> => {
  const rows = await tx.rows(
    heldRow,
    sql`/* regie:handover */
      select distinct a.incident_id from console.alerts a join public.monitoring_events e using (event_id)
      where e.status in ('OPEN', 'INVESTIGATING') and coalesce(a.taken_by, a.acknowledged_by) = ${operator}
      order by a.incident_id`,
  );
  return rows.map(({ incident_id: id }) => id);
};

const find = (tx: Transaction, handoverId: string) =>
  tx.maybeRow(
    handoverRow,
    sql`/* regie:handover */
      select from_operator, to_jsonb(incidents) as incidents, accepted_by, ended_at is not null as ended
      from console.handovers where handover_id = ${handoverId} for update`,
  );

export const handoverCommands = {
  'handover.offer': async ({ handoverId, note }, context) => {
    const { tx, author } = context;
    const incidents = await heldBy(tx, author.operator);
    const offered = await tx.run(sql`/* regie:handover */
      insert into console.handovers (handover_id, from_operator, from_laptop, note, incidents, expires_at)
      values (${handoverId}, ${author.operator}, ${author.laptop}, ${note}, ${incidents}::bigint[],
        clock_timestamp() + make_interval(mins => ${ACCEPT_WITHIN_MINUTES}))
      on conflict do nothing`);
    if (offered === 0) return conflict('handover_open');
    await writeAudit(context, {
      action: 'handover_offered',
      subject: `handover:${handoverId}`,
      data: { incidents, note },
    });
    return applied();
  },

  'handover.accept': async ({ handoverId }, context) => {
    const { tx, author } = context;
    const handover = await find(tx, handoverId);
    if (handover === undefined) return rejected('not_found');
    const { from_operator: from, accepted_by: acceptedBy } = handover;
    if (from === author.operator) return rejected('handover_own');
    if (acceptedBy !== null)
      return acceptedBy === author.operator ? applied() : conflict('handover_taken', { name: acceptedBy });
    if (handover.ended) return conflict('handover_ended');
    await tx.run(sql`/* regie:handover */
      update console.handovers
      set accepted_at = clock_timestamp(), accepted_by = ${author.operator}, accepted_on = ${author.laptop}
      where handover_id = ${handoverId}`);
    // What another operator has taken over meanwhile stays theirs.
    const still = new Set(await heldBy(tx, from));
    const incidents = handover.incidents.filter((id) => still.has(id));
    await tx.run(sql`/* regie:handover */
      update console.alerts
      set acknowledged_by = ${author.operator}, snoozed_until = null, version = version + 1,
        taken_by = case when taken_by is null then null else ${author.operator} end,
        taken_on = case when taken_by is null then null else ${author.laptop} end,
        taken_at = case when taken_by is null then null else clock_timestamp() end
      where incident_id = any (${incidents}::bigint[]) and acknowledged_at is not null`);
    for (const incidentId of incidents) {
      await renewAcknowledgement(tx, incidentId);
      await writeTimeline(context, { eventId: incidentId, kind: 'handed_over', data: { from } });
    }
    await writeAudit(context, {
      action: 'handover_accepted',
      subject: `handover:${handoverId}`,
      data: { from, incidents },
    });
    return applied();
  },

  'handover.withdraw': async ({ handoverId }, context) => {
    const handover = await find(context.tx, handoverId);
    if (handover === undefined) return rejected('not_found');
    if (handover.from_operator !== context.author.operator) return rejected('handover_not_yours');
    if (handover.accepted_by !== null) return conflict('handover_taken', { name: handover.accepted_by });
    await context.tx.run(sql`/* regie:handover */
      update console.handovers set ended_at = coalesce(ended_at, clock_timestamp()) where handover_id = ${handoverId}`);
    await writeAudit(context, { action: 'handover_withdrawn', subject: `handover:${handoverId}` });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
