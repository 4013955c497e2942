import { z } from 'zod';
import {
  compareIds,
  higherId,
  idBefore,
  LOWEST_ID,
  lowerId,
  type RowId,
  rowIdSchema,
} from '../../../shared/domain/row-id.ts';
import { type CardCopy, COPY_LIMITS, type CopiedCard, type CopyLimits } from '../../buffer/card-copy.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { bigCentsColumn, centsColumn, idColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { toTransaction, transactionColumns } from './card-rows.ts';

/**
 * Keeps the laptop's copy of cards and transactions up to date: by the arrivals that the engine numbers, so that it
 * follows the same tail, late commits and late decisions included (docs/offline.md, "Mirror"). What lies further back
 * is fetched in pages, newest first.
 */
export type CardFollower = {
  /** Takes over what is new, and one page of what is old. @returns whether there is more to fetch at once. */
  copyNext(): Promise<boolean>;
  /** These cards may have changed without a row of the log: they are read again with the next look. */
  refresh(cardIds: readonly string[]): void;
};

/** Rows of one look: they are parsed and written on the main thread, within some 20 ms. */
const BATCH = 500;
/** With so many rows unread, the engine is reading history: the ledger says nothing of today yet. */
const TAIL_BEHIND = 5_000;
/** Rows that may have been committed late below the newest one that was known. */
const LATE_MARGIN = 10_000;

const headRow = z.object({
  last_id: idColumn,
  last_arrival: serialColumn,
  first_kept: serialColumn.nullable(),
  behind: z.boolean(),
  scans_last_id: idColumn,
  scans_last_arrival: serialColumn,
  scans_first_kept: serialColumn.nullable(),
  meanings: serialColumn,
  now: instantColumn,
});
type Head = z.output<typeof headRow>;

const transactionRow = z
  .object({ ...transactionColumns, arrival: serialColumn.nullable(), card_id: z.string(), at: instantColumn })
  .transform((row) => ({
    arrival: row.arrival,
    transaction: { ...toTransaction(row), cardId: row.card_id, at: row.at },
  }));
const scanRow = z
  .object({
    arrival: serialColumn.nullable(),
    scan_log_id: idColumn,
    card_id: z.string().nullable(),
    scan_status: z.string().nullable(),
    device_identifier: z.string().nullable(),
    at: instantColumn,
  })
  .transform((row) => ({
    arrival: row.arrival,
    scan: {
      scanId: row.scan_log_id,
      cardId: row.card_id,
      status: row.scan_status,
      device: row.device_identifier,
      at: row.at,
    },
  }));
const cardRow = z.object({
  card_id: z.string(),
  on_file: z.boolean(),
  amount: centsColumn.nullable(),
  expected_cents: bigCentsColumn,
});

/** How far one log has been copied. `upTo`: what is not newer than this is still to be fetched, above `floor`. */
const positionSchema = z.object({
  arrival: z.int(),
  newest: rowIdSchema,
  upTo: rowIdSchema.nullable(),
  floor: rowIdSchema,
  /** The meanings of the festival's words with which its rows were counted. */
  meanings: z.int().default(0),
});
type Position = z.infer<typeof positionSchema>;

export const createCardFollower = (options: {
  database: FestivalDatabase;
  copy: CardCopy;
  limits?: CopyLimits;
}): CardFollower => {
  const { database, copy, limits = COPY_LIMITS } = options;
  const asked = new Set<string>();

  return {
    refresh: (cardIds) => {
      for (const cardId of cardIds) asked.add(cardId);
    },
    copyNext: async () => {
      const again = [...asked].slice(0, BATCH);
      const found = await database.read(async (tx) => {
        const head = await tx.maybeRow(headRow, HEAD);
        if (head === undefined || head.behind) return undefined;
        const known = copy.position('transactions', positionSchema);
        // Where a word has been explained, copied rows count for something else.
        const transactions = await follow(known?.meanings === head.meanings ? known : undefined, {
          arrival: head.last_arrival,
          firstKept: head.first_kept,
          newest: head.last_id,
          limit: limits.transactions,
          below: (id, rows) => tx.maybeRow(floorRow, transactionBelow(id, rows)),
          meanings: head.meanings,
        });
        const scans = await follow(copy.position('scans', positionSchema), {
          arrival: head.scans_last_arrival,
          firstKept: head.scans_first_kept,
          newest: head.scans_last_id,
          limit: limits.scans,
          below: (id, rows) => tx.maybeRow(floorRow, scanBelow(id, rows)),
          meanings: 0,
        });
        const rows = [...(await arrived(tx, transactions)), ...(await older(tx, transactions))];
        const scanRows = [...(await arrivedScans(tx, scans)), ...(await olderScans(tx, scans))];
        const cardIds = [...new Set([...again, ...rows.map(({ transaction }) => transaction.cardId)])];
        return {
          rows,
          scanRows,
          cards: await readCards(tx, cardIds, head),
          transactions: advanced(
            transactions,
            rows.map(({ arrival, transaction }) => ({ arrival, id: transaction.logId })),
            head.last_id,
          ),
          scans: advanced(
            scans,
            scanRows.map(({ arrival, scan }) => ({ arrival, id: scan.scanId })),
            head.scans_last_id,
          ),
        };
      });
      if (found === undefined) return false;
      copy.store({
        transactions: found.rows.map(({ transaction }) => transaction),
        scans: found.scanRows.map(({ scan }) => scan),
        cards: found.cards,
        positions: { transactions: found.transactions, scans: found.scans },
      });
      for (const cardId of again) asked.delete(cardId);
      return (
        asked.size > 0 || found.transactions.upTo !== null || found.scans.upTo !== null || found.rows.length >= BATCH
      );
    },
  };
};

