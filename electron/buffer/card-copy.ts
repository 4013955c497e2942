import { z } from 'zod';
import {
  type CardScan,
  type CardTransaction,
  type CardView,
  cardScanSchema,
  cardTransactionSchema,
  SCANS_SHOWN,
  TRANSACTIONS_SHOWN,
} from '../../shared/domain/card.ts';
import { cents, centsSchema, subtractCents, ZERO } from '../../shared/domain/money.ts';
import { type RowId, rowIdSchema } from '../../shared/domain/row-id.ts';
import type { Buffer } from './buffer.ts';

/** A transaction of the festival's log without what follows from its neighbours. */
export const copiedTransactionSchema = cardTransactionSchema.omit({ expectedAfterCents: true });
export type CopiedTransaction = z.infer<typeof copiedTransactionSchema>;

/** What a card had, and should have had, at an instant. */
export type CopiedCard = {
  readonly cardId: string;
  /** Whether table_cards has it. */
  readonly onFile: boolean;
  /** Null where its amount is NULL. */
  readonly actualCents: number | null;
  readonly expectedCents: number;
  readonly at: string;
};

/** The laptop's copy of the festival's cards: the newest transactions up to a limit (docs/offline.md, "Mirror"). */
export type CardCopy = {
  /** Stores new and changed rows, and removes the oldest where there are too many. One transaction. */
  store(rows: {
    transactions?: readonly (CopiedTransaction & { cardId: string })[];
    scans?: readonly (CardScan & { cardId: string | null })[];
    cards?: readonly CopiedCard[];
    positions?: Readonly<Record<string, unknown>>;
  }): void;
  position<S extends z.ZodType>(name: string, schema: S): z.output<S> | undefined;
  /** Whether the laptop has a card of this id. */
  has(cardId: string): boolean;
  /** The card as last copied; undefined where there is no copy. Alerts and what waits are added by the caller. */
  card(cardId: string): Omit<CardView, 'alerts' | 'waiting'> | undefined;
  /** Ids of cards on file that end like one of these patterns, without blanks, colons and dashes, in upper case. */
  endingLike(patterns: readonly string[]): string[];
  /** The newest transactions, with their cards. */
  newest(limit: number): (CopiedTransaction & { readonly cardId: string })[];
  counts(): { transactions: number; scans: number; cards: number; oldestLogId: RowId | null };
};

export type CopyLimits = { readonly transactions: number; readonly scans: number };

/** The newest 500,000 rows. Scans are shown for the last days only. */
export const COPY_LIMITS: CopyLimits = { transactions: 500_000, scans: 200_000 };

/** The limit may be passed by so many rows before the oldest are removed, so that it is looked up once for as many. */
const SLACK = 5_000;

/** So many ids are a choice; of more, somebody types more. */
const ENDINGS_FOUND = 11;

const cardRow = z.object({
  on_file: z.int(),
  actual_cents: centsSchema.nullable(),
  expected_cents: centsSchema,
  at: z.string(),
});
const idRow = z.object({ card_id: z.string() });
const newestRow = z.object({ card_id: z.string(), row: z.string() });
const textRow = z.object({ row: z.string() });
const valueRow = z.object({ value: z.string() });
const countsRow = z.object({
  transactions: z.int(),
  scans: z.int(),
  cards: z.int(),
  oldestLogId: rowIdSchema.nullable(),
});

