import { v7 as uuid } from 'uuid';
import type { CallInput, CommandName } from '../../shared/contract/calls.ts';
import { calls } from '../../shared/contract/calls.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { parseCents } from '../../shared/domain/money.ts';
import { applyCommand, type SubmittedCommand } from '../operations/registry.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { Correction } from './corrections.ts';
import { signed } from './operators.ts';

/** Gives a command as an operator does: signed, under an id of its own unless `input` has one. */
export const give = <Name extends CommandName>(
  database: FestivalDatabase,
  operator: string,
  name: Name,
  input: Omit<CallInput<Name>, 'operationId'> & { operationId?: string },
): Promise<CommandOutcome> => {
  const author = { operator, laptop: 'booth-1', laptopAt: '2026-07-03T21:00:00.000Z' };
  const parsed = calls[name].input.parse({ operationId: uuid(), ...input });
  // Name and input belong together by this function's own signature.
  return applyCommand(database, signed({ name, input: parsed, author } as SubmittedCommand));
};

const cents = (amount: string | null) => parseCents(amount ?? '');

/** Proposes a correction. @returns its id beside what became of the command */
export const propose = async (
  database: FestivalDatabase,
  correction: Correction,
): Promise<{ proposalId: string; outcome: CommandOutcome }> => {
  const proposalId = uuid();
  const outcome = await give(database, correction.operator ?? '', 'correction.propose', {
    operationId: proposalId,
    eventId: correction.eventId === null ? null : Number(correction.eventId),
    cardId: correction.cardId ?? '',
    kind: correction.kind as CallInput<'correction.propose'>['kind'],
    cardDeltaCents: cents(correction.cardDelta),
    ledgerDeltaCents: cents(correction.ledgerDelta),
    seenActualCents: cents(correction.seenActual),
    seenExpectedCents: cents(correction.seenExpected),
    originalTransaction: correction.original,
    reason: correction.reason ?? '',
    ...(correction.undoes === null ? {} : { undoes: correction.undoes }),
  });
  return { proposalId, outcome };
};

export const approve = (database: FestivalDatabase, operator: string, proposalId: string): Promise<CommandOutcome> =>
  give(database, operator, 'correction.approve', { proposalId });
