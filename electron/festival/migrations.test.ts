import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { migrate, migrationNames } from './migrations.ts';

describe('migrations on an empty database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase('empty');
  });
  afterAll(() => database.close());

  it('applies every migration once, and nothing the second time', async () => {
    expect((await migrate({ settings: database.adminSettings })).applied).toEqual(migrationNames());
    expect((await migrate({ settings: database.adminSettings })).applied).toEqual([]);
  });
});
