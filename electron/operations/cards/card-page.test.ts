import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CardTransaction } from '../../../shared/domain/card.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { readCardPage } from './card-page.ts';
import { readCardView } from './card-view.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('a card’s history is paged through to its first row, whatever comes in meanwhile', async () => {
  const insert = (count: number) =>
    database.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       select 'LONG', 'checkpoint_recharge', 'completed', 1, n - 1, n from generate_series(1, $1::int) n`,
      [count],
    );
  await insert(450);
  await database.admin.query(`insert into table_cards (id, amount) values ('LONG', 450)`);
  const card = await readCardView(database.festival, 'LONG');
  const rows: CardTransaction[] = [...card.transactions];
  for (let before: RowId | null = rows.at(-1)?.logId ?? null; before !== null; ) {
    await insert(1);
    const page: Awaited<ReturnType<typeof readCardPage>> = await readCardPage(database.festival, 'LONG', before);
    rows.push(...page.rows);
    before = page.next;
  }
  expect(rows).toHaveLength(450);
  expect(rows.map(({ expectedAfterCents }) => expectedAfterCents)).toEqual(
    Array.from({ length: 450 }, (_, index) => (450 - index) * 100),
  );
  expect(new Set(rows.map(({ logId }) => logId)).size).toBe(450);
});
