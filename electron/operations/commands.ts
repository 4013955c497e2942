import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type CommandName,
  type CommandOutcome,
  commandOutcomeSchema,
  type ParsedInput,
} from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { isConnectionError } from '../festival/connection-errors.ts';
import { type FestivalDatabase, OutcomeUnknown } from '../festival/pool.ts';
import { sql } from '../festival/sql.ts';
import type { Log } from '../log.ts';
import { alertCommands } from './alert-commands.ts';
import {
  type Author,
  type CommandContext,
  type CommandHandler,
  type CommandHandlers,
  rejected,
  TransientRefusal,
} from './command-handler.ts';
import { correctionCommands } from './correction-commands.ts';
import { detectorCommands } from './detector-commands.ts';
import { runbookCommands } from './runbook-commands.ts';

const handlers: CommandHandlers = {
  ...alertCommands,
  ...correctionCommands,
  ...runbookCommands,
  ...detectorCommands,
};

/** One command as an operator gave it: what the outbox keeps and replays. */
export type Command = {
  [Name in CommandName]: { readonly name: Name; readonly input: ParsedInput<Name>; readonly author: Author };
}[CommandName];

const storedRow = z.object({ content_hash: z.string(), outcome: commandOutcomeSchema });

/**
 * Applies a command to the festival in one transaction that first takes its operation_id (offline.md, "Replaying"):
 * whoever sends it again, from any process and after any crash, gets the first outcome and changes nothing. The same id
 * with other contents is refused.
 *
 * @throws the driver's error when the connection broke; the outcome is then unknown and the same command is safe to send again.
 */
export const applyCommand = async (database: FestivalDatabase, command: Command): Promise<CommandOutcome> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOnce(database, command);
    } catch (error) {
      if (error instanceof TransientRefusal) return { outcome: 'rejected', error: error.error };
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
    }
  }
};

/** The server ended this transaction so that another could go on: nothing of it was written. */
const isContention = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === '40P01' || error.code === '40001');
const ATTEMPTS = 4;

const applyOnce = (database: FestivalDatabase, command: Command): Promise<CommandOutcome> => {
  const { operationId } = command.input;
  const contentHash = hashOf(command);
  return database.write(async (tx) => {
    const taken = await tx.run(sql`/* regie:command */
        insert into console.operations (operation_id, command, content_hash, outcome, operator, laptop, laptop_at)
        values (${operationId}, ${command.name}, ${contentHash}, '{"outcome": "waiting"}', ${command.author.operator},
          ${command.author.laptop}, ${command.author.laptopAt})
        on conflict (operation_id) do nothing`);
    if (taken === 0) {
      const stored = await tx.row(
        storedRow,
        sql`/* regie:command */
            select content_hash, outcome from console.operations where operation_id = ${operationId}`,
      );
      return stored.content_hash === contentHash ? stored.outcome : rejected('operation_reused');
    }
    const outcome = await run(command, { tx, author: command.author, operationId });
    await tx.run(sql`/* regie:command */
        update console.operations set outcome = ${JSON.stringify(outcome)}::jsonb where operation_id = ${operationId}`);
    return outcome;
  });
};

const run = (command: Command, context: CommandContext): Promise<CommandOutcome> => {
  // The pair of name and input is one member of the union; the compiler cannot follow it through the table.
  const handler = handlers[command.name] as CommandHandler<typeof command.name>;
  return handler(command.input as never, context);
};

const hashOf = (command: Command): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        command.name,
        Object.entries(command.input).sort(([a], [b]) => (a < b ? -1 : 1)),
        command.author.operator,
      ]),
    )
    .digest('hex');

/** Where commands go. The renderer and the api know no more than this. */
export type CommandSink = {
  /** Answers with what became of the command, or with `offline` / `outcome_unknown` when the festival did not answer. */
  submit(command: Command): Promise<Answer<CommandOutcome>>;
};

/** Sends each command straight to the festival. */
export const createDirectSink = (options: {
  database: FestivalDatabase;
  /** False while the link is down: then nothing is sent at all. */
  reachable: () => boolean;
  /** Awaited after a command was sent, so that whoever gave it reads its effect afterwards. */
  settle: () => Promise<void>;
  log: Log;
}): CommandSink => ({
  submit: async (command) => {
    if (!options.reachable()) return failed('offline');
    try {
      return answered(await applyCommand(options.database, command));
    } catch (error) {
      options.log.error('a command was not answered', {
        command: command.name,
        operationId: command.input.operationId,
        error,
      });
      // The statement may have been committed before the connection broke: the same operation_id settles it.
      return error instanceof OutcomeUnknown || isConnectionError(error)
        ? failed('outcome_unknown')
        : failed('internal');
    } finally {
      await options.settle();
    }
  },
});
