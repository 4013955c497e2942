import { z } from 'zod';
import { type RowId, rowIdSchema } from '../../../shared/domain/row-id.ts';
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
  log_id: rowIdSchema,
  transaction_id: z.string(),
  card_before: centsColumn,
  card_after: centsColumn,
  expected_before: centsColumn,
  expected_after: centsColumn,
  closed_events: z.array(rowIdSchema),
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

const propose = async (context: CommandContext, eventIds: readonly (RowId | null)[]) => {
  // What is approved in bulk is applied by the database alone, which closes the alerts as it finds them.
  await adoptEvents(context.tx, [...new Set(eventIds.filter((id) => id !== null))]);
  return outcomeOf(
    context,
    sql`/* regie:proposal */ select console.propose_corrections(${context.operationId}::uuid) as answer`,
  );
};

const end = (context: CommandContext) =>
  outcomeOf(context, sql`/* regie:proposal */ select console.end_proposal(${context.operationId}::uuid) as answer`);

/** What they do is in the database, which reads it from the command itself. */
export const correctionCommands = {
  'correction.apply': (_, context) =>
    outcomeOf(
      context,
      sql`/* regie:correction */ select console.apply_correction(${context.operationId}::uuid) as answer`,
    ),

  'correction.propose': ({ eventId }, context) => propose(context, [eventId]),

  'correction.proposeBulk': ({ eventId, items }, context) =>
    propose(context, [eventId, ...items.map((item) => item.eventId)]),

  'correction.approve': (_, context) =>
    outcomeOf(
      context,
      sql`/* regie:proposal */ select console.approve_proposal(${context.operationId}::uuid) as answer`,
    ),

  'correction.reject': (_, context) => end(context),
  'correction.withdraw': (_, context) => end(context),
  'correction.cancel': (_, context) => end(context),
} satisfies Partial<CommandHandlers>;
