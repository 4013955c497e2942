import type { CommandName, ParsedInput } from '../../../shared/contract/calls.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import type { Author } from '../../../shared/domain/operator.ts';
import type { Params } from '../../../shared/domain/primitives.ts';
import type { Transaction } from '../../postgres/pool.ts';

/** What a handler works with: one transaction, in which everything happens or nothing. */
export type CommandContext = { readonly tx: Transaction; readonly author: Author; readonly operationId: string };

export type CommandHandler<Name extends CommandName> = (
  input: ParsedInput<Name>,
  context: CommandContext,
) => Promise<CommandOutcome>;

export type CommandHandlers = { readonly [Name in CommandName]: CommandHandler<Name> };

export const applied = (result: Extract<CommandOutcome, { outcome: 'applied' }>['result'] = {}): CommandOutcome => ({
  outcome: 'applied',
  result,
});
export const conflict = (code: string, params: Params = {}): CommandOutcome => ({
  outcome: 'conflict',
  error: { code, params },
});
export const rejected = (code: string, params: Params = {}): CommandOutcome => ({
  outcome: 'rejected',
  error: { code, params },
});

/** Thrown by a handler whose refusal is of the moment (a lock): nothing is stored, the same operation may come again. */
export class TransientRefusal extends Error {
  override readonly name = 'TransientRefusal';
  readonly error: RegieError;
  constructor(error: RegieError) {
    super(error.code);
    this.error = error;
  }
}
