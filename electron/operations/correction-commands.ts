import { z } from 'zod';
import { toNumeric } from '../../shared/domain/money.ts';
import { centsColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import { applied, type CommandHandlers, conflict, rejected, TransientRefusal } from './command-handler.ts';

const appliedResult = {
  log_id: z.int(),
  transaction_id: z.string(),
  card_before: centsColumn,
  card_after: centsColumn,
  expected_before: centsColumn,
  expected_after: centsColumn,
  closed_events: z.array(z.int()),
};

/** What console.apply_correction answers (migrations/postgres/0004_corrections.sql). */
const answerRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('applied'), ...appliedResult }),
    z.object({ outcome: z.literal('already_applied'), ...appliedResult }),
    z.object({ outcome: z.literal('stale'), actual: centsColumn, expected: centsColumn }),
    z.object({ outcome: z.literal('refused'), code: z.string() }),
  ]),
});

export const correctionCommands: Pick<CommandHandlers, 'correction.apply'> = {
  'correction.apply': async (input, { tx, author, operationId }) => {
    const { answer } = await tx.row(
      answerRow,
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
          p_approver => ${input.approver}::text,
          p_laptop => ${author.laptop}::text,
          p_laptop_at => ${author.laptopAt}::timestamptz) as answer`,
    );
    switch (answer.outcome) {
      case 'applied':
      case 'already_applied':
        return applied({
          logId: answer.log_id,
          transactionId: answer.transaction_id,
          cardBeforeCents: answer.card_before,
          cardAfterCents: answer.card_after,
          expectedBeforeCents: answer.expected_before,
          expectedAfterCents: answer.expected_after,
          closedEvents: answer.closed_events,
        });
      case 'stale':
        return conflict('correction_stale', { actualCents: answer.actual, expectedCents: answer.expected });
      case 'refused':
        if (answer.code === 'card_busy') throw new TransientRefusal({ code: 'correction_card_busy', params: {} });
        return rejected(`correction_${answer.code}`);
    }
  },
};
