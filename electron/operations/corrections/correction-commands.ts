import { z } from 'zod';
import type { ParsedInput } from '../../../shared/contract/calls.ts';
import { toNumeric } from '../../../shared/domain/money.ts';
import { centsColumn } from '../../postgres/rows.ts';
import { type Statement, sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';
import {
  applied,
  type CommandContext,
  type CommandHandlers,
  conflict,
  rejected,
  TransientRefusal,
} from '../command/command-handler.ts';

const appliedResult = {
  log_id: z.int(),
  transaction_id: z.string(),
  card_before: centsColumn,
  card_after: centsColumn,
  expected_before: centsColumn,
  expected_after: centsColumn,
  closed_events: z.array(z.int()),
};
const named = z.string().default('');

/** What the functions of migrations/functions (corrections, proposals, approvals) answer. */
const answerRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('applied'), ...appliedResult }),
    z.object({ outcome: z.literal('already_applied'), ...appliedResult }),
    z.object({
      outcome: z.literal('proposed'),
      counts: z.object({ proposed: z.int(), refused: z.int() }),
    }),
    z.object({ outcome: z.literal('approved') }),
    z.object({ outcome: z.literal('ended'), left: z.int() }),
    z.object({ outcome: z.literal('stale'), actual: centsColumn, expected: centsColumn }),
    z.object({ outcome: z.literal('refused'), code: z.string(), name: named }),
  ]),
});

/** Refusals that somebody else's decision has caused: the tray shows both sides. */
const DECIDED = /^proposal_(pending|approved|done|failed|rejected|withdrawn|expired|cancelled)$/;

const outcomeOf = async ({ tx }: CommandContext, statement: Statement) => {
  const { answer } = await tx.row(answerRow, statement);
  switch (answer.outcome) {
    case 'applied':
    case 'already_applied':
      await adoptEvents(tx, answer.closed_events);
      return applied({
        logId: answer.log_id,
        transactionId: answer.transaction_id,
        cardBeforeCents: answer.card_before,
        cardAfterCents: answer.card_after,
        expectedBeforeCents: answer.expected_before,
        expectedAfterCents: answer.expected_after,
        closedEvents: answer.closed_events,
      });
    case 'proposed':
      return applied(answer.counts);
    case 'approved':
      return applied();
    case 'ended':
      return applied({ left: answer.left });
    case 'stale':
      return conflict('correction_stale', { actualCents: answer.actual, expectedCents: answer.expected });
    case 'refused':
      if (answer.code === 'card_busy') throw new TransientRefusal({ code: 'correction_card_busy', params: {} });
      if (DECIDED.test(answer.code)) return conflict(answer.code, { name: answer.name });
      return rejected(answer.code.startsWith('proposal_') ? answer.code : `correction_${answer.code}`);
  }
};

type ItemInput = Pick<
  ParsedInput<'correction.propose'>,
  'cardId' | 'eventId' | 'cardDeltaCents' | 'ledgerDeltaCents' | 'seenActualCents' | 'seenExpectedCents'
> &
  Partial<Pick<ParsedInput<'correction.propose'>, 'originalTransaction' | 'undoes'>>;

/** A card of a proposal as console.propose_corrections reads it: amounts as text, never as floats. */
const toItem = (input: ItemInput) => ({
  card_id: input.cardId,
  event_id: input.eventId,
  card_delta: toNumeric(input.cardDeltaCents),
  ledger_delta: toNumeric(input.ledgerDeltaCents),
  seen_actual: toNumeric(input.seenActualCents),
  seen_expected: toNumeric(input.seenExpectedCents),
  original: input.originalTransaction ?? null,
  undoes: input.undoes ?? null,
});

const propose = async (
  context: CommandContext,
  given: { bulk: boolean; eventId: number | null; kind: string; reason: string; items: readonly ItemInput[] },
) => {
  // What is approved in bulk is applied by the database alone, which closes the alerts as it finds them.
  const eventIds = [given.eventId, ...given.items.map(({ eventId }) => eventId)];
  await adoptEvents(context.tx, [...new Set(eventIds.filter((id) => id !== null))]);
  return outcomeOf(
    context,
    sql`/* regie:proposal */
      select console.propose_corrections(${context.operationId}::uuid, ${given.bulk}::boolean, ${given.eventId}::bigint,
        ${given.kind}::text, ${given.reason}::text, ${JSON.stringify(given.items.map(toItem))}::jsonb) as answer`,
  );
};

const end = (context: CommandContext, proposalId: string, reason: string | null) =>
  outcomeOf(
    context,
    sql`/* regie:proposal */
      select console.end_proposal(${context.operationId}::uuid, ${proposalId}::uuid, ${reason}::text) as answer`,
  );

export const correctionCommands = {
  'correction.apply': (input, context) => {
    const { author, operationId } = context;
    return outcomeOf(
      context,
      sql`/* regie:correction */
        select console.apply_correction(
          p_operation_id => ${operationId}::uuid,
          p_card_id => ${input.cardId}::text,
          p_kind => ${input.kind}::text,
          p_card_delta => ${toNumeric(input.cardDeltaCents)}::numeric,
          p_ledger_delta => ${toNumeric(input.ledgerDeltaCents)}::numeric,
          p_expected_actual => ${toNumeric(input.seenActualCents)}::numeric,
          p_expected_ledger => ${toNumeric(input.seenExpectedCents)}::numeric,
          p_event_id => ${input.eventId}::bigint,
          p_original_transaction => ${input.originalTransaction}::text,
          p_reason => ${input.reason}::text,
          p_operator => ${author.operator}::text,
          p_approver => null,
          p_laptop => ${author.laptop}::text,
          p_laptop_at => ${author.laptopAt}::timestamptz,
          p_undoes => ${input.undoes ?? null}::uuid) as answer`,
    );
  },

  'correction.propose': (input, context) => {
    const { eventId, kind, reason } = input;
    return propose(context, { bulk: false, eventId, kind, reason, items: [input] });
  },

  'correction.proposeBulk': ({ eventId, kind, reason, items }, context) =>
    propose(context, { bulk: true, eventId, kind, reason, items }),

  'correction.approve': ({ proposalId, supersedes }, context) =>
    outcomeOf(
      context,
      sql`/* regie:proposal */
        select console.approve_proposal(${context.operationId}::uuid, ${proposalId}::uuid, ${supersedes ?? null}::uuid) as answer`,
    ),

  'correction.reject': ({ proposalId, reason }, context) => end(context, proposalId, reason),
  'correction.withdraw': ({ proposalId }, context) => end(context, proposalId, null),
  'correction.cancel': ({ proposalId }, context) => end(context, proposalId, null),
} satisfies Partial<CommandHandlers>;
