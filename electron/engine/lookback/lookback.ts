import { z } from 'zod';
import { compareIds } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Lookback, ScanRow, Span, TransactionRow } from '../detector.ts';
import { scanRow, transactionRow } from '../tail/log-rows.ts';
import type { Reading } from '../tail/tail.ts';
import { iso } from '../time.ts';
import { cardLookback } from './cards.ts';
import { readerLookback } from './readers.ts';
import { trafficLookback } from './traffic.ts';

const cardRow = z.object({ card: z.string() }).transform((row) => row.card);
const gapRow = z.object({ id: idColumn.nullable() });

/**
 * What detectors ask for beside the new rows, from Postgres, in the snapshot of the caller's transaction. What has just
 * arrived is at hand and is not asked for again.
 */
export const lookbackIn = (tx: Transaction, reading: Pick<Reading, 'arrived' | 'before'>): Lookback => ({
  ...windowsOfCards(tx, reading),
  ...readerLookback(tx),
  ...trafficLookback(tx),
  ...cardLookback(tx),
  openGapWithin: async (seconds) =>
    (
      await tx.row(
        gapRow,
        sql`/* regie:gaps */
          select min(first_id) as id from console.watermark_gaps
          where source = 'transactions' and noticed_at > now() - make_interval(secs => ${seconds})`,
      )
    ).id,
});

const windowsOfCards = (
  tx: Transaction,
  { arrived, before }: Pick<Reading, 'arrived' | 'before'>,
): Pick<Lookback, 'transactionsOfCards' | 'scansOfCards' | 'scannedWithin'> => {
  // Several detectors ask for the same rows.
  const asked = new Map<string, Promise<TransactionRow[]>>();
  const once = (key: string, ask: () => Promise<TransactionRow[]>): Promise<TransactionRow[]> => {
    const earlier = asked.get(key);
    if (earlier) return earlier;
    const answer = ask();
    asked.set(key, answer);
    return answer;
  };
  return {
    transactionsOfCards: (cards, { from, to }) =>
      once(JSON.stringify([cards, from, to]), async () => {
        const earlier = await tx.rows(
          transactionRow,
          // By recent_transactions_card_idx, a card at a time: left to itself the planner reads the whole span.
          sql`/* regie:window */
          select r.arrival, r.log_id, r.transaction_id::text, r.card_id, r.transaction_type, r.status, r.amount_involved,
            r.previous_balance, r.new_balance, r.point_of_sale, r.error_pattern, r.client_request_id, r.settled_late,
            r.stated_at, r.edge_function_name,
            (extract(epoch from r.occurred_at) * 1000000)::bigint as at
          from unnest(${cards}::text[]) as asked (card)
          cross join lateral (
            select * from console.recent_transactions
            where card_id = asked.card and arrival <= ${before.transactions}
              and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
            offset 0) as r`,
        );
        return [...earlier, ...ofCards(arrived.transactions, cards, { from, to })].sort(
          (a, b) => a.at - b.at || compareIds(a.logId, b.logId),
        );
      }),

    scansOfCards: async (cards, { from, to }) => {
      const earlier = await tx.rows(
        scanRow,
        // By recent_scans_card_idx, a card at a time.
        sql`/* regie:window */
        select r.arrival, r.scan_log_id, r.card_id, r.scan_status, r.device_identifier, r.error, r.stated_at,
          (extract(epoch from r.occurred_at) * 1000000)::bigint as at
        from unnest(${cards}::text[]) as asked (card)
        cross join lateral (
          select * from console.recent_scans
          where card_id = asked.card and arrival <= ${before.scans}
            and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
          offset 0) as r`,
      );
      return [...earlier, ...ofCards(arrived.scans, cards, { from, to })].sort(
        (a, b) => a.at - b.at || compareIds(a.scanId, b.scanId),
      );
    },

    scannedWithin: async (asked) => {
      const cards = await tx.rows(
        cardRow,
        // By recent_scans_card_idx, a card at a time.
        sql`/* regie:window */
        select distinct asked.card
        from unnest(${asked.map(({ card }) => card)}::text[], ${asked.map(({ from }) => iso(from))}::timestamptz[],
          ${asked.map(({ to }) => iso(to))}::timestamptz[], ${asked.map(({ least }) => least)}::int[])
          as asked (card, since, until, least)
        where asked.least <= (
          select count(*) from (
            select from console.recent_scans
            where card_id = asked.card and arrival <= ${before.scans} and occurred_at between asked.since and asked.until
            limit asked.least) as scans)`,
      );
      return new Set(cards);
    },
  };
};

/** Rows of some cards within a span, of those that are at hand. */
const ofCards = <Row extends TransactionRow | ScanRow>(
  rows: readonly Row[],
  cards: readonly string[],
  { from, to }: Span,
): Row[] => {
  const wanted = new Set<string | null>(cards);
  return rows.filter((row) => row.at >= from && row.at <= to && wanted.has(row.cardId));
};
