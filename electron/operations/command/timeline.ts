import type { RowId } from '../../../shared/domain/row-id.ts';
import { sql } from '../../postgres/sql.ts';
import type { CommandContext } from './command-handler.ts';

/** Writes what an operator did on an event's timeline. */
export const writeTimeline = async (
  { tx, author, operationId }: CommandContext,
  entry: { eventId: RowId; kind: string; data?: Readonly<Record<string, unknown>> },
): Promise<void> => {
  await tx.run(sql`/* regie:timeline */
    insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
    values (${entry.eventId}, ${entry.kind}, ${author.operator}, ${author.laptop}, ${operationId},
      ${JSON.stringify(entry.data ?? {})}::jsonb)`);
};

/** Writes what an operator did on the audit trail, as their command declares it (`records` in shared/contract). */
export const writeAudit = async (
  { tx, operationId }: CommandContext,
  entry: { action: string; subject: string; data?: Readonly<Record<string, unknown>> },
): Promise<void> => {
  await tx.run(sql`/* regie:audit */
    select console.record_given(${operationId}::uuid, ${entry.action}, ${entry.subject},
      ${JSON.stringify(entry.data ?? {})}::jsonb)`);
};

/** Writes the same on the timelines of many events: one statement, whatever their number. */
export const writeTimelines = async (
  { tx, author, operationId }: CommandContext,
  eventIds: readonly RowId[],
  entry: { kind: string; data?: Readonly<Record<string, unknown>> },
): Promise<void> => {
  await tx.run(sql`/* regie:timeline */
    insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
    select event_id, ${entry.kind}, ${author.operator}, ${author.laptop}, ${operationId},
      ${JSON.stringify(entry.data ?? {})}::jsonb
    from unnest(${eventIds}::bigint[]) as event_id`);
};
