import type { CardView } from './card.ts';
import { type Cents, cents } from './money.ts';

/** What can be said to the visitor at the counter: a text of i18n `visitor.*` with its figures. */
export type VisitorAnswer = {
  readonly says:
    | 'correction_waits'
    | 'failed_order_took'
    | 'missing'
    | 'too_much'
    | 'maybe_twice'
    | 'given_back'
    | 'right_with_last'
    | 'right';
  readonly amount?: Cents;
  readonly balance: Cents;
  readonly at?: string;
  readonly place?: string | null;
};

const DAY_MS = 24 * 3_600_000;

/**
 * The one plain sentence for a card (docs/alerts.md, "The visitor's sentence"): what is most on the visitor's mind
 * first.
 * @param card as it is known now
 */
export const visitorAnswer = (card: CardView): VisitorAnswer => {
  const balance = card.actualCents;
  const [waiting] = card.waiting;
  if (waiting !== undefined) {
    return {
      says: 'correction_waits',
      balance,
      amount: cents(Math.abs(waiting.cardDeltaCents || waiting.ledgerDeltaCents)),
    };
  }
  const missing = cents(Math.abs(card.discrepancyCents));
  if (card.discrepancyCents < 0) {
    const failed = card.transactions.find(
      ({ status, previousCents, newCents }) =>
        status === 'failed' && previousCents !== null && newCents !== null && newCents < previousCents,
    );
    return failed === undefined
      ? { says: 'missing', balance, amount: missing }
      : { says: 'failed_order_took', balance, amount: missing, at: failed.at, place: failed.pointOfSale };
  }
  if (card.discrepancyCents > 0) return { says: 'too_much', balance, amount: missing };
  const twice = card.alerts.find(({ open, lead }) => open && lead.algorithm === 'duplicate_charge');
  if (twice !== undefined) {
    return {
      says: 'maybe_twice',
      balance,
      at: twice.lead.occurredAt,
      ...(twice.lead.amountCents === null ? {} : { amount: twice.lead.amountCents }),
    };
  }
  const [last] = card.transactions;
  if (last?.type === 'manual_correction' && Date.parse(card.at) - Date.parse(last.at) < DAY_MS) {
    return {
      says: 'given_back',
      balance,
      at: last.at,
      ...(last.amountCents === null ? {} : { amount: last.amountCents }),
    };
  }
  const order = card.transactions.find(({ type, status }) => type === 'bar_order' && status === 'completed');
  return order === undefined || order.amountCents === null
    ? { says: 'right', balance }
    : { says: 'right_with_last', balance, amount: order.amountCents, at: order.at, place: order.pointOfSale };
};
