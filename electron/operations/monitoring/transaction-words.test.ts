import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactionWordCalls } from '../../../shared/contract/words.ts';
import { wordSchema } from '../../../shared/domain/transaction-words.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { submitAs } from '../../testing/submit.ts';
import { readTransactionWords } from './transaction-words.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Words as a writer gone mad would write them, each with what it is known by. */
const ODD: readonly (readonly [string, string])[] = [
  ['', ''],
  ['  \u00a0', ''],
  ['👍'.repeat(250), '👍'.repeat(200)],
  ['x'.repeat(12_000), 'x'.repeat(200)],
  ['completed\u200b', 'completed\u200b'],
  ['İİ', 'İİ'],
  [`'); drop table t; --`, `'); drop table t; --`],
];

describe('the words of a log', () => {
  it('are read and can be explained, however odd one of them is', async () => {
    for (const [spelling] of ODD) {
      await database.admin.query(
        `insert into console.transaction_words (kind, word, spelling, count, amount, first_at, last_at, example)
         select 'status', console.word_key($1), console.word_of($1), 1, 2, now(), now(), 'log:1'`,
        [spelling],
      );
    }
    const look = async () =>
      transactionWordCalls['transactionWords.look'].output.parse(await readTransactionWords(database.festival)).words;
    const words = await look();
    expect(words).toHaveLength(new Set(ODD.map(([, word]) => word)).size);
    for (const { word } of words) {
      expect(wordSchema.safeParse(word).success).toBe(true);
      const input = { kind: 'status', word, meaning: 'failed', base: 0 } as const;
      expect(await submitAs(database.festival, 'Léa', 'transactionMeanings.set', input)).toMatchObject({
        outcome: 'applied',
      });
    }
    expect((await look()).filter(({ meaning }) => meaning !== 'failed')).toEqual([]);
  });
});
