import { v7 as uuid } from 'uuid';
import type { CallInput } from '../../shared/contract/calls.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { parseCents } from '../../shared/domain/money.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { Correction } from './corrections.ts';
import { submitAs } from './submit.ts';

const cents = (amount: string | null) => parseCents(amount ?? '');

/** Proposes a correction. @returns its id beside what became of the command */
export const propose = async (
  database: FestivalDatabase,
  correction: Correction,
): Promise<{ proposalId: string; outcome: CommandOutcome }> => {
  const proposalId = uuid();
  const outcome = await submitAs(database, correction.operator ?? '', 'correction.propose', {
    operationId: proposalId,
    eventId: correction.eventId === null ? null : rowId(correction.eventId),
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
  submitAs(database, operator, 'correction.approve', { proposalId });
