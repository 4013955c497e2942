import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Core, startCore } from './core.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { festivalOf } from './testing/festival.ts';
import { enrolLaptop } from './testing/operators.ts';

let database: TestDatabase;
let core: Core;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await festivalOf(database).card('04AA', 40);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-changed-'));
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection: database.consoleSettings });
  await eventually(async () => expect(await core.call('card.look', { cardId: '04AA' })).toMatchObject({ ok: true }));
});
afterAll(async () => {
  await core.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('says which part of a table is not what it was, and answers again when it is back', async () => {
  const look = () => core.call('card.look', { cardId: '04AA' });
  const rename = (from: string, to: string) =>
    database.admin.query(`alter table app_transaction_log rename ${from} to ${to}`);
  await rename('edge_function_name', 'function_name');
  expect(await look()).toEqual({
    ok: false,
    error: { code: 'festival_tables_changed', params: { message: 'column "edge_function_name" does not exist' } },
  });
  await rename('function_name', 'edge_function_name');
  expect(await look()).toMatchObject({ ok: true });
});
