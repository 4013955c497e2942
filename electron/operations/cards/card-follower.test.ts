import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { type CardCopy, createCardCopy } from '../../buffer/card-copy.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { createTestEngine } from '../../testing/engine.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitAs } from '../../testing/submit.ts';
import { type CardFollower, createCardFollower } from './card-follower.ts';
import { readCardView } from './card-view.ts';

const LIMITS = { transactions: 6_000, scans: 6_000 };

let database: TestDatabase;
let folder: string;
let buffer: Buffer;
let copy: CardCopy;
let follower: CardFollower;
const errors: unknown[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-copy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  database = await borrowTestDatabase();
  buffer = openBuffer(join(folder, `${process.hrtime.bigint()}.sqlite`), 'mirror');
  copy = createCardCopy(buffer, LIMITS);
  follower = createCardFollower({ database: database.festival, copy, limits: LIMITS });
});
afterEach(async () => {
  expect(errors.splice(0)).toEqual([]);
  buffer.close();
  await database.close();
});

const run = (text: string) => database.admin.query(text);
const cycle = () => createTestEngine({ database, errors }).runCycle('critical');
const follow = async (): Promise<void> => {
  while (await follower.copyNext());
};
/** The copy says what the festival says, and when it was so. */
const expectEqual = async (cardId: string): Promise<void> => {
  const { at: _, ...today } = await readCardView(database.festival, cardId);
  const { at: __, ...known } = copy.card(cardId) ?? { at: '' };
  expect(known).toEqual(today);
};

const orders = (cards: number, rows: number, before = 0) => `
  insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
  select 'C' || (n % ${cards}), case n % 3 when 0 then 'stripe_recharge' else 'bar_order' end, 'completed', 3, 0, 0,
    now() - interval '1 hour' + n * interval '10 milliseconds'
  from generate_series(${before + 1}, ${before + rows}) as n`;
/** Comes to the festival over several cycles: none of them has so much to do that a bound of the pool ends it. */
const ordersInCycles = async (cards: number, rows: number): Promise<void> => {
  const A_CYCLE = 3_000;
  for (let before = 0; before < rows; before += A_CYCLE) {
    await run(orders(cards, Math.min(A_CYCLE, rows - before), before));
    await cycle();
  }
};

describe('the laptop’s copy of cards', () => {
  it('has whole histories, with new rows, late decisions and corrections', async () => {
    await run(`insert into table_cards (id, amount) select 'C' || n, n from generate_series(0, 49) as n`);
    await run(orders(50, 1_200));
    await run(`insert into nfc_scan_log (card_id_scanned, scan_status, scan_timestamp)
      select 'C' || (n % 50), 'success', now() - interval '2 hours' + n * interval '1 second' from generate_series(1, 700) as n`);
    await cycle();
    await follow();
    for (const cardId of ['C0', 'C7', 'C49']) await expectEqual(cardId);
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
      values ('C7', 'bar_order', 'pending', 2, 7, 5)`);
    await run(`update table_cards set amount = 5 where id = 'C7'`);
    await cycle();
    await follow();
    await expectEqual('C7');
    await run(`update app_transaction_log set status = 'completed' where status = 'pending'`);
    await cycle();
    await follow();
    await expectEqual('C7');
  });

  it('counts what it has copied anew when a word of the festival is explained', async () => {
    await run(`insert into table_cards (id, amount) select 'C' || n, n from generate_series(0, 9) as n`);
    await run(orders(10, 700));
    await run(`update app_transaction_log set transaction_type = 'Payout ' where log_id in (7, 600)`);
    await cycle();
    await follow();
    expect(copy.card('C7')?.transactions.map(({ type }) => type)).toContain('payout');
    await expectEqual('C7');
    const input = { kind: 'type', word: 'payout', meaning: 'takes', base: 0 } as const;
    await submitAs(database.festival, 'Léa', 'transactionMeanings.set', input);
    const engine = createTestEngine({ database, errors });
    await engine.recompute();
    await follow();
    for (const cardId of ['C7', 'C0']) await expectEqual(cardId);
    expect(copy.card('C7')?.transactions.find(({ type }) => type === 'payout')?.ledgerCents).toBe(-300);
  });

  it('shows what a card should hold although the engine has not read its last rows', async () => {
    await run(`insert into table_cards (id, amount) values ('C1', 30)`);
    await run(orders(2, 20));
    await cycle();
    await follow();
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
      values ('C1', 'stripe_recharge', 'completed', 12.5, 0, 0)`);
    follower.refresh(['C1']);
    await follow();
    const today = await readCardView(database.festival, 'C1');
    expect(copy.card('C1')?.expectedCents).toBe(today.expectedCents);
  });

  it('keeps the newest rows within its limit, and marks an incomplete history', async () => {
    await run(`insert into table_cards (id, amount) values ('C1', 30)`);
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
      values ('C1', 'stripe_recharge', 'completed', 30, 0, 30, now() - interval '3 hours')`);
    await ordersInCycles(900, 18_000);
    await follow();
    const { transactions, oldestLogId } = copy.counts();
    expect(transactions).toBe(LIMITS.transactions);
    expect(oldestLogId).toBe(String(18_001 - LIMITS.transactions + 1));
    expect(copy.card('C1')?.complete).toBe(false);
    expect(copy.card('C1')?.transactions).toHaveLength(6);
    await ordersInCycles(900, 12_000);
    await follow();
    const after = copy.counts();
    expect(after.transactions).toBeLessThanOrEqual(LIMITS.transactions + 5_000);
    expect(Number(after.oldestLogId)).toBeGreaterThan(18_001);
  });

  it('catches up after an outage so long that the arrivals were cleaned up', async () => {
    await run(`insert into table_cards (id, amount) select 'C' || n, 30 from generate_series(0, 9) as n`);
    await run(orders(10, 400));
    await cycle();
    await follow();
    await run(orders(10, 900));
    await cycle();
    await run('delete from console.recent_transactions');
    await run(orders(10, 50));
    await cycle();
    await follow();
    expect(copy.counts().transactions).toBe(1_350);
    for (const cardId of ['C0', 'C9']) {
      follower.refresh([cardId]);
      await follow();
      await expectEqual(cardId);
    }
  });

  it('goes on where it was when it is stopped in the middle of the first copy', async () => {
    await run(orders(10, 2_600));
    await cycle();
    await follower.copyNext();
    await follower.copyNext();
    expect(copy.counts().transactions).toBe(1_000);
    follower = createCardFollower({
      database: database.festival,
      copy: createCardCopy(buffer, LIMITS),
      limits: LIMITS,
    });
    await follow();
    expect(copy.counts().transactions).toBe(2_600);
  });
});
