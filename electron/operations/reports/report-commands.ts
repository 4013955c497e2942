import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

/** What is signed is read in the database from the command itself. */
export const reportCommands = {
  'report.sign': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:report */ select console.sign_report(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : rejected(answer.code, { name: answer.name });
  },
} satisfies Partial<CommandHandlers>;
