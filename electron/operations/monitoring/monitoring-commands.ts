import { z } from 'zod';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

const backupRow = z.object({
  result: z.union([z.object({ refused: z.string() }), z.object({ table: z.string(), events: z.int() })]),
});

const startedOverRow = z.object({
  result: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('decided') }),
    z.object({ outcome: z.literal('refused'), code: z.literal('history_whole') }),
  ]),
});

/** Stopping and restarting monitoring, and data recovery, for the whole festival. */
export const monitoringCommands = {
  'monitoring.stop': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:monitoring */ select console.stop_monitoring(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied();
    return conflict(
      answer.code,
      answer.code === 'stop_late' ? { minutes: answer.minutes } : { name: answer.name || '–' },
    );
  },

  'monitoring.restart': async (_, { tx, operationId }) => {
    await tx.run(sql`/* regie:monitoring */ select console.restart_monitoring(${operationId}::uuid)`);
    return applied();
  },

  'monitoring.startOver': async (_, { tx, operationId }) => {
    const { result } = await tx.row(
      startedOverRow,
      sql`/* regie:monitoring */ select console.start_over(${operationId}::uuid) as result`,
    );
    return result.outcome === 'refused' ? rejected(result.code) : applied();
  },

  'events.backup': async (_, { tx, operationId }) => {
    const { result } = await tx.row(
      backupRow,
      sql`/* regie:backup */ select console.backup_monitoring_events(${operationId}::uuid) as result`,
    );
    return 'refused' in result ? rejected(result.refused) : applied(result);
  },
} satisfies Partial<CommandHandlers>;
