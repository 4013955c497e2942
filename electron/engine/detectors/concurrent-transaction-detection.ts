import { z } from 'zod';
import { addCents, ZERO } from '../../../shared/domain/money.ts';
import { compareIds, lowerId } from '../../../shared/domain/row-id.ts';
import { arrivalDetector, type Finding, type Micros, SECOND, type TransactionRow } from '../detector.ts';
import { bursts, SAME_REQUEST } from '../findings/grouping.ts';

const ALGORITHM = 'concurrent_transaction_detection';

/** The same rows that the search for repeated orders asks for by default: they are read once. */
const NEAR: Micros = 30 * SECOND;

export const concurrentTransactionDetection = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(60).default(2) }),
  detect: async ({ lookback, settings, transactions }) => {
    if (transactions.length === 0) return { findings: [] };
    const rows = await lookback.neighbours(transactions, {
      within: Math.max(NEAR, Math.ceil(settings.seconds * SECOND)),
      request: SAME_REQUEST,
    });
    if (rows.length === 0) return { findings: [] };
    const arrived = new Set(transactions.map((row) => row.logId));
    const findings = [...Map.groupBy(rows, (row) => row.cardId).values()]
      .flatMap((ofCard) => concurrentGroups(ofCard, settings.seconds))
      .filter((group) => group.some((row) => arrived.has(row.logId)))
      .flatMap((group) => concurrentFinding(group, settings.seconds) ?? []);
    return { findings };
  },
});

/** Groups of transactions of one card, each at most `seconds` after the one before. Corrections are our own doing. */
const concurrentGroups = (rows: readonly TransactionRow[], seconds: number): TransactionRow[][] =>
  bursts(
    rows.filter((row) => row.type !== 'manual_correction'),
    { within: seconds * SECOND, least: 2 },
  );

/**
 * Whether two of them worked on the same balance, or came in an order that cannot be: one does not begin where the one
 * before it ended. A NULL balance proves nothing.
 */
export const balancesOverlap = (group: readonly TransactionRow[]): boolean => {
  const ordered = group.toSorted((a, b) => compareIds(a.logId, b.logId));
  return ordered.some((row, index) => {
    const before = ordered[index - 1];
    return before !== undefined && before.next !== null && row.previous !== null && row.previous !== before.next;
  });
};

const concurrentFinding = (group: readonly TransactionRow[], seconds: number): Finding | undefined => {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const overlap = balancesOverlap(group);
  return {
    algorithm: ALGORITHM,
    key: `${ALGORITHM}:${first.cardId}:${group.reduce((least, row) => lowerId(least, row.logId), first.logId)}`,
    eventType: 'race_condition',
    severity: overlap ? 'MEDIUM' : 'LOW',
    confidence: 0.7,
    cardId: first.cardId,
    transactionId: last.transactionId,
    amount: addCents(ZERO, ...group.map((row) => row.amount ?? ZERO)),
    occurredAt: last.at,
    facts: {
      concurrent_count: group.length,
      transaction_ids: group.map((row) => row.transactionId ?? `log:${row.logId}`),
      timestamps: group.map((row) => ({ micros: row.at })),
      transaction_types: group.map((row) => row.type),
      time_span_seconds: Math.round(((last.at - first.at) / SECOND) * 1_000) / 1_000,
      threshold_seconds: seconds,
      balances_overlap: overlap,
      point_of_sale: last.pointOfSale,
    },
    fingerprint: group.map((row) => row.logId).join(','),
    members: group.map((row) => row.logId),
  };
};
