import { beforeEach, describe, expect, it } from 'vitest';
import { openFestivalDatabase } from '../../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { aScan, aTransaction } from '../../testing/log-rows.ts';
import { createRandom } from '../../training/random.ts';
import { createRecorded } from '../backtest/recorded.ts';
import { type ArrivalDetector, type Lookback, type ScanRow, SECOND, type TransactionRow } from '../detector.ts';
import { concurrentTransactionDetection } from '../detectors/concurrent-transaction-detection.ts';
import { duplicateCharge } from '../detectors/duplicate-charge.ts';
import { temporalDuplicateDetection } from '../detectors/temporal-duplicate-detection.ts';
import { lookbackIn } from './lookback.ts';

let database: TestDatabase;

const ROWS = 5_000;
const CARDS_ASKED = 200;
const RUNS = 8;
const NOTHING_NEW = { arrived: { transactions: [], scans: [] }, before: { transactions: ROWS, scans: ROWS } };

beforeEach(async () => {
  database = await createTestDatabase();
  // One row a card, all within the last minute.
  await database.admin.query(
    `insert into console.recent_transactions (arrival, log_id, card_id, transaction_type, status, occurred_at)
     select i, i, 'C' || i, 'bar_order', 'completed', to_timestamp(1000 + i / 100.0) from generate_series(1, $1::int) as i`,
    [ROWS],
  );
  // What once tempted the planner to read the whole span.
  await database.admin.query('create index on console.recent_transactions (occurred_at)');
  await database.admin.query('analyze console.recent_transactions');
  // Making the index has read every row, which the server would count only some time later.
  await database.admin.query('select pg_stat_force_next_flush()');
  return () => database.close();
});

const cards = (count: number): string[] => Array.from({ length: count }, (_, index) => `C${index + 1}`);
const minute = { from: 1_000 * SECOND, to: 1_060 * SECOND };

/** Rows of the arrivals that anybody has read so far, by an index or without one. */
const rowsRead = async (): Promise<number> => {
  const { rows } = await database.admin.query(
    `select seq_tup_read + idx_tup_fetch as read from pg_stat_user_tables where relid = 'console.recent_transactions'::regclass`,
  );
  return Number(rows[0]?.read);
};

describe('a lookback', () => {
  it('is read a card at a time, though the rows of all cards lie in the span', async () => {
    const before = await rowsRead();
    const own = openFestivalDatabase({ settings: database.consoleSettings, applicationName: 'regie/test', size: 1 });
    // From the sixth time on the plan no longer knows how many cards are asked for.
    for (let run = 0; run < RUNS; run += 1) {
      const rows = await own.read((tx) => lookbackIn(tx, NOTHING_NEW).transactionsOfCards(cards(CARDS_ASKED), minute));
      expect(rows).toHaveLength(CARDS_ASKED);
    }
    // A session tells what it has read when it ends.
    await own.close();
    await expect.poll(rowsRead).toBeGreaterThan(before);
    expect((await rowsRead()) - before).toBeLessThan(2 * RUNS * CARDS_ASKED);
  });

  it('holds what has just arrived, once and in the order of time', async () => {
    const late = aTransaction({ arrival: ROWS + 1, logId: 9_001, cardId: 'C2', at: 1_000.015 * SECOND });
    const early = aTransaction({ arrival: ROWS + 2, logId: 9_002, cardId: 'C2', at: 1_000 * SECOND });
    const ofAnother = aTransaction({ arrival: ROWS + 3, logId: 9_003, cardId: 'X', at: 1_000 * SECOND });
    const reading = { ...NOTHING_NEW, arrived: { transactions: [late, early, ofAnother], scans: [] } };
    const rows = await database.festival.read((tx) =>
      lookbackIn(tx, reading).transactionsOfCards(['C1', 'C2'], minute),
    );
    expect(rows.map(({ logId }) => logId)).toEqual(['9002', '1', '9001', '2']);
  });
});

const DETECTORS: readonly ArrivalDetector[] = [
  concurrentTransactionDetection,
  duplicateCharge,
  temporalDuplicateDetection,
];
const BEGAN = 1_700_000_000 * SECOND;

/** What three detectors find in new rows with a lookback, and with one that knows every row. */
const findingsWith = async (lookback: Lookback, rows: { transactions: TransactionRow[]; scans: ScanRow[] }) => {
  const found = [];
  for (const detector of DETECTORS) {
    const settings = detector.settings.parse({});
    const { findings } = await detector.detect({
      ...rows,
      lookback,
      settings,
      now: BEGAN + 3_600 * SECOND,
      state: null,
    });
    found.push(...findings);
  }
  return found.map(({ key, fingerprint, severity }) => `${key} ${severity} ${fingerprint}`).sort();
};

