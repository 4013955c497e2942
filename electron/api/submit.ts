import { type CommandName, commandNames, type ParsedInput } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { keyFor, type Signatory } from '../operations/operators/signed.ts';
import { type SubmittedCommand, signCommand } from '../operations/registry.ts';
import type { Handlers } from './handlers.ts';
import { onLocalAlerts } from './local-alerts.ts';
import type { Parts } from './parts.ts';

/** What is done to a command before it is submitted: refused on the spot, or completed with what only the core knows. */
export type Preparations = {
  readonly [Name in CommandName]?: (input: ParsedInput<Name>) => Answer<ParsedInput<Name>>;
};

/** Signs a command and takes it into the outbox. */
export const submitAs = <Name extends CommandName>(
  { festival }: Pick<Parts, 'festival'>,
  signatory: Signatory,
  command: { readonly name: Name; readonly input: ParsedInput<Name> },
): Promise<Answer<CommandOutcome>> =>
  // Name and input belong together by this function's own signature.
  festival().sender.submit(
    signCommand({ ...command, author: signatory.author } as SubmittedCommand, keyFor(signatory, command.name)),
  );

/** The same for what goes on only once the database has applied it: a message that somebody asks for. */
export const submitNow = async <Name extends CommandName>(
  parts: Pick<Parts, 'festival'>,
  signatory: Signatory,
  command: { readonly name: Name; readonly input: ParsedInput<Name> },
): Promise<Answer<Record<string, never>>> => {
  const answer = await submitAs(parts, signatory, command);
  if (!answer.ok) return answer;
  const { value } = answer;
  if (value.outcome === 'applied') return answered({});
  if (value.outcome === 'waiting') return failed('offline');
  // Whoever asked is told now: it needs no place in the inbox of conflicts.
  parts.festival().sender.markSeen(command.input.operationId, signatory.author.operator);
  return { ok: false, error: value.error };
};

/** Every command of the contract is prepared, where it has a preparation, and submitted. */
export const commandHandlers = (parts: Parts, preparations: Preparations): Pick<Handlers, CommandName> => {
  const handlerOf = <Name extends CommandName>(name: Name) => {
    const prepare = preparations[name];
    return async (input: ParsedInput<Name>): Promise<Answer<CommandOutcome>> => {
      const prepared = prepare === undefined ? { ok: true as const, value: input } : prepare(input);
      if (!prepared.ok) return prepared;
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      parts.session.active();
      const { local, input: others } = onLocalAlerts(parts, name, prepared.value, signatory.author.operator);
      return local ?? submitAs(parts, signatory, { name, input: others });
    };
  };
  // A handler of each name, by construction.
  return Object.fromEntries(commandNames.map((name) => [name, handlerOf(name)])) as Pick<Handlers, CommandName>;
};
