import type { CallName, CallOutput, CommandName, ParsedInput } from '../../shared/contract/calls.ts';
import type { Answer } from '../../shared/contract/errors.ts';

/** One function a call of the contract; inputs arrive parsed. */
export type Handlers = {
  readonly [Name in CallName]: (
    input: ParsedInput<Name>,
  ) => Promise<Answer<CallOutput<Name>>> | Answer<CallOutput<Name>>;
};

/** The functions of one part of the contract: of all its calls but its commands, which are all submitted alike. */
export type HandlersOf<Part> = Pick<Handlers, Exclude<keyof Part & CallName, CommandName>>;
