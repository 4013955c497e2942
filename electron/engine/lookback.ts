import { z } from 'zod';
import type { Transaction } from '../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { type ChainLink, type ScanRow, SECOND, type Span, type Surroundings, type TransactionRow } from './detector.ts';
import { scanRow, transactionRow } from './tail/log-rows.ts';
import type { Reading } from './tail/tail.ts';
import { iso } from './time.ts';

const secondRow = z.object({ at: microsColumn, total: z.int(), failed: z.int() });
const trafficRow = z
  .object({ total: countColumn, failed: countColumn, core_total: countColumn })
  .transform((row) => ({ total: row.total, failed: row.failed, coreTotal: row.core_total }));
const minuteRow = z.object({ device: z.string(), minute: microsColumn, scans: z.int(), failed: z.int() });
const placeRow = z.object({ place: z.string(), total: countColumn, failed: countColumn });
const useRow = z
  .object({
    device: z.string(),
    last_at: microsColumn,
    first_minute: microsColumn,
    active_minutes: countColumn,
    scans: countColumn,
    others_since: countColumn,
  })
  .transform((row) => ({
    device: row.device,
    lastAt: row.last_at,
    firstMinute: row.first_minute,
    activeMinutes: row.active_minutes,
    scans: row.scans,
    othersSince: row.others_since,
  }));
const cardRow = z.object({ id: z.string(), amount: centsColumn });
const chainRow = z.object({ card_id: z.string(), chain_log_id: idColumn, chain_balance: centsColumn.nullable() });
const gapRow = z.object({ id: idColumn.nullable() });

/** Transactions that arrived after a detector's position, in the order of arrival. By primary key. */
export const newTransactions = (tx: Transaction, after: number, upTo: number): Promise<TransactionRow[]> =>
  tx.rows(
    transactionRow,
    sql`/* regie:arrivals */
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, client_request_id, settled_late,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_transactions
      where arrival > ${after} and arrival <= ${upTo}
      order by arrival`,
  );

/** Scans that arrived after a detector's position, in the order of arrival. By primary key. */
export const newScans = (tx: Transaction, after: number, upTo: number): Promise<ScanRow[]> =>
  tx.rows(
    scanRow,
    sql`/* regie:arrivals */
      select arrival, scan_log_id, card_id, scan_status, device_identifier, error,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from console.recent_scans
      where arrival > ${after} and arrival <= ${upTo}
      order by arrival`,
  );

/**
 * What lies around new rows, from Postgres, in the snapshot of the caller's transaction. What has just arrived is at hand
 * and is not asked for again.
 */
export const surroundingsIn = (tx: Transaction, reading: Pick<Reading, 'arrived' | 'before'>): Surroundings => {
  // Several detectors ask for the same rows.
  const asked = new Map<string, Promise<TransactionRow[]>>();
  return surroundingsOf(tx, reading, (key, ask) => {
    const known = asked.get(key);
    if (known) return known;
    const answer = ask();
    asked.set(key, answer);
    return answer;
  });
};

