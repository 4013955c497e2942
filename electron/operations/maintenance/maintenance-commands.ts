import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

/** Asking for maintenance, ending it, and what it may take. What is done itself is the engine's. */
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
  'maintenance.setRetention': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:maintenance */ select console.set_retention(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied();
    return answer.code === 'retention_changed'
      ? conflict(answer.code, { name: answer.name || '–' })
      : rejected(answer.code);
  },
} satisfies Partial<CommandHandlers>;