export const createCardCopy = (buffer: Buffer, limits: CopyLimits = COPY_LIMITS): CardCopy => {
  const putTransaction = buffer.prepare(`
    insert into mirror_transactions (log_id, card_id, row) values (?, ?, ?)
    on conflict (log_id) do update set card_id = excluded.card_id, row = excluded.row`);
  const putScan = buffer.prepare(`
    insert into mirror_scans (scan_id, card_id, row) values (?, ?, ?)
    on conflict (scan_id) do update set card_id = excluded.card_id, row = excluded.row`);
  const putCard = buffer.prepare(`
    insert into mirror_cards (card_id, on_file, actual_cents, expected_cents, at) values (?, ?, ?, ?, ?)
    on conflict (card_id) do update set on_file = excluded.on_file, actual_cents = excluded.actual_cents,
      expected_cents = excluded.expected_cents, at = excluded.at`);
  const putPosition = buffer.prepare(`
    insert into mirror_positions (name, value) values (?, ?) on conflict (name) do update set value = excluded.value`);
  const selectPosition = buffer.prepare('select value from mirror_positions where name = ?');
  const dropTransactions = buffer.prepare(`
    delete from mirror_transactions where log_id <= (
      select log_id from mirror_transactions order by log_id desc limit 1 offset ${limits.transactions})`);
  const dropScans = buffer.prepare(`
    delete from mirror_scans where scan_id <= (
      select scan_id from mirror_scans order by scan_id desc limit 1 offset ${limits.scans})`);
  const selectCard = buffer.prepare(
    'select on_file, actual_cents, expected_cents, at from mirror_cards where card_id = ?',
  );
  const selectTransactions = buffer.prepare(
    'select row from mirror_transactions where card_id = ? order by log_id desc',
  );
  const selectScans = buffer.prepare(
    `select row from mirror_scans where card_id = ? order by scan_id desc limit ${SCANS_SHOWN}`,
  );
  const selectNewest = buffer.prepare('select card_id, row from mirror_transactions order by log_id desc limit ?');
  const selectEnding = buffer.prepare(`
    select card_id from mirror_cards
    where on_file = 1
      and exists (select 1 from json_each(?) where
        replace(replace(replace(upper(card_id), ' ', ''), ':', ''), '-', '') like value escape '\\')
    order by length(card_id), card_id limit ${ENDINGS_FOUND}`);
  const selectCounts = buffer.prepare(`
    select (select count(*) from mirror_transactions) as transactions, (select count(*) from mirror_scans) as scans,
      (select count(*) from mirror_cards) as cards, (select cast(min(log_id) as text) from mirror_transactions) as oldestLogId`);
  let sinceTrim = SLACK;

  return {
    store: buffer.transaction(({ transactions = [], scans = [], cards = [], positions = {} }) => {
      for (const { cardId, ...transaction } of transactions) {
        putTransaction.run(transaction.logId, cardId, JSON.stringify(transaction));
      }
      for (const { cardId, ...scan } of scans) putScan.run(scan.scanId, cardId, JSON.stringify(scan));
      for (const card of cards) {
        putCard.run(card.cardId, card.onFile ? 1 : 0, card.actualCents, card.expectedCents, card.at);
      }
      for (const [name, value] of Object.entries(positions)) putPosition.run(name, JSON.stringify(value));
      sinceTrim += transactions.length + scans.length;
      if (sinceTrim < SLACK) return;
      sinceTrim = 0;
      dropTransactions.run();
      dropScans.run();
    }),
    position: (name, schema) => {
      const found = valueRow.optional().parse(selectPosition.get(name));
      return found && schema.parse(JSON.parse(found.value));
    },
    has: (cardId) => selectCard.get(cardId) !== undefined,
    card: (cardId) => {
      const copied = cardRow.optional().parse(selectCard.get(cardId));
      if (copied === undefined) return undefined;
      const rows = z
        .array(textRow)
        .parse(selectTransactions.all(cardId))
        .map(({ row }) => copiedTransactionSchema.parse(JSON.parse(row)));
      const actual = copied.actual_cents ?? ZERO;
      return {
        cardId,
        exists: copied.on_file === 1,
        amountMissing: copied.on_file === 1 && copied.actual_cents === null,
        actualCents: actual,
        expectedCents: copied.expected_cents,
        discrepancyCents: subtractCents(actual, copied.expected_cents),
        transactions: withExpected(rows, copied.expected_cents).slice(0, TRANSACTIONS_SHOWN),
        transactionCount: rows.length,
        scans: z
          .array(textRow)
          .parse(selectScans.all(cardId))
          .map(({ row }) => cardScanSchema.parse(JSON.parse(row))),
        // The history adds up to what is expected only where no row of it is missing.
        complete: rows.reduce((sum, row) => sum + row.ledgerCents, 0) === copied.expected_cents,
        at: copied.at,
      };
    },
    endingLike: (patterns) =>
      patterns.length === 0
        ? []
        : z
            .array(idRow)
            .parse(selectEnding.all(JSON.stringify(patterns)))
            .map(({ card_id }) => card_id),
    newest: (limit) =>
      z
        .array(newestRow)
        .parse(selectNewest.all(limit))
        .map(({ card_id: cardId, row }) => ({ ...copiedTransactionSchema.parse(JSON.parse(row)), cardId })),
    counts: () => countsRow.parse(selectCounts.get()),
  };
};

/** The expected balance after each row, counted back from today's. Rows are newest first. */
const withExpected = (rows: readonly CopiedTransaction[], expectedCents: number): CardTransaction[] => {
  let after = expectedCents;
  return rows.map((row) => {
    const own = { ...row, expectedAfterCents: cents(after) };
    after -= row.ledgerCents;
    return own;
  });
};
