import { expect, it } from 'vitest';
import { createTestDatabase } from '../../testing/database.ts';
import { engineWorld } from '../../testing/engine-world.ts';
import { submitTo } from '../../testing/submit.ts';

const world = engineWorld(createTestDatabase);
const CARDS = 5_000;
const TABLES = [
  'public.table_cards',
  'public.monitoring_events',
  'public.alert_history',
  'console.alerts',
  'console.findings',
  'console.timeline',
  'console.card_ledger',
];

const run = (text: string) => world.database.admin.query(text);
const count = async (text: string) => Number((await run(`select count(*) from ${text}`)).rows[0].count);

/**
 * What the server says of a table that it looked at while the transaction that filled it was under way: many pages, no row.
 * Without this, the statements of one cycle take longer than any of them may.
 */
const forgetRows = () =>
  run(`
    update pg_class set relpages = greatest(relpages, 1), reltuples = 0 where oid = any (array['${TABLES.join("', '")}']::regclass[]);
    delete from pg_statistic where starelid = any (array['${TABLES.join("', '")}']::regclass[])`);

it('thousands of findings are written, acknowledged, change and clear while the server takes their tables for empty', async () => {
  for (const table of TABLES) await run(`alter table ${table} set (autovacuum_enabled = off)`);
  await run(`insert into table_cards (id, amount) select 'C' || n, 100 from generate_series(1, ${CARDS}) as n`);
  await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
    select id, 'checkpoint_recharge', 'completed', 100, 0, 100 from table_cards`);
  await run('analyze');
  await world.compareTwice();
  await run('update table_cards set amount = 90');
  await forgetRows();
  await world.compareTwice();
  expect(await count(`monitoring_events where detection_algorithm = 'balance_mismatch_detection'`)).toBe(CARDS);

  const { rows } = await run('select event_id from console.alerts where storm is not null');
  await forgetRows();
  const submit = submitTo(() => world.database.festival);
  expect(await submit('alert.acknowledge', { eventId: rows[0].event_id })).toMatchObject({ outcome: 'applied' });
  expect(await count('console.alerts where acknowledged_at is not null')).toBe(CARDS);

  await run('update table_cards set amount = 80');
  await forgetRows();
  await world.compareTwice();
  expect(await count('monitoring_events where affected_amount = 20')).toBe(CARDS);

  await run('update table_cards set amount = 100');
  await forgetRows();
  await world.compareTwice();
  expect(await count('console.alerts where cleared_at is null')).toBe(0);
});
