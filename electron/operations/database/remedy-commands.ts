import { sql } from '../../postgres/sql.ts';
import { applied, type CommandContext, type CommandHandlers, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

const endSession = async (_: unknown, { tx, operationId }: CommandContext) => {
  const { answer } = await tx.row(
    savedRow,
    sql`/* regie:remedies */ select console.end_session(${operationId}::uuid) as answer`,
  );
  return answer.outcome === 'saved' ? applied() : rejected(answer.code, { minutes: answer.minutes });
};

/** Remedies for the database itself: recorded with author, before and after. */
export const remedyCommands = {
  'database.cancel': endSession,
  'database.terminate': endSession,
  'database.startMaintenance': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:remedies */ select console.start_maintenance(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : rejected(answer.code, { minutes: answer.minutes });
  },
} satisfies Partial<CommandHandlers>;
