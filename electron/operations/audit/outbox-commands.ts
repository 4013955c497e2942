import { z } from 'zod';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers } from '../command/command-handler.ts';
import { writeAudit } from '../command/timeline.ts';

const droppedRow = z.object({ command: z.string(), operator: z.string(), outcome: z.json() });

/**
 * Decisions about the outbox that others must be able to read later: nothing is dropped silently
 * (docs/offline.md, "Inbox of conflicts").
 */
export const outboxCommands = {
  'outbox.drop': async ({ dropped, reason }, context) => {
    // Missing where it was never sent, or was refused before anything was stored.
    const operation = await context.tx.maybeRow(
      droppedRow,
      sql`/* regie:drop */ select command, operator, outcome from console.operations where operation_id = ${dropped}`,
    );
    await writeAudit(context, {
      action: 'command_dropped',
      subject: `operation:${dropped}`,
      data: { reason, ...operation },
    });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
