import { z } from 'zod';
import { compareIds } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { type Lookback, type Micros, type ScanRow, SECOND, type Span, type TransactionRow } from '../detector.ts';
import { scanReader, transactionReader } from '../tail/log-rows.ts';
import type { Reading } from '../tail/tail.ts';
import { iso, spanAround } from '../time.ts';
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
): Pick<Lookback, 'transactionsOfCards' | 'scansOfCards' | 'neighbours' | 'scannedTwice'> => {
  const transactionsOfCards = async (cards: readonly string[], { from, to }: Span): Promise<TransactionRow[]> => {
    const earlier = await tx.read(
      transactionReader,
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
  };
  // Several detectors ask for the neighbours of the same rows.
  const asked = new Map<readonly TransactionRow[], Map<string, Promise<TransactionRow[]>>>();
  return {
    transactionsOfCards,
    neighbours: (rows, reach) => {
      const ofRows = asked.get(rows) ?? new Map<string, Promise<TransactionRow[]>>();
      asked.set(rows, ofRows);
      const key = `${reach.within} ${reach.request}`;
      const answer =
        ofRows.get(key) ??
        cardsWithNeighbours(tx, { rows, before: before.transactions }, reach).then((cards) =>
          cards.length === 0
            ? []
            : transactionsOfCards(cards, spanAround(rows, Math.max(LOOK_BACK, reach.within, reach.request))),
        );
      ofRows.set(key, answer);
      return answer;
    },

    scansOfCards: async (cards, { from, to }) => {
      const earlier = await tx.read(
        scanReader,
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

    scannedTwice: async (cards, within) => {
      const found = await tx.rows(
        cardRow,
        // By recent_scans_card_idx, a card at a time and in its order.
        sql`/* regie:window */
          select distinct asked.card
          from unnest(${cards.map(({ card }) => card)}::text[], ${cards.map(({ from }) => from)}::bigint[],
            ${cards.map(({ to }) => to)}::bigint[]) as asked (card, since, until)
          cross join lateral (
            select occurred_at - lag(occurred_at) over (order by occurred_at) as apart
            from console.recent_scans
            where card_id = asked.card
              and occurred_at between timestamptz 'epoch' + asked.since * interval '1 microsecond'
                and timestamptz 'epoch' + asked.until * interval '1 microsecond') as scans
          where scans.apart <= ${within} * interval '1 microsecond'`,
      );
      return new Set(found);
    },
  };
};

/** The start of a group of rows is looked for so far back: it may lie long before its newest one. */
const LOOK_BACK = 120 * SECOND;

/**
 * Cards of which an earlier row, or another of these, lies near one of these, or that have a request id twice. Most cards
 * have neither, and their earlier rows are not read.
 */
const cardsWithNeighbours = async (
  tx: Transaction,
  { rows, before }: { rows: readonly TransactionRow[]; before: number },
  { within, request }: { readonly within: Micros; readonly request: Micros },
): Promise<string[]> => {
  const near = new Set<string>();
  const spans = new Map<string, { from: Micros; to: Micros }>();
  const requests = new Map<string, string>();
  for (const { cardId, at, requestId } of rows.toSorted((a, b) => a.at - b.at)) {
    const span = spans.get(cardId);
    if (span === undefined) spans.set(cardId, { from: at, to: at });
    else {
      if (at - span.to <= within) near.add(cardId);
      span.to = at;
    }
    if (requestId === null) continue;
    if (requests.get(requestId) === cardId) near.add(cardId);
    requests.set(requestId, cardId);
  }
  const asked = [...spans].filter(([card]) => !near.has(card));
  if (asked.length === 0) return [...near];
  const found = await tx.rows(
    cardRow,
    // By recent_transactions_card_idx, a card at a time; with the new rows among them.
    sql`/* regie:window */
      select asked.card
      from (
        select card, timestamptz 'epoch' + since * interval '1 microsecond' as since,
          timestamptz 'epoch' + until * interval '1 microsecond' as until
        from unnest(${asked.map(([card]) => card)}::text[], ${asked.map(([, { from }]) => from)}::bigint[],
          ${asked.map(([, { to }]) => to)}::bigint[]) as given (card, since, until)) as asked
      cross join lateral (
        select
          bool_or(arrival <= ${before} and occurred_at between asked.since - ${within} * interval '1 microsecond'
            and asked.until + ${within} * interval '1 microsecond') as near,
          count(client_request_id) > count(distinct client_request_id) as twice
        from console.recent_transactions
        where card_id = asked.card and occurred_at between asked.since - ${Math.max(within, request)} * interval '1 microsecond'
          and asked.until + ${Math.max(within, request)} * interval '1 microsecond') as rows
      where rows.near or rows.twice`,
  );
  return [...near, ...found];
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
