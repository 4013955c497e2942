import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type CopySession, openCopySession } from './copy.ts';
import { sql } from './sql.ts';

let database: TestDatabase;
let session: CopySession & { close(): void };

beforeAll(async () => {
  database = await createTestDatabase('empty');
});
afterAll(() => database.close());
beforeEach(async () => {
  session = await openCopySession({ settings: database.adminSettings, applicationName: 'regie/test' });
  return () => session.close();
});

const answers = async (): Promise<unknown> =>
  session.row(z.object({ one: z.number() }), sql`/* regie:test */ select 1 as one`);

/** Rows of every length from none to more than a piece, so that their messages are cut anywhere. */
const ROWS = `select repeat(chr(97 + n % 26), case when n % 997 = 0 then 300000 else n % 1499 end) as text
  from generate_series(0, 12000) as n`;

it('gives every byte once, in order, wherever a message is cut', async () => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of session.copyOut(`copy (${ROWS}) to stdout`)) {
    // A reader that is slower than the server now and then.
    if (bytes % 7 === 0) await new Promise(setImmediate);
    hash.update(piece);
    bytes += piece.length;
  }
  const { rows } = await database.admin.query<{ sha: string; bytes: number }>(
    `select encode(sha256(convert_to(string_agg(text || E'\\n', ''), 'utf8')), 'hex') as sha,
       sum(length(text) + 1)::int as bytes from (${ROWS}) as r`,
  );
  expect({ sha: hash.digest('hex'), bytes }).toEqual(rows[0]);
  await expect(answers()).resolves.toEqual({ one: 1 });
});

it('a table without rows is no piece', async () => {
  for await (const piece of session.copyOut('copy (select 1 where false) to stdout')) expect(piece).toBeUndefined();
  await expect(answers()).resolves.toEqual({ one: 1 });
});

it.each([
  ['in the middle', 'copy (select 1 / (90000 - n) from generate_series(1, 100000) as n) to stdout', 'division by zero'],
  ['at once', 'copy (select nothing) to stdout', 'does not exist'],
])('an error %s is thrown, and the connection can be used again', async (_, text, words) => {
  const read = async (): Promise<void> => {
    for await (const piece of session.copyOut(text)) expect(piece.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow(words);
  await expect(answers()).resolves.toEqual({ one: 1 });
});

it('whoever stops asking leaves a connection that can be used again', async () => {
  for await (const _ of session.copyOut(`copy (select repeat('x', 999) from generate_series(1, 20000)) to stdout`))
    break;
  await expect(answers()).resolves.toEqual({ one: 1 });
});