/**
 * Where to go on. From the start, or where arrivals were cleaned up before this laptop had seen them: with what comes
 * now, and backwards to what is known.
 */
const follow = async (
  known: Position | undefined,
  head: {
    arrival: number;
    firstKept: number | null;
    newest: RowId;
    limit: number;
    meanings: number;
    /** The id below which there are so many rows fewer; ids themselves may lie millions apart. */
    below: (id: RowId, rows: number) => Promise<{ id: RowId } | undefined>;
  },
): Promise<Position> => {
  const missed =
    known !== undefined && known.arrival < head.arrival && (head.firstKept ?? head.arrival) > known.arrival + 1;
  if (known !== undefined && !missed) return known;
  const floorBelow = async (id: RowId, rows: number): Promise<RowId> => (await head.below(id, rows))?.id ?? LOWEST_ID;
  const limit = await floorBelow(head.newest, head.limit);
  const floor = known === undefined ? limit : higherId(limit, await floorBelow(known.newest, LATE_MARGIN));
  // A page that was not fetched yet when the connection was lost is fetched with the rest.
  const unfetched = known?.upTo == null ? floor : lowerId(floor, higherId(limit, known.floor));
  return {
    ...{ arrival: head.arrival, newest: head.newest, upTo: head.newest, floor: unfetched },
    meanings: head.meanings,
  };
};

const advanced = (
  position: Position,
  rows: readonly { arrival: number | null; id: RowId }[],
  newest: RowId,
): Position => {
  const arrival = Math.max(position.arrival, ...rows.map((row) => row.arrival ?? 0));
  if (position.upTo === null) return { ...position, arrival, newest };
  const old = rows.filter((row) => row.arrival === null).map(({ id }) => id);
  const next = old.reduce((lowest, id) => lowerId(lowest, idBefore(id)), position.upTo);
  const fetched = old.length < BATCH || compareIds(next, position.floor) <= 0;
  return { ...position, arrival, newest, upTo: fetched ? null : next };
};

const floorRow = z.object({ id: idColumn });

// Once when a laptop begins its copy or has been away for long: as many entries of the primary key as rows are kept.
const transactionBelow = (id: RowId, rows: number) => sql`/* regie:copy */
  select log_id as id from public.app_transaction_log where log_id <= ${id} order by log_id desc limit 1 offset ${rows}`;
const scanBelow = (id: RowId, rows: number) => sql`/* regie:copy */
  select scan_log_id as id from public.nfc_scan_log where scan_log_id <= ${id} order by scan_log_id desc limit 1 offset ${rows}`;

const HEAD = sql`/* regie:copy */
  select t.last_id, t.last_arrival, (select min(arrival) from console.recent_transactions) as first_kept,
    (select count(*) > ${TAIL_BEHIND} from (
      select from public.app_transaction_log l where l.log_id > t.last_id limit ${TAIL_BEHIND + 1}) as unread) as behind,
    s.last_id as scans_last_id, s.last_arrival as scans_last_arrival,
    (select min(arrival) from console.recent_scans) as scans_first_kept,
    -- With which the ledger is counted by now.
    (select recounted from console.meaning_version) as meanings, clock_timestamp() as now
  from console.watermarks t, console.watermarks s
  where t.source = 'transactions' and s.source = 'scans'`;

