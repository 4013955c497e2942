import { z } from 'zod';
import { addCents, ZERO } from '../../../shared/domain/money.ts';
import { compareIds } from '../../../shared/domain/row-id.ts';
import { arrivalDetector, type Finding, type Micros, SECOND, type TransactionRow } from '../detector.ts';
import { spanAround } from '../time.ts';

const ALGORITHM = 'consecutive_failures';

/** How far back the start of a run is looked for: it may lie long before its newest failure. */
const LOOK_BACK = 3_600 * SECOND;

export const consecutiveFailures = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    count: z.int().min(2).max(20).default(3),
    minutes: z.number().min(1).max(60).default(10),
  }),
  detect: async ({ lookback, settings, transactions }) => {
    // A completed row that arrives late may split a run, but it never makes one.
    const failed = transactions.filter((row) => row.status === 'failed');
    if (failed.length === 0) return { findings: [] };
    const arrived = new Set(failed.map((row) => row.logId));
    const cards = [...new Set(failed.map((row) => row.cardId))];
    const rows = await lookback.transactionsOfCards(cards, spanAround(failed, LOOK_BACK));
    const findings = [...Map.groupBy(rows, (row) => row.cardId).values()]
      .flatMap((ofCard) => failureRuns(ofCard, settings))
      .filter((run) => run.some((row) => arrived.has(row.logId)))
      .flatMap((run) => failureFinding(run) ?? []);
    return { findings };
  },
});

type RunSettings = { readonly count: number; readonly minutes: number };

/**
 * Runs of failures on one card: at least `count` failed transactions in a row within `minutes`, with no completed one
 * between them. Other statuses neither count nor break a run.
 */
export const failureRuns = (rows: readonly TransactionRow[], settings: RunSettings): TransactionRow[][] => {
  const within: Micros = settings.minutes * 60 * SECOND;
  const runs: TransactionRow[][] = [];
  let streak: TransactionRow[] = [];
  const flush = () => {
    runs.push(...runsOfStreak(streak, settings.count, within));
    streak = [];
  };
  for (const row of rows.toSorted((a, b) => a.at - b.at || compareIds(a.logId, b.logId))) {
    if (row.status === 'failed') streak.push(row);
    else if (row.status === 'completed') flush();
  }
  flush();
  return runs;
};

/** The parts of a streak in which any `count` neighbours lie within the time; overlapping ones are one run. */
const runsOfStreak = (streak: readonly TransactionRow[], count: number, within: Micros): TransactionRow[][] => {
  const runs: { from: number; to: number }[] = [];
  for (let end = count - 1; end < streak.length; end += 1) {
    const first = streak[end - count + 1];
    const last = streak[end];
    if (first === undefined || last === undefined || last.at - first.at > within) continue;
    const open = runs.at(-1);
    if (open && end - count + 1 <= open.to) open.to = end;
    else runs.push({ from: end - count + 1, to: end });
  }
  return runs.map(({ from, to }) => streak.slice(from, to + 1));
};

export const failureFinding = (run: readonly TransactionRow[]): Finding | undefined => {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const errors = Map.groupBy(run, (row) => row.errorPattern ?? 'unknown');
  return {
    algorithm: ALGORITHM,
    key: `${ALGORITHM}:${first.cardId}:${first.logId}`,
    eventType: 'transaction_failure',
    severity: 'HIGH',
    confidence: 0.9,
    cardId: first.cardId,
    transactionId: first.transactionId,
    amount: addCents(ZERO, ...run.map((row) => row.amount ?? ZERO)),
    occurredAt: last.at,
    facts: {
      failure_count: run.length,
      failed_transactions: run.map((row) => row.transactionId ?? `log:${row.logId}`),
      first_failure: { micros: first.at },
      last_failure: { micros: last.at },
      time_span_minutes: Math.round(((last.at - first.at) / (60 * SECOND)) * 100) / 100,
      error_pattern: Object.fromEntries([...errors].map(([pattern, rows]) => [pattern, rows.length])),
      point_of_sale: last.pointOfSale,
    },
    fingerprint: run.map((row) => row.logId).join(','),
    members: run.map((row) => row.logId),
  };
};
