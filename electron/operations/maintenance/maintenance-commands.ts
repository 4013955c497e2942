import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

/** Asking for maintenance, and ending it. What is done itself is the engine's. */
export const maintenanceCommands = {
  'maintenance.run': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:maintenance */ select console.order_maintenance(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : conflict(answer.code);
  },
  'maintenance.cancel': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:maintenance */ select console.cancel_maintenance(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : conflict(answer.code);
  },
} satisfies Partial<CommandHandlers>;
