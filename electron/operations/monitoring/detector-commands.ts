import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

/** Thresholds of detectors, changed by people: recorded with author, before and after. */
export const detectorCommands = {
  'detectors.set': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:detectors */ select console.set_thresholds(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : conflict(answer.code, { name: answer.name || '–' });
  },
} satisfies Partial<CommandHandlers>;
