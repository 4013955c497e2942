import { type Cents, cents } from '../../../../shared/domain/money.ts';
import type { ChainLink, Finding, TransactionRow } from '../../detector.ts';

export const ALGORITHM = 'balance_chain_break';

/** A row that does not begin where the one before it ended. */
export type Break = { readonly row: TransactionRow; readonly before: ChainLink; readonly gap: Cents };

/** What the rows of one card say: which begin elsewhere, which continue, and where the next one must begin. */
export type Chain = {
  readonly breaks: readonly Break[];
  readonly sound: readonly TransactionRow[];
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
  const sound: TransactionRow[] = [];
  let notJudged = 0;
  let end = from;
  for (const row of rows.toSorted((a, b) => a.logId - b.logId)) {
    if (end !== undefined && row.logId <= end.logId) continue;
    const before = end;
    const known = isFinal(row) && !row.settledLate;
    end = { logId: row.logId, balance: known ? row.next : null };
    if (!known || row.type === 'manual_correction') continue;
    if (row.previous === null || (before !== undefined && before.balance === null)) notJudged += 1;
    else if (before !== undefined && before.balance !== null && before.balance !== row.previous) {
      breaks.push({ row, before, gap: cents(row.previous - before.balance) });
    } else sound.push(row);
  }
  return { breaks, sound, notJudged, end };
};

export const chainKey = (row: Pick<TransactionRow, 'logId'>): string => `${ALGORITHM}:${row.logId}`;

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
