import { inputWithoutSecrets } from '../../shared/contract/calls.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import type { OutboxEntry, OutboxView } from '../../shared/contract/outbox.ts';
import { type CommandOutcome, someRefused } from '../../shared/contract/outcome.ts';
import { cardIdSchema } from '../../shared/domain/primitives.ts';
import { idIn } from '../../shared/domain/row-id.ts';
import type { Outbox, StoredCommand } from '../buffer/outbox.ts';

const WAITING_SHOWN = 200;

/** The outbox for people: what waits in its order, and what has to be decided. */
export const outboxView = (outbox: Outbox): OutboxView => ({
  waiting: outbox.unsettled({ limit: WAITING_SHOWN }).map(toEntry),
  waitingCount: outbox.counts().waiting,
  tray: outbox.conflicts().map(toEntry),
});

const toEntry = (stored: StoredCommand): OutboxEntry => {
  const { operationId: _, ...input } = inputWithoutSecrets(stored.command, stored.input);
  const { outcome } = stored;
  return {
    operationId: stored.operationId,
    command: stored.command,
    input,
    author: { operator: stored.author.operator, laptop: stored.author.laptop, at: stored.author.laptopAt },
    state: stateOf(stored),
    attempts: stored.attempts,
    incidentId: idIn(stored.snapshot.incidentId),
    cardId: cardIdSchema
      .nullable()
      .catch(null)
      .parse(stored.input.cardId ?? stored.snapshot.cardId ?? null),
    snapshot: stored.snapshot,
    error: outcome === null ? null : errorOf(outcome),
    settledAt: stored.settledAt,
  };
};

const errorOf = (outcome: CommandOutcome): RegieError | null =>
  outcome.outcome === 'conflict' || outcome.outcome === 'rejected' ? outcome.error : someRefused(outcome);

const stateOf = ({ state }: StoredCommand): OutboxEntry['state'] => {
  if (state === 'sent') return 'unknown';
  return state === 'conflict' || state === 'rejected' ? state : 'waiting';
};
