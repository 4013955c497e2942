import { z } from 'zod';
import { arrivalDetector, type Finding, SECOND, type TransactionRow } from '../detector.ts';
import { spanAround } from '../time.ts';

const ALGORITHM = 'duplicate_charge';

/** The same rows that the search for transactions at the same moment asks for: they are read once. */
const LOOK_BACK = 120 * SECOND;

export const duplicateCharge = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(600).default(30) }),
  detect: async ({ lookback, settings, transactions }) => {
    const considered = transactions.filter((row) => row.type !== 'manual_correction');
    if (considered.length === 0) return { findings: [] };
    const arrived = new Set(considered.map((row) => row.logId));
    const cards = [...new Set(considered.map((row) => row.cardId))];
    const span = spanAround(considered, Math.max(LOOK_BACK, settings.seconds * SECOND));
    const rows = await lookback.transactionsOfCards(cards, span);
    return {
      findings: [...Map.groupBy(rows, (row) => row.cardId).values()]
        .flatMap((ofCard) => repeats(ofCard, settings.seconds))
        .filter(({ first, second }) => arrived.has(first.logId) || arrived.has(second.logId))
        .map(repeatFinding),
    };
  },
});

/** An order, and the one before it that it seems to repeat. */
type Repeat = { readonly first: TransactionRow; readonly second: TransactionRow };

/**
 * Completed orders of one card that repeat another: same amount, same point of sale, within the time, under a request id
 * of their own. The same request id is a till that sent once more what the festival had booked; an unknown point of sale
 * is nobody's neighbour.
 */
export const repeats = (rows: readonly TransactionRow[], seconds: number): Repeat[] => {
  const orders = rows
    .filter((row) => row.type === 'bar_order' && row.status === 'completed')
    .toSorted((a, b) => a.at - b.at || a.logId - b.logId);
  return orders.flatMap((second, index): Repeat[] => {
    const first = orders
      .slice(0, index)
      .findLast(
        (one) =>
          second.at - one.at <= seconds * SECOND &&
          one.amount === second.amount &&
          one.amount !== null &&
          one.amount > 0 &&
          one.pointOfSale !== null &&
          one.pointOfSale === second.pointOfSale &&
          one.requestId !== second.requestId,
      );
    return first === undefined ? [] : [{ first, second }];
  });
};

export const repeatFinding = ({ first, second }: Repeat): Finding => {
  // The later one by id is the one too many, whichever arrived first.
  const later = Math.max(first.logId, second.logId);
  const name = (row: TransactionRow): string => row.transactionId ?? `log:${row.logId}`;
  return {
    algorithm: ALGORITHM,
    key: `${ALGORITHM}:${second.cardId}:${later}`,
    eventType: 'duplicate_nfc',
    severity: 'HIGH',
    confidence: 0.85,
    cardId: second.cardId,
    transactionId: second.transactionId,
    amount: second.amount,
    occurredAt: second.at,
    facts: {
      transactions: [name(first), name(second)],
      amount: second.amount === null ? null : { cents: second.amount },
      point_of_sale: second.pointOfSale,
      timestamps: [{ micros: first.at }, { micros: second.at }],
      seconds_apart: Math.round(((second.at - first.at) / SECOND) * 1_000) / 1_000,
    },
    fingerprint: String(later),
    members: [first.logId, second.logId],
  };
};
