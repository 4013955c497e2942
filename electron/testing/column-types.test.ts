import { expect, it } from 'vitest';
import { z } from 'zod';
import { countColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { borrowTestDatabase } from './reused-database.ts';

it('a column that could never fit its schema is told where all it holds is NULL, or no row came', async () => {
  const database = await borrowTestDatabase();
  const row = z.object({ count: countColumn.nullable() });
  const ask = (statement: ReturnType<typeof sql>) => database.festival.read((tx) => tx.rows(row, statement));
  await expect(ask(sql`select null::int as count`)).rejects.toThrow('count: Invalid input: expected string');
  await expect(ask(sql`select 1 as count where false`)).rejects.toThrow('count: Invalid input: expected string');
  expect(await ask(sql`select null::bigint as count`)).toEqual([{ count: null }]);
  await database.close();
});
