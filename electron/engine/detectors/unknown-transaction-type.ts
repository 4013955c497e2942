import { z } from 'zod';
import { arrivalDetector, type Finding, type TransactionRow } from '../detector.ts';

const ALGORITHM = 'unknown_transaction_type';

const stateSchema = z.object({
  types: z.array(z.object({ type: z.string(), count: z.int(), firstAt: z.int(), example: z.string() })).default([]),
});
/** A writer gone mad may invent a type a row: beyond so many, the oldest are forgotten. */
const MAX_TYPES = 200;

export const unknownTransactionType = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: async ({ transactions, state }) => {
    const { types } = stateSchema.parse(state ?? {});
    const counts = new Map(types.map((one) => [one.type, one.count]));
    const now = countTypes(transactions, types);
    const grown = now.filter((one) => one.count !== counts.get(one.type));
    if (grown.length === 0) return { findings: [] };
    return { findings: grown.map(typeFinding), state: { types: now.slice(-MAX_TYPES) } };
  },
});

/** The types that count (docs/money.md, "Expected balance"). Any other counts for nothing, which somebody should see. */
const KNOWN_TYPES = new Set(['stripe_recharge', 'checkpoint_recharge', 'bar_order', 'manual_correction']);

/** The rows of one type so far. */
type TypeSeen = {
  readonly type: string;
  readonly count: number;
  readonly firstAt: number;
  readonly example: string;
};

/** Adds rows to the counts of unknown types. */
export const countTypes = (rows: readonly TransactionRow[], earlier: readonly TypeSeen[]): TypeSeen[] => {
  const seen = new Map(earlier.map((one) => [one.type, one]));
  for (const row of rows) {
    if (KNOWN_TYPES.has(row.type) || row.settledLate) continue;
    const before = seen.get(row.type);
    seen.set(row.type, {
      type: row.type,
      count: (before?.count ?? 0) + 1,
      firstAt: Math.min(before?.firstAt ?? row.at, row.at),
      example: before?.example ?? row.transactionId ?? `log:${row.logId}`,
    });
  }
  return [...seen.values()];
};

export const typeFinding = (seen: TypeSeen): Finding => ({
  algorithm: ALGORITHM,
  key: `${ALGORITHM}:${seen.type}`,
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: seen.firstAt,
  facts: {
    transaction_type: seen.type,
    count: seen.count,
    first: { micros: seen.firstAt },
    example: seen.example,
  },
  // Ten times as many are news.
  fingerprint: String(Math.floor(Math.log10(seen.count))),
  members: [],
});