const surroundingsOf = (
  tx: Transaction,
  { arrived, before }: Pick<Reading, 'arrived' | 'before'>,
  once: (key: string, ask: () => Promise<TransactionRow[]>) => Promise<TransactionRow[]>,
): Surroundings => ({
  transactionsOfCards: (cards, { from, to }) =>
    once(JSON.stringify([cards, from, to]), async () => {
      const earlier = await tx.rows(
        transactionRow,
        // By recent_transactions_card_idx, a card at a time: left to itself the planner reads the whole span.
        sql`/* regie:window */
          select r.arrival, r.log_id, r.transaction_id::text, r.card_id, r.transaction_type, r.status, r.amount_involved,
            r.previous_balance, r.new_balance, r.point_of_sale, r.error_pattern, r.client_request_id, r.settled_late,
            (extract(epoch from r.occurred_at) * 1000000)::bigint as at
          from unnest(${cards}::text[]) as asked (card)
          cross join lateral (
            select * from console.recent_transactions
            where card_id = asked.card and arrival <= ${before.transactions}
              and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
            offset 0) as r`,
      );
      return [...earlier, ...ofCards(arrived.transactions, cards, { from, to })].sort(
        (a, b) => a.at - b.at || a.logId - b.logId,
      );
    }),

  scansOfCards: async (cards, { from, to }) => {
    const earlier = await tx.rows(
      scanRow,
      // By recent_scans_card_idx, a card at a time.
      sql`/* regie:window */
        select r.arrival, r.scan_log_id, r.card_id, r.scan_status, r.device_identifier, r.error,
          (extract(epoch from r.occurred_at) * 1000000)::bigint as at
        from unnest(${cards}::text[]) as asked (card)
        cross join lateral (
          select * from console.recent_scans
          where card_id = asked.card and arrival <= ${before.scans}
            and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
          offset 0) as r`,
    );
    return [...earlier, ...ofCards(arrived.scans, cards, { from, to })].sort(
      (a, b) => a.at - b.at || a.scanId - b.scanId,
    );
  },

  // By recent_scans_device_idx.
  scansOfDevices: (devices, { from, to }) =>
    tx.rows(
      scanRow,
      sql`/* regie:window */
        select arrival, scan_log_id, card_id, scan_status, device_identifier, error,
          (extract(epoch from occurred_at) * 1000000)::bigint as at
        from console.recent_scans
        where device_identifier = any (${devices}::text[])
          and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
        order by occurred_at, scan_log_id`,
    ),

  // By primary key: sums of 900 rows at most for a live window of 15 minutes.
  trafficOf: ({ from, to }, core) =>
    tx.row(
      trafficRow,
      sql`/* regie:spike */
        select coalesce(sum(total), 0) as total, coalesce(sum(failed), 0) as failed,
          coalesce(sum(total) filter (where second > ${iso(core.from)}::timestamptz and second <= ${iso(core.to)}::timestamptz), 0) as core_total
        from console.traffic_seconds
        where second > ${iso(from)}::timestamptz and second <= ${iso(to)}::timestamptz`,
    ),

  // By primary key; 900 rows at most for a live window of 15 minutes.
  traffic: ({ from, to }) =>
    tx.rows(
      secondRow,
      sql`/* regie:spike */
        select (extract(epoch from second) * 1000000)::bigint as at, total, failed
        from console.traffic_seconds
        where second > ${iso(from)}::timestamptz and second <= ${iso(to)}::timestamptz
        order by second`,
    ),

  // By recent_transactions_time_idx (ranges of blocks); read only while there is a spike.
  failingPlaces: ({ from, to }) =>
    tx.rows(
      placeRow,
      sql`/* regie:spike */
        select coalesce(point_of_sale, edge_function_name, 'unknown') as place, count(*) as total,
          count(*) filter (where status = 'failed') as failed
        from console.recent_transactions
        where occurred_at > ${iso(from)}::timestamptz and occurred_at <= ${iso(to + SECOND)}::timestamptz
          and transaction_type <> 'manual_correction'
        group by 1
        having count(*) filter (where status = 'failed') > 0
        order by 3 desc
        limit 20`,
    ),

  // By primary key: a row a reader and minute.
  minutesOfDevices: (devices, { from, to }) =>
    tx.rows(
      minuteRow,
      sql`/* regie:devices */
        select device, (extract(epoch from minute) * 1000000)::bigint as minute, scans, failed
        from console.device_minutes
        where minute >= ${iso(from)}::timestamptz and minute <= ${iso(to)}::timestamptz and device = any (${devices}::text[])
        order by device, minute`,
    ),

  // The readers by primary key, a handful; their minutes only for those that are silent.
  silentDevices: (from, silentSince, except) =>
    tx.rows(
      useRow,
      sql`/* regie:devices */
        with silent as (
          select device, last_at from console.devices
          where last_at >= ${iso(from)}::timestamptz and last_at <= ${iso(silentSince)}::timestamptz
            and device <> all (${except}::text[])
        ), minutes as materialized (
          -- Read once for all of them, and not at all while nobody is silent.
          select minute, device, scans from console.device_minutes
          where minute >= ${iso(from)}::timestamptz and exists (select from silent)
        ), use as (
          select device, min(minute) as first_minute, count(*) as active_minutes, sum(scans) as scans
          from minutes where device in (select device from silent) group by device
        ), traffic as (
          select minute, sum(scans) as scans from minutes group by minute
        )
        select d.device, (extract(epoch from d.last_at) * 1000000)::bigint as last_at,
          (extract(epoch from u.first_minute) * 1000000)::bigint as first_minute, u.active_minutes, u.scans,
          -- A reader has no minute after its last scan: all of them are the others'.
          (select coalesce(sum(t.scans), 0)::bigint from traffic t where t.minute > d.last_at) as others_since
        from silent d join use u using (device)
        order by d.device`,
    ),

  // By primary key.
  balancesOf: async (cards) =>
    new Map(
      (
        await tx.rows(
          cardRow,
          sql`/* regie:cards */
            select id, coalesce(amount, 0)::numeric(10,2) as amount from public.table_cards where id = any (${cards}::text[])`,
        )
      ).map((row) => [row.id, row.amount]),
    ),

  // By primary key. Those that are missing are few, so they are what is sent.
  existing: async (cards) => {
    const existing = new Set(cards);
    const missing = await tx.rows(
      cardRow.pick({ id: true }),
      sql`/* regie:cards */
        select id from unnest(${cards}::text[]) as asked (id)
        where (select true from public.table_cards c where c.id = asked.id) is null`,
    );
    for (const { id } of missing) existing.delete(id);
    return existing;
  },

  // By primary key.
  chainsOf: async (cards) =>
    new Map(
      (
        await tx.rows(
          chainRow,
          sql`/* regie:chain */
            select card_id, chain_log_id, chain_balance from console.card_ledger
            where card_id = any (${cards}::text[]) and chain_log_id is not null`,
        )
      ).map((row): [string, ChainLink] => [row.card_id, { logId: row.chain_log_id, balance: row.chain_balance }]),
    ),

  keepChains: async (links) => {
    if (links.size === 0) return;
    const entries = [...links];
    await tx.run(sql`/* regie:chain */
      update console.card_ledger l set chain_log_id = c.log_id, chain_balance = c.cents::numeric / 100
      from unnest(
        ${entries.map(([card]) => card)}::text[], ${entries.map(([, link]) => link.logId)}::bigint[],
        ${entries.map(([, link]) => link.balance)}::bigint[]) as c (card_id, log_id, cents)
      where l.card_id = c.card_id`);
  },

  openGapWithin: async (seconds) =>
    (
      await tx.row(
        gapRow,
        sql`/* regie:gaps */
          select min(id) as id from console.watermark_gaps
          where source = 'transactions' and noticed_at > now() - make_interval(secs => ${seconds})`,
      )
    ).id,
});

/** Rows of some cards within a span, of those that are at hand. */
const ofCards = <Row extends TransactionRow | ScanRow>(
  rows: readonly Row[],
  cards: readonly string[],
  { from, to }: Span,
): Row[] => {
  const wanted = new Set<string | null>(cards);
  return rows.filter((row) => row.at >= from && row.at <= to && wanted.has(row.cardId));
};
