import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

/** What the words of the festival's log mean, said by a supervisor: recorded with author, before and after. */
export const meaningCommands = {
  'transactionMeanings.set': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:meanings */ select console.set_transaction_meaning(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied({ version: answer.version });
    return answer.code === 'changed'
      ? conflict('meaning_changed', { name: answer.name || '–' })
      : rejected(`meaning_${answer.code}`);
  },
} satisfies Partial<CommandHandlers>;
