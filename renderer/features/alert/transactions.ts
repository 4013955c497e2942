import { z } from 'zod';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { type Cents, cents } from '../../../shared/domain/money.ts';
import { idIn, rowIdSchema } from '../../../shared/domain/row-id.ts';
import { factCents } from '../../i18n.ts';

/** context_data.transactions as the engine writes it; an earlier system's context simply has none. */
const transactionSchema = z.object({
  log_id: z.unknown().transform(idIn).pipe(rowIdSchema),
  transaction_type: z.string().nullable(),
  status: z.string().nullable(),
  amount_involved: z.number().nullable(),
  previous_balance: z.number().nullable(),
  new_balance: z.number().nullable(),
  point_of_sale: z.string().nullable(),
  occurred_at: z.string(),
});
export type EvidenceRow = z.output<typeof transactionSchema>;

/** The card's last transactions as they were when the alert was raised, oldest first. */
export const evidenceRows = ({ context }: AlertEvent): readonly EvidenceRow[] =>
  z.array(transactionSchema).catch([]).parse(context.transactions);

/** What a card held after something, and what its history says it should have held. */
export type BalancePoint = {
  readonly id: string;
  readonly at: string;
  readonly actual: Cents;
  readonly expected: Cents;
  /** This is what the alert is about. */
  readonly faulty: boolean;
};

/** How the card's balance went and how it should have gone: what a failed order takes was never owed. */
export const balancePoints = (event: AlertEvent): readonly BalancePoint[] => {
  const points: BalancePoint[] = [];
  let expected: number | null = null;
  for (const row of evidenceRows(event)) {
    const [before, after] = [factCents(row.previous_balance), factCents(row.new_balance)];
    if (before === null || after === null) continue;
    expected = (expected ?? before) + (row.status === 'failed' ? 0 : after - before);
    points.push({
      id: row.log_id,
      at: row.occurred_at,
      actual: after,
      expected: cents(expected),
      faulty: row.log_id === idIn(event.facts.log_id),
    });
  }
  // A difference without a row of its own shows at the end, as the card was found.
  const [actual, should] = [factCents(event.facts.actual_balance), factCents(event.facts.expected_balance)];
  if (actual !== null && should !== null && points.length > 0 && actual !== should) {
    points.push({ id: 'found', at: event.occurredAt, actual, expected: should, faulty: true });
  }
  return points;
};
