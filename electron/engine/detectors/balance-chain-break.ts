import { z } from 'zod';
import { type Cents, cents } from '../../../shared/domain/money.ts';
import { compareIds } from '../../../shared/domain/row-id.ts';
import { arrivalDetector, type ChainLink, type Finding, SECOND, type TransactionRow } from '../detector.ts';

const ALGORITHM = 'balance_chain_break';

/** A break above an open gap waits so long for what may still come below it. */
const GAP_SECONDS = 5;
/** Cards with a break that waits; their rows are found again by card. */
const stateSchema = z.object({ waiting: z.array(z.object({ card: z.string(), since: z.int() })).default([]) });

export const balanceChainBreak = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  hasPendingWork: (state) => stateSchema.safeParse(state ?? {}).data?.waiting.length !== 0,
  detect: async ({ lookback, transactions, now, state }) => {
    const { waiting } = stateSchema.parse(state ?? {});
    const byCard = Map.groupBy(transactions, (row) => row.cardId);
    if (waiting.length > 0) {
      const since = waiting.reduce((least, one) => Math.min(least, one.since), now);
      const again = await lookback.transactionsOfCards(
        waiting.map(({ card }) => card),
        { from: since, to: now + 3_600 * SECOND },
      );
      // With what has arrived now.
      for (const [card, rows] of Map.groupBy(again, (row) => row.cardId)) byCard.set(card, rows);
    }
    if (byCard.size === 0) return { findings: [] };
    const decidedLate = new Set(transactions.filter((row) => row.settledLate).map((row) => row.cardId));
    const chains = await lookback.chainsOf([...byCard.keys()]);
    const next = new Map<string, ChainLink>();
    const stillWaiting: { card: string; since: number }[] = [];
    const findings: Finding[] = [];
    let notJudged = 0;
    const followed = [...byCard].map(([card, rows]) => {
      const before = chains.get(card);
      return { card, rows, before, chain: followChain(rows, startOf(before, decidedLate.has(card))) };
    });
    // Asked for only where there is a break.
    const broken = followed.some(({ chain }) => chain.breaks.length > 0);
    const horizon = broken ? await lookback.openGapWithin(GAP_SECONDS) : null;
    for (const { card, rows, before, chain } of followed) {
      // A missing id between the two rows of a break may explain it.
      const unsure = chain.breaks.find(
        (one) =>
          horizon !== null && compareIds(one.before.logId, horizon) < 0 && compareIds(one.row.logId, horizon) > 0,
      );
      if (unsure !== undefined) {
        stillWaiting.push({ card, since: rows.reduce((least, row) => Math.min(least, row.at), now) });
        continue;
      }
      findings.push(...chain.breaks.map(chainFinding));
      notJudged += chain.notJudged;
      if (chain.end !== undefined && chain.end.logId !== before?.logId) next.set(card, chain.end);
    }
    await lookback.keepChains(next);
    return { findings, notJudged, state: { waiting: stillWaiting } };
  },
});

/** A row that was decided after later ones had been evaluated makes the chain unknown: its card moved at another moment. */
const startOf = (chain: ChainLink | undefined, overtaken: boolean): ChainLink | undefined =>
  chain !== undefined && overtaken ? { logId: chain.logId, balance: null } : chain;

/** A row that does not begin where the one before it ended. */
type Break = { readonly row: TransactionRow; readonly before: ChainLink; readonly gap: Cents };

/** What the rows of one card say: which begin elsewhere, which continue, and where the next one must begin. */
type Chain = {
  readonly breaks: readonly Break[];
  readonly consistent: readonly TransactionRow[];
  readonly notJudged: number;
  readonly end: ChainLink | undefined;
};

const isFinal = (row: TransactionRow): boolean => row.status === 'completed' || row.status === 'failed';

/**
 * Follows one card's rows by their ids, from where the chain stood before them. Corrections are our own doing and mend a
 * break: they only move the chain. A balance of NULL and a status that was open when the row was read make it unknown,
 * because such a card may have been changed at another moment than the row says.
 */
export const followChain = (rows: readonly TransactionRow[], from: ChainLink | undefined): Chain => {
  const breaks: Break[] = [];
  const consistent: TransactionRow[] = [];
  let notJudged = 0;
  let end = from;
  for (const row of rows.toSorted((a, b) => compareIds(a.logId, b.logId))) {
    if (end !== undefined && compareIds(row.logId, end.logId) <= 0) continue;
    const before = end;
    const decided = isFinal(row) && !row.settledLate;
    end = { logId: row.logId, balance: decided ? row.next : null };
    if (!decided || row.type === 'manual_correction') continue;
    if (row.previous === null || (before !== undefined && before.balance === null)) notJudged += 1;
    else if (before !== undefined && before.balance !== null && before.balance !== row.previous) {
      breaks.push({ row, before, gap: cents(row.previous - before.balance) });
    } else consistent.push(row);
  }
  return { breaks, consistent, notJudged, end };
};

const chainKey = (row: Pick<TransactionRow, 'logId'>): string => `${ALGORITHM}:${row.logId}`;

export const chainFinding = ({ row, before, gap }: Break): Finding => ({
  algorithm: ALGORITHM,
  key: chainKey(row),
  eventType: 'balance_discrepancy',
  severity: 'MEDIUM',
  confidence: 0.9,
  cardId: row.cardId,
  transactionId: row.transactionId,
  amount: cents(Math.abs(gap)),
  occurredAt: row.at,
  facts: {
    gap: { cents: gap },
    previous_balance: row.previous === null ? null : { cents: row.previous },
    last_new_balance: before.balance === null ? null : { cents: before.balance },
    transaction: row.transactionId ?? `log:${row.logId}`,
    transaction_before: `log:${before.logId}`,
    point_of_sale: row.pointOfSale,
  },
  fingerprint: `${before.logId}/${gap}`,
  members: [before.logId, row.logId],
});
