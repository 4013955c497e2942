import { z } from 'zod';
import { compareIds, higherId } from '../../../shared/domain/row-id.ts';
import { arrivalDetector, type Finding, type Micros, SECOND, type TransactionRow } from '../detector.ts';
import { SAME_REQUEST } from '../findings/grouping.ts';

const ALGORITHM = 'duplicate_charge';

export const duplicateCharge = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(600).default(30) }),
  detect: async ({ lookback, settings, transactions }) => {
    if (transactions.length === 0) return { findings: [] };
    const rows = await lookback.neighbours(transactions, {
      within: Math.ceil(settings.seconds * SECOND),
      request: SAME_REQUEST,
    });
    if (rows.length === 0) return { findings: [] };
    const arrived = new Set(transactions.map((row) => row.logId));
    return {
      findings: [...Map.groupBy(rows, (row) => row.cardId).values()]
        .flatMap((ofCard) => repeats(ofCard, settings.seconds))
        .filter(({ first, second }) => arrived.has(first.logId) || arrived.has(second.logId))
        .map(repeatFinding),
    };
  },
});

/** How an order was recognised: by its request id, by the ids being different ones, or without any. */
type By = 'same_request' | 'other_request' | 'no_request';
/** An order, and the one before it that it seems to repeat. */
type Repeat = { readonly first: TransactionRow; readonly second: TransactionRow; readonly by: By };

/**
 * Completed orders of one card that repeat another within the time. Under one request id it is certain where both moved
 * money: a till sent again, and the festival booked again; where the second moved nothing, or is the same movement written
 * once more, the festival did as it should. Under ids of their own, or without any, it is the same amount at the same point
 * of sale; an unknown point of sale is nobody's neighbour.
 */
export const repeats = (rows: readonly TransactionRow[], seconds: number): Repeat[] => {
  const orders = rows
    .filter((row) => row.type === 'bar_order' && row.status === 'completed')
    .toSorted((a, b) => a.at - b.at || compareIds(a.logId, b.logId));
  return orders.flatMap((second, index): Repeat[] => {
    const near = orders.slice(earliest(orders, index, Math.max(SAME_REQUEST, seconds * SECOND)), index);
    const sent = near.findLast(
      (one) => one.requestId !== null && one.requestId === second.requestId && second.at - one.at <= SAME_REQUEST,
    );
    if (sent !== undefined) return movedTwice(sent, second) ? [{ first: sent, second, by: 'same_request' }] : [];
    const first = near.findLast(
      (one) =>
        second.at - one.at <= seconds * SECOND &&
        one.amount === second.amount &&
        one.amount !== null &&
        one.amount > 0 &&
        one.pointOfSale !== null &&
        one.pointOfSale === second.pointOfSale &&
        !isStill(one) &&
        !isStill(second),
    );
    if (first === undefined) return [];
    return [
      { first, second, by: first.requestId === null && second.requestId === null ? 'no_request' : 'other_request' },
    ];
  });
};

/** The first of the orders before one that is within so much of it. */
const earliest = (orders: readonly TransactionRow[], index: number, within: Micros): number => {
  const at = orders[index]?.at ?? 0;
  let first = index;
  while ((orders[first - 1]?.at ?? Number.NEGATIVE_INFINITY) >= at - within) first -= 1;
  return first;
};

/** It says itself that it has moved nothing. */
const isStill = ({ previous, next }: TransactionRow): boolean => previous !== null && previous === next;
const isKnown = ({ previous, next }: TransactionRow): boolean => previous !== null && next !== null;
const movedTwice = (first: TransactionRow, second: TransactionRow): boolean =>
  [first, second].every((row) => isKnown(row) && !isStill(row)) &&
  !(first.previous === second.previous && first.next === second.next);

const CONFIDENCE: Readonly<Record<By, number>> = { same_request: 1, other_request: 0.85, no_request: 0.7 };

export const repeatFinding = ({ first, second, by }: Repeat): Finding => {
  // The later one by id is the one too many, whichever arrived first.
  const later = higherId(first.logId, second.logId);
  const name = (row: TransactionRow): string => row.transactionId ?? `log:${row.logId}`;
  return {
    algorithm: ALGORITHM,
    key: `${ALGORITHM}:${second.cardId}:${later}`,
    eventType: 'duplicate_nfc',
    severity: 'HIGH',
    confidence: CONFIDENCE[by],
    cardId: second.cardId,
    transactionId: second.transactionId,
    amount: second.amount,
    occurredAt: second.at,
    facts: {
      transactions: [name(first), name(second)],
      amount: second.amount === null ? null : { cents: second.amount },
      point_of_sale: second.pointOfSale,
      timestamps: [{ micros: first.at }, { micros: second.at }],
      recognised_by: by,
      request_id: by === 'same_request' ? second.requestId : null,
      seconds_apart: Math.round(((second.at - first.at) / SECOND) * 1_000) / 1_000,
    },
    fingerprint: later,
    members: [first.logId, second.logId],
  };
};
