import { z } from 'zod';
import { addCents, ZERO } from '../../../shared/domain/money.ts';
import {
  arrivalDetector,
  type Finding,
  type Lookback,
  type Micros,
  type ScanRow,
  SECOND,
  type TransactionRow,
} from '../detector.ts';
import { bursts } from '../findings/grouping.ts';
import { spanAround } from '../time.ts';

const ALGORITHM = 'temporal_duplicate_detection';

/** How far back the start of a burst is looked for: it may lie long before its newest scan. */
const LOOK_BACK = 600 * SECOND;

export const temporalDuplicateDetection = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(60).default(5) }),
  detect: async ({ lookback, settings, transactions, scans }) => {
    // An order that arrives after its scans turns a burst into a double charge.
    const orders = transactions.filter((row) => row.type === 'bar_order' && row.status === 'completed');
    const moved = [...scans, ...orders];
    if (moved.length === 0) return { findings: [] };
    const cards = await cardsOfBursts(lookback, { scans, orders, within: Math.ceil(settings.seconds * SECOND) });
    if (cards.length === 0) return { findings: [] };
    const span = spanAround(moved, LOOK_BACK);
    const arrivedScans = new Set(scans.map((scan) => scan.scanId));
    const arrivedOrders = new Set(orders.map((row) => row.logId));
    const byCard = Map.groupBy(await lookback.scansOfCards(cards, span), (scan) => scan.cardId ?? '');
    const found = [...byCard].flatMap(([cardId, ofCard]) =>
      scanBursts(ofCard, settings.seconds).map((burst) => ({ cardId, burst })),
    );
    if (found.length === 0) return { findings: [] };
    const burstCards = [...new Set(found.map(({ cardId }) => cardId))];
    const charges = Map.groupBy(await lookback.transactionsOfCards(burstCards, span), (row) => row.cardId);
    return {
      findings: found.flatMap(({ cardId, burst }) => {
        const within = ordersIn(burst, charges.get(cardId) ?? [], settings.seconds);
        const isNew =
          burst.some((scan) => arrivedScans.has(scan.scanId)) || within.some((row) => arrivedOrders.has(row.logId));
        return isNew ? (duplicateFinding(burst, within, settings.seconds) ?? []) : [];
      }),
    };
  },
});

/** Cards that may have a burst: two of their scans are near each other, and near what is new of them. */
const cardsOfBursts = async (
  lookback: Pick<Lookback, 'scannedTwice'>,
  rows: { scans: readonly ScanRow[]; orders: readonly TransactionRow[]; within: Micros },
): Promise<string[]> => {
  const { scans, orders, within } = rows;
  // One span a card, around all that is new of it.
  const asked = new Map<string, { card: string; from: Micros; to: Micros }>();
  const ask = (card: string, from: Micros, to: Micros): void => {
    const span = asked.get(card);
    if (span === undefined) {
      asked.set(card, { card, from, to });
      return;
    }
    span.from = Math.min(span.from, from);
    span.to = Math.max(span.to, to);
  };
  for (const { cardId, at } of scans) if (cardId !== null) ask(cardId, at - within, at + within);
  for (const { cardId, at } of orders) ask(cardId, at - 2 * within, at + within);
  return [...(await lookback.scannedTwice([...asked.values()], within))];
};

/**
 * Scans that count: those that read the card. After a failed read (failure, timeout, invalid format) the visitor holds
 * the card to the reader again, and that second scan is what should happen.
 */
const READ = new Set(['success', 'duplicate']);

/** Bursts of scans of one card, each scan at most `seconds` after the one before. */
export const scanBursts = (scans: readonly ScanRow[], seconds: number): ScanRow[][] =>
  bursts(
    scans.filter((scan) => scan.status !== null && READ.has(scan.status)),
    { within: seconds * SECOND, least: 2 },
  );

/** Orders that were completed while a burst lasted, or within the threshold after its last scan. */
export const ordersIn = (
  burst: readonly ScanRow[],
  transactions: readonly TransactionRow[],
  seconds: number,
): TransactionRow[] => {
  const from = burst[0]?.at ?? 0;
  const to = (burst.at(-1)?.at ?? 0) + seconds * SECOND;
  return transactions.filter(
    (row) => row.type === 'bar_order' && row.status === 'completed' && row.at >= from && row.at <= to,
  );
};

export const duplicateFinding = (
  burst: readonly ScanRow[],
  orders: readonly TransactionRow[],
  seconds: number,
): Finding | undefined => {
  const first = burst[0];
  const last = burst.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const chargedTwice = orders.length >= 2;
  return {
    algorithm: ALGORITHM,
    key: `${ALGORITHM}:${first.cardId}:${first.scanId}`,
    eventType: 'duplicate_nfc',
    severity: chargedTwice ? 'HIGH' : 'MEDIUM',
    confidence: 0.8,
    cardId: first.cardId,
    transactionId: orders.at(-1)?.transactionId ?? null,
    amount: chargedTwice ? addCents(ZERO, ...orders.slice(1).map((row) => row.amount ?? ZERO)) : null,
    occurredAt: last.at,
    facts: {
      scan_count: burst.length,
      scan_ids: burst.map((scan) => scan.scanId),
      scan_timestamps: burst.map((scan) => ({ micros: scan.at })),
      time_span_seconds: Math.round(((last.at - first.at) / SECOND) * 1_000) / 1_000,
      threshold_seconds: seconds,
      devices: [...new Set(burst.flatMap((scan) => scan.device ?? []))],
      charged_twice: chargedTwice,
      orders: orders.map((row) => row.transactionId ?? `log:${row.logId}`),
    },
    fingerprint: `${burst.map((scan) => scan.scanId).join(',')}/${orders.map((row) => row.logId).join(',')}`,
    members: burst.map((scan) => scan.scanId),
  };
};
