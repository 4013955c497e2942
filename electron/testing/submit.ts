import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { CallInput, CommandName } from '../../shared/contract/calls.ts';
import { calls } from '../../shared/contract/calls.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { writeBody } from '../../shared/domain/command-body.ts';
import { commandProof } from '../operations/operators/proof.ts';
import { applyCommand, type Command, type SubmittedCommand } from '../operations/registry.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { authorOf, keyOf, signed } from './operators.ts';

type Author = SubmittedCommand['author'];
/** Who submits: an operator of global-setup.ts by name, or with a laptop and a time of their own. */
export type Submitter = string | Partial<Author>;
export type SubmittedInput<Name extends CommandName> = Omit<CallInput<Name>, 'operationId'> & { operationId?: string };

/** A command as an operator signs it, under an id of its own unless `input` has one. */
export const signedAs = <Name extends CommandName>(by: Submitter, name: Name, input: SubmittedInput<Name>): Command => {
  const { operator = 'Léa', ...changes } = typeof by === 'string' ? { operator: by } : by;
  const author = authorOf(operator, changes);
  const whole = { operationId: uuid(), ...input };
  const parsed = calls[name].input.safeParse(whole);
  // What the contract refuses goes as it is, for tests of what the database says to it. Name and input belong together by
  // this function's own signature.
  return signed({ name, input: parsed.success ? parsed.data : whole, author } as unknown as SubmittedCommand);
};

/** Any command with any input, in order or not, as somebody with a tool of their own signs it. */
export const signedBody = (
  by: Submitter,
  command: string,
  input: Readonly<Record<string, unknown>> = {},
  operationId: string = uuid(),
): { operationId: string; body: string; keyId: string; proof: string } => {
  const { operator = 'Léa', ...changes } = typeof by === 'string' ? { operator: by } : by;
  const body = writeBody({ name: command, input: { ...input, operationId }, author: authorOf(operator, changes) });
  const { keyId, secret } = keyOf(operator);
  return { operationId, body, keyId, proof: commandProof(secret, body) };
};

/** Takes such a command past the console, on a connection of one's own. @returns its id beside the answer */
export const takeAs = async (
  client: pg.ClientBase,
  ...signed: Parameters<typeof signedBody>
): Promise<{ operationId: string; answer: unknown }> => {
  const { operationId, body, keyId, proof } = signedBody(...signed);
  const { rows } = await client.query<{ answer: unknown }>(`select console.take_command($1, $2, $3) as answer`, [
    body,
    keyId,
    proof,
  ]);
  return { operationId, answer: rows[0]?.answer };
};

/** Signs a command and sends it to the festival's database, as a laptop with a network does. */
export const submitAs = <Name extends CommandName>(
  database: FestivalDatabase,
  by: Submitter,
  name: Name,
  input: SubmittedInput<Name>,
): Promise<CommandOutcome> => applyCommand(database, signedAs(by, name, input));

/**
 * `submitAs` for a test file whose database changes from test to test: by Léa by default. `laptopOf` gives the
 * laptop and the time of whoever submits.
 */
export const submitTo =
  (database: () => FestivalDatabase, laptopOf: (operator: string) => Partial<Author> = () => ({})) =>
  <Name extends CommandName>(
    name: Name,
    input: SubmittedInput<Name>,
    by: Submitter = 'Léa',
  ): Promise<CommandOutcome> => {
    const author = typeof by === 'string' ? { operator: by } : by;
    return submitAs(database(), { ...laptopOf(author.operator ?? 'Léa'), ...author }, name, input);
  };

/** `submitTo` for commands that are nothing but the way to what the test is about: throws unless they are applied. */
export const applyTo = (...to: Parameters<typeof submitTo>) => {
  const submit = submitTo(...to);
  return async <Name extends CommandName>(name: Name, input: SubmittedInput<Name>, by?: Submitter): Promise<void> => {
    const outcome = await submit(name, input, by);
    if (outcome.outcome !== 'applied') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  };
};
