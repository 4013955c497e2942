import { beforeEach, describe, expect, it } from 'vitest';
import { openFestivalDatabase } from '../../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { aTransaction } from '../../testing/log-rows.ts';
import { SECOND } from '../detector.ts';
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