const arrived = (tx: Transaction, position: Position) =>
  tx.fittingRows(
    transactionRow,
    sql`/* regie:copy */
      select r.arrival, t.log_id, console.key_of(t.card_id) as card_id, t.transaction_id::text as transaction_id, console.type_word(console.word_of(t.transaction_type)) as transaction_type,
        console.known_status(console.word_of(t.status)) as status, console.amount_of(t.amount_involved) as amount_involved,
        console.amount_of(t.previous_balance) as previous_balance, console.amount_of(t.new_balance) as new_balance,
        console.ledger_amount(console.word_of(t.transaction_type), console.word_of(t.status), console.amount_of(t.amount_involved),
          console.json_of(t.details)) as ledger_amount,
        coalesce(console.word_of(console.json_of(t.details) ->> 'point_of_sale'), console.word_of(t.edge_function_name)) as point_of_sale,
        case when console.type_word(console.word_of(t.transaction_type)) = 'manual_correction' then console.json_of(t.details) ->> 'kind' end as correction_kind,
        case when console.type_word(console.word_of(t.transaction_type)) = 'manual_correction' then console.json_of(t.details) ->> 'note' end as note,
        case when r.stated_at is null then coalesce(console.time_of(t.timestamp), r.occurred_at) else r.occurred_at end as at
      from console.recent_transactions r join public.app_transaction_log t using (log_id)
      where r.arrival > ${position.arrival}
      order by r.arrival
      limit ${BATCH}`,
    { name: 'transactions', id: 'log_id' },
  );

const older = async (tx: Transaction, position: Position) =>
  position.upTo === null
    ? []
    : tx.fittingRows(
        transactionRow,
        sql`/* regie:copy */
          select null as arrival, log_id, console.key_of(card_id) as card_id, transaction_id::text as transaction_id, console.type_word(console.word_of(transaction_type)) as transaction_type,
        console.known_status(console.word_of(status)) as status, console.amount_of(amount_involved) as amount_involved,
        console.amount_of(previous_balance) as previous_balance, console.amount_of(new_balance) as new_balance,
        console.ledger_amount(console.word_of(transaction_type), console.word_of(status), console.amount_of(amount_involved),
          console.json_of(details)) as ledger_amount,
        coalesce(console.word_of(console.json_of(details) ->> 'point_of_sale'), console.word_of(edge_function_name)) as point_of_sale,
        case when console.type_word(console.word_of(transaction_type)) = 'manual_correction' then console.json_of(details) ->> 'kind' end as correction_kind,
        case when console.type_word(console.word_of(transaction_type)) = 'manual_correction' then console.json_of(details) ->> 'note' end as note,
            coalesce(console.time_of(timestamp), 'epoch') as at
          from public.app_transaction_log
          where log_id <= ${position.upTo} and log_id > ${position.floor}
          order by log_id desc
          limit ${BATCH}`,
        { name: 'transactions', id: 'log_id' },
      );

const arrivedScans = (tx: Transaction, position: Position) =>
  tx.fittingRows(
    scanRow,
    sql`/* regie:copy */
      select arrival, scan_log_id, card_id, scan_status, device_identifier, occurred_at as at
      from console.recent_scans where arrival > ${position.arrival} order by arrival limit ${BATCH}`,
    { name: 'scans', id: 'scan_log_id' },
  );

const olderScans = async (tx: Transaction, position: Position) =>
  position.upTo === null
    ? []
    : tx.fittingRows(
        scanRow,
        sql`/* regie:copy */
          select null as arrival, scan_log_id, console.key_of(card_id_scanned) as card_id,
            console.word_of(scan_status) as scan_status, console.key_of(device_identifier) as device_identifier,
            coalesce(console.time_of(scan_timestamp), 'epoch') as at
          from public.nfc_scan_log
          where scan_log_id <= ${position.upTo} and scan_log_id > ${position.floor}
          order by scan_log_id desc
          limit ${BATCH}`,
        { name: 'scans', id: 'scan_log_id' },
      );

/** What the cards have, and should have: the ledger, and the few rows that the engine has not read yet. */
const readCards = async (tx: Transaction, cardIds: readonly string[], head: Head): Promise<CopiedCard[]> => {
  if (cardIds.length === 0) return [];
  const cards = await tx.fittingRows(
    cardRow,
    sql`/* regie:copy */
      with unread as (
        select card_id, sum(console.ledger_amount(console.word_of(transaction_type), console.word_of(status),
          console.amount_of(amount_involved), console.json_of(details))) as amount
        from public.app_transaction_log
        where log_id > ${head.last_id} and card_id = any (${cardIds}::text[])
        group by card_id)
      select wanted.card_id, c.id is not null as on_file, console.amount_of(c.amount) as amount,
        (coalesce(l.expected_cents, 0) + round(coalesce(u.amount, 0) * 100))::bigint as expected_cents
      from unnest(${cardIds}::text[]) as wanted (card_id)
      left join public.table_cards c on c.id = wanted.card_id
      left join console.card_ledger l on l.card_id = wanted.card_id
      left join unread u on u.card_id = wanted.card_id`,
    { name: 'cards', id: 'card_id' },
  );
  return cards.map((card) => ({
    cardId: card.card_id,
    onFile: card.on_file,
    actualCents: card.amount,
    expectedCents: card.expected_cents,
    at: head.now,
  }));
};
