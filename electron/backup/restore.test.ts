import { expect, it } from 'vitest';
import { copySessionOn } from '../postgres/copy.ts';
import { readBuildSchema } from '../postgres/schema-state.ts';
import { createTestDatabase } from '../testing/database.ts';
import { readTables } from './contents.ts';
import type { BackupHeader } from './file-format.ts';
import { takeIndexesOff } from './indexes-aside.ts';
import { requireKnownSchema } from './restore.ts';

it('a backup with other migrations than this version, or in another order, is refused and says which', () => {
  const build = readBuildSchema();
  const [first = '', second = '', third = ''] = build.migrations;
  const header: BackupHeader = {
    ...{ festivalId: '3f2b8f0e-0f4e-4b53-9a39-2f3f6f3f1a11', takenAt: '2026-07-03T22:00:00Z', database: 'festival' },
    ...{ serverVersion: '18', migrations: [], functionFiles: [], tables: [] },
  };
  const check = (...migrations: string[]) => requireKnownSchema({ ...header, migrations }, build);
  check(first, second);
  expect(() => check(first, third, second)).toThrow(
    expect.objectContaining({ code: 'other_schema', params: { what: `${third}, ${second}` } }),
  );
});

it('foreign keys and indexes that were taken off come back as the migrations made them', async () => {
  const database = await createTestDatabase();
  const { admin } = database;
  try {
    const shape = async (): Promise<string[]> =>
      (
        await admin.query<{ one: string }>(
          `select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated as one
           from pg_constraint where contype = 'f'
           union all
           select pg_get_indexdef(indexrelid) || indisvalid from pg_index
           where indrelid::regclass::text !~ '^pg_' order by 1`,
        )
      ).rows.map(({ one }) => one);
    const before = await shape();
    await admin.query('begin');
    const session = copySessionOn(admin);
    const { tables } = await readTables(session);
    const putBack = await takeIndexesOff(session, tables);
    const taken = before.filter((one) => !one.includes('PRIMARY KEY') && /foreign key|create index/i.test(one));
    const left = await shape();
    expect(taken.length).toBeGreaterThan(50);
    expect(before.length - left.length).toBeGreaterThan(50);
    await putBack();
    expect(await shape()).toEqual(before);
    await admin.query('rollback');
  } finally {
    await database.close();
  }
});