describe('neighbours of new rows', () => {
  it('are all that detectors need, wherever the log was cut and however late a row came', async () => {
    const random = createRandom(11);
    const number = (below: number) => random.between(0, below - 1);
    let found = 0;
    for (let round = 0; round < 40; round += 1) {
      // A few cards that come back, and many that are alone; now and then within the same seconds.
      const cards = 4 + number(20);
      const at = () => BEGAN + (number(6) * 60 + number(12)) * SECOND + number(3) * 499_999;
      const card = () => `card-${number(cards)}`;
      const transactions = Array.from({ length: 30 }, (_, index) =>
        aTransaction({
          ...{ arrival: index + 1, logId: index + 1, cardId: card(), at: at(), amount: 100 + number(2) },
          ...{ type: number(8) === 0 ? 'manual_correction' : 'bar_order', pointOfSale: `Bar ${number(3)}` },
          ...{ status: number(6) === 0 ? 'failed' : 'completed', requestId: number(3) === 0 ? null : `r${number(6)}` },
          ...{ previous: 1_000, next: 900 - number(3) },
        }),
      );
      const scans = Array.from({ length: 30 }, (_, index) =>
        aScan({
          ...{ arrival: index + 1, scanId: index + 1, cardId: number(9) === 0 ? null : card(), at: at() },
          status: number(5) === 0 ? 'failure' : 'success',
        }),
      );
      await database.admin.query('truncate console.recent_transactions, console.recent_scans');
      await database.admin.query(
        `insert into console.recent_transactions (arrival, log_id, card_id, transaction_type, status, amount_involved,
           previous_balance, new_balance, point_of_sale, client_request_id, occurred_at)
         select "arrival", "logId"::bigint, "cardId", type, status, amount / 100.0, previous / 100.0, next / 100.0,
           "pointOfSale", "requestId", timestamptz 'epoch' + at * interval '1 microsecond'
         from jsonb_to_recordset($1) as r ("arrival" int, "logId" text, "cardId" text, type text, status text,
           amount numeric, previous numeric, next numeric, "pointOfSale" text, "requestId" text, at bigint)`,
        [JSON.stringify(transactions)],
      );
      await database.admin.query(
        `insert into console.recent_scans (arrival, scan_log_id, card_id, scan_status, device_identifier, occurred_at)
         select "arrival", "scanId"::bigint, "cardId", status, device, timestamptz 'epoch' + at * interval '1 microsecond'
         from jsonb_to_recordset($1) as r ("arrival" int, "scanId" text, "cardId" text, status text, device text, at bigint)`,
        [JSON.stringify(scans)],
      );
      // Now and then the scans have been read long before.
      const before = { transactions: number(30), scans: number(2) === 0 ? 30 : number(30) };
      const arrived = {
        transactions: transactions.slice(before.transactions),
        scans: scans.slice(before.scans),
      };
      const recorded = createRecorded(async (cards) => new Set(cards));
      recorded.add({ transactions, scans });
      // Every card is looked at.
      const scannedTwice = async () => new Set(scans.flatMap(({ cardId }) => cardId ?? []));
      const expected = await findingsWith({ ...recorded.lookback(), scannedTwice }, arrived);
      const live = await database.festival.read((tx) => findingsWith(lookbackIn(tx, { arrived, before }), arrived));
      expect(live, `round ${round}`).toEqual(expected);
      found += expected.length;
    }
    expect(found).toBeGreaterThan(80);
  });

  it('are read of no card that has none', async () => {
    const alone = aTransaction({ arrival: ROWS + 1, logId: 9_001, cardId: 'C2', at: 1_040 * SECOND });
    const near = aTransaction({ arrival: ROWS + 2, logId: 9_002, cardId: 'C3', at: 1_020 * SECOND });
    const rows = [alone, near];
    const reading = { ...NOTHING_NEW, arrived: { transactions: rows, scans: [] } };
    const found = await database.festival.read((tx) =>
      lookbackIn(tx, reading).neighbours(rows, { within: 30 * SECOND, request: 120 * SECOND }),
    );
    expect(found.map(({ logId }) => logId)).toEqual(['3', '9002']);
  });
});
