import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type CommandName,
  type CommandOutcome,
  calls,
  commandOutcomeSchema,
  type ParsedInput,
} from '../../shared/contract/calls.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import type { FestivalDatabase } from '../festival/pool.ts';
import { sql } from '../festival/sql.ts';
import { alertCommands } from './alert-commands.ts';
import {
  type Author,
  type CommandContext,
  type CommandHandler,
  type CommandHandlers,
  rejected,
} from './command-handler.ts';
import { correctionCommands } from './correction-commands.ts';
import { detectorCommands } from './detector-commands.ts';
import { escalationCommands } from './escalation/settings.ts';
import { handoverCommands } from './handover-commands.ts';
import { outboxCommands } from './outbox-commands.ts';
import { runbookCommands } from './runbook-commands.ts';

const handlers: CommandHandlers = {
  ...alertCommands,
  ...correctionCommands,
  ...runbookCommands,
  ...detectorCommands,
  ...escalationCommands,
  ...handoverCommands,
  ...outboxCommands,
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
 * @throws TransientRefusal when it can't be done at this moment; nothing is stored then.
 * @throws the driver's error when the connection broke; the outcome is then unknown and the same command is safe to send again.
 */
export const applyCommand = async (database: FestivalDatabase, command: Command): Promise<CommandOutcome> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOnce(database, command);
    } catch (error) {
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

/** A command of the outbox as the contract knows it; undefined where it does not fit this version's contract. */
export const parseStored = (stored: Pick<StoredCommand, 'command' | 'input' | 'author'>): Command | undefined => {
  if (!isCommandName(stored.command)) return undefined;
  const input = calls[stored.command].input.safeParse(stored.input);
  return input.success ? ({ name: stored.command, input: input.data, author: stored.author } as Command) : undefined;
};

const isCommandName = (name: string): name is CommandName =>
  Object.hasOwn(calls, name) && calls[name as keyof typeof calls].kind === 'command';

/** What an operation_id stands for: the same id with other contents is refused. The time and the laptop do not count. */
export const hashOf = (command: Command): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        command.name,
        Object.entries(command.input).sort(([a], [b]) => (a < b ? -1 : 1)),
        command.author.operator,
      ]),
    )
    .digest('hex');
