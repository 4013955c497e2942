import { z } from 'zod';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

const answerRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('saved'), number: z.int() }),
    z.object({ outcome: z.literal('refused'), code: z.string() }),
  ]),
});

const pieceRow = z.object({ answer: z.object({ outcome: z.enum(['saved', 'refused']), code: z.string().optional() }) });

const write = async ({ tx, operationId }: CommandContext) => {
  const { answer } = await tx.row(
    answerRow,
    sql`/* regie:log */ select console.write_log(${operationId}::uuid) as answer`,
  );
  return answer.outcome === 'saved' ? applied({ number: answer.number }) : rejected(answer.code);
};

/** What they say is read in the database from the command itself. */
export const logCommands = {
  'log.write': (_, context) => write(context),
  'log.correct': (_, context) => write(context),
  'log.strike': (_, context) => write(context),
  'log.finish': (_, context) => write(context),
  'log.attach': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      pieceRow,
      sql`/* regie:log */ select console.add_log_piece(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : rejected(answer.code ?? 'log_file_broken');
  },
  'log.set': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:log */ select console.set_log_settings(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied({ version: answer.version });
    return conflict('log_settings_changed', { name: answer.name || '–' });
  },
} satisfies Partial<CommandHandlers>;
