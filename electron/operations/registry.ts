import { createHash } from 'node:crypto';
import { type CommandName, calls, isCommandName, type ParsedInput } from '../../shared/contract/calls.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { canonicalJson, writeBody } from '../../shared/domain/command-body.ts';
import type { Author } from '../../shared/domain/operator.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { unlessContended } from '../lib/contention.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { alertCommands } from './alerts/alert-commands.ts';
import { bulkCommands } from './alerts/bulk-commands.ts';
import { incidentCommands } from './alerts/incident-commands.ts';
import { mentionCommands } from './alerts/mentions.ts';
import { outboxCommands } from './audit/outbox-commands.ts';
import { sessionCommands } from './audit/session-commands.ts';
import { checklistCommands } from './checklists/checklist-commands.ts';
import { type CommandContext, type CommandHandler, type CommandHandlers, rejected } from './command/command-handler.ts';
import { idsAsText } from './command/ids-as-text.ts';
import { readOutcome, type SignedBody, settleOperation, takeCommand } from './command/operation.ts';
import { correctionCommands } from './corrections/correction-commands.ts';
import { receiptCommands } from './corrections/receipt.ts';
import { highLoadCommands } from './database/high-load.ts';
import { remedyCommands } from './database/remedy-commands.ts';
import { escalationCommands } from './escalation/settings.ts';
import { carriedCommands } from './festival/carried-commands.ts';
import { festivalCommands } from './festival/festival-settings.ts';
import { handoverCommands } from './handover/handover-commands.ts';
import { logCommands } from './log/log-commands.ts';
import { maintenanceCommands } from './maintenance/maintenance-commands.ts';
import { detectorCommands } from './monitoring/detector-commands.ts';
import { meaningCommands } from './monitoring/meaning-commands.ts';
import { monitoringCommands } from './monitoring/monitoring-commands.ts';
import { commandProof, type SigningKey } from './operators/proof.ts';
import { reportCommands } from './reports/report-commands.ts';
import { runbookCommands } from './runbooks/runbook-commands.ts';
import { silenceCommands } from './silences/silence-commands.ts';

const handlers: CommandHandlers = {
  ...alertCommands,
  ...bulkCommands,
  ...incidentCommands,
  ...mentionCommands,
  ...silenceCommands,
  ...correctionCommands,
  ...receiptCommands,
  ...reportCommands,
  ...runbookCommands,
  ...monitoringCommands,
  ...maintenanceCommands,
  ...detectorCommands,
  ...meaningCommands,
  ...escalationCommands,
  ...festivalCommands,
  ...carriedCommands,
  ...handoverCommands,
  ...logCommands,
  ...checklistCommands,
  ...remedyCommands,
  ...highLoadCommands,
  ...outboxCommands,
  ...sessionCommands,
};

/** What an operator wants done. */
export type SubmittedCommand = {
  [Name in CommandName]: { readonly name: Name; readonly input: ParsedInput<Name>; readonly author: Author };
}[CommandName];

/**
 * One command as an operator submitted and signed it: what the outbox stores and sends. What an older version took in has
 * no body.
 */
export type Command = SubmittedCommand & SignedBody;

/** Writes a command's body and signs it with its author's key: the database does nothing without. */
export const signCommand = (submitted: SubmittedCommand, { keyId, secret }: SigningKey): Command => {
  const body = writeBody(submitted);
  return { ...submitted, body, keyId, proof: commandProof(secret, body) };
};

/**
 * Applies a command to the festival in one transaction that first takes its operation_id
 * (docs/offline.md, "Exactly once"): whoever sends it again, from any process and after any crash, gets the first
 * outcome and changes nothing. The same id with other contents is refused.
 *
 * @throws TransientRefusal when it can't be done at this moment; nothing is stored then.
 * @throws the driver's error when the connection broke; the outcome is then unknown and the same command is safe to send again.
 */
export const applyCommand = (database: FestivalDatabase, command: Command): Promise<CommandOutcome> =>
  unlessContended(() => applyOnce(database, command));

const applyOnce = (database: FestivalDatabase, command: Command): Promise<CommandOutcome> => {
  const { author } = command;
  const { operationId } = command.input;
  return database.write(async (tx) => {
    const taken = await takeCommand(tx, command);
    if (!taken.taken) return taken.outcome;
    const outcome = await run(command, { tx, author, operationId });
    await settleOperation(tx, operationId, outcome);
    return outcome;
  });
};

const run = (command: Command, context: CommandContext): Promise<CommandOutcome> => {
  // The pair of name and input is one member of the union; the compiler cannot follow it through the table.
  const handler = handlers[command.name] as CommandHandler<typeof command.name>;
  return handler(command.input as never, context);
};

/** What became of a command that this laptop cannot prove: nothing, where the festival's database has not taken it. */
export const outcomeOfUnsigned = (database: FestivalDatabase, operationId: string): Promise<CommandOutcome> =>
  database.read(async (tx) => (await readOutcome(tx, operationId)) ?? rejected('command_unsigned'));

/** A command of the outbox as the contract knows it; undefined where it does not fit this version's contract. */
export const parseStored = (
  stored: Pick<StoredCommand, 'command' | 'input' | 'author' | 'body' | 'keyId' | 'proof'>,
): Command | undefined => {
  if (!isCommandName(stored.command)) return undefined;
  const { input: schema } = calls[stored.command];
  const asStored = schema.safeParse(stored.input);
  const input = asStored.success ? asStored : schema.safeParse(idsAsText(stored.input, asStored.error.issues));
  const { author, body, keyId, proof } = stored;
  return input.success
    ? ({ name: stored.command, input: input.data, author, body, keyId, proof } as Command)
    : undefined;
};

/** Whether a command of the outbox is still what its author signed, as far as this laptop can tell. */
export const isAsSigned = (
  stored: Pick<StoredCommand, 'operationId' | 'command' | 'input' | 'author' | 'body' | 'contentHash'>,
): boolean => {
  // As it stands there, ids as numbers included.
  const { operationId, command: name, author, body, contentHash } = stored;
  const said = { name, author, input: { ...stored.input, operationId } };
  return hashOf(said) === contentHash && (body === '' || writeBody(said) === body);
};

/**
 * What an operation_id stands for on this laptop: submitted a second time it is the same command, whose first body is
 * kept. The time and the laptop do not count.
 */
export const hashOf = (command: Pick<Parameters<typeof writeBody>[0], 'name' | 'input' | 'author'>): string =>
  createHash('sha256')
    .update(
      canonicalJson([
        command.name,
        Object.entries(command.input)
          .filter(([, value]) => value !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
        command.author.operator,
      ]),
    )
    .digest('hex');
