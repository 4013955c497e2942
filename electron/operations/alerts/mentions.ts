import type { RowId } from '../../../shared/domain/row-id.ts';
import { sql } from '../../postgres/sql.ts';
import type { CommandContext, CommandHandlers } from '../command/command-handler.ts';
import { applied } from '../command/command-handler.ts';

/** Keeps whom a note names until they have read it. */
export const writeMentions = async (
  { tx, author, operationId }: CommandContext,
  note: { eventId: RowId; text: string; mentions: readonly string[] },
): Promise<void> => {
  if (note.mentions.length === 0) return;
  await tx.run(sql`/* regie:mention */
    insert into console.mentions (operation_id, operator, event_id, author, laptop, words)
    select distinct ${operationId}::uuid, named, ${note.eventId}::bigint, ${author.operator}, ${author.laptop}, ${note.text}
    from unnest(${note.mentions}::text[]) as named
    where named <> ${author.operator}`);
};

export const mentionCommands = {
  /** One's own only; what was read stays read from then. It decides nothing, so it leaves no row on the audit trail. */
  'mention.read': async ({ notes }, { tx, author }) => {
    await tx.run(sql`/* regie:mention */
      update console.mentions set read_at = clock_timestamp()
      where operation_id = any (${notes}::uuid[]) and operator = ${author.operator} and read_at is null`);
    return applied();
  },
} satisfies Partial<CommandHandlers>;
