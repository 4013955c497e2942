import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { cents, parseCents, toNumeric } from '../../shared/domain/money.ts';
import {
  isMeaningOf,
  type Meaning,
  meaningSchema,
  meaningsOf,
  wordKindSchema,
} from '../../shared/domain/transaction-words.ts';

type Row = {
  readonly type: string | null;
  readonly status: string | null;
  readonly amount: number | null;
  readonly delta: number | null;
};

const OWN_TYPES = ['payout', 'tip', 'voucher', 'pfand', ''] as const;
const OWN_STATUSES = ['ok', 'annulé', 'pending', 'initiated', ''] as const;

/** The same word, as somebody else would write it. */
const written = (word: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', ' ', '\n', '\t ', ' '), fc.boolean(), fc.constantFrom('', ' ', '\r\n'))
    .map(([before, upper, after]) =>
      before.concat(upper ? word.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : word, after),
    );
const word = (words: readonly string[]): fc.Arbitrary<string | null> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...words).chain(written) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
const row: fc.Arbitrary<Row> = fc.record({
  type: word(['stripe_recharge', 'checkpoint_recharge', 'bar_order', 'manual_correction', ...OWN_TYPES]),
  status: word(['completed', 'completed', 'completed', 'failed', ...OWN_STATUSES]),
  amount: fc.option(fc.integer({ min: 0, max: 100_000 }), { freq: 8 }),
  delta: fc.option(fc.integer({ min: -5_000, max: 5_000 })),
});
const some = <Word extends string>(words: readonly Word[], kind: 'type' | 'status') =>
  fc.record(Object.fromEntries(words.map((one) => [one, fc.option(fc.constantFrom(...meaningsOf(kind)))])));

/** The rule of docs/money.md, "Expected balance", in plain words of its own. */
const expectedOf = (
  rows: readonly Row[],
  meanings: { readonly type: Record<string, Meaning | null>; readonly status: Record<string, Meaning | null> },
): number => {
  const plain = (text: string | null): string =>
    (text ?? '').replace(/^[\s ]+|[\s ]+$/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  let expected = 0;
  for (const { type, status, amount, delta } of rows) {
    const [isType, isStatus] = [plain(type), plain(status)];
    if (isStatus !== 'completed' && meanings.status[isStatus] !== 'completed') continue;
    const moved = amount ?? 0;
    if (isType === 'manual_correction') expected += delta ?? 0;
    else if (isType === 'bar_order' || meanings.type[isType] === 'takes') expected -= moved;
    else if (isType.endsWith('_recharge') || meanings.type[isType] === 'adds') expected += moved;
  }
  return expected;
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // Some festivals allow rows without a word.
  await run('alter table app_transaction_log alter transaction_type drop not null, alter status drop not null');
});
afterAll(() => database.close());
const run = (text: string, values: unknown[] = []) => database.admin.query(text, values);

describe('the expected balance', () => {
  it('is what a plain recompute says, whatever the words of the festival mean and however they are written', async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        some(OWN_TYPES, 'type'),
        some(OWN_STATUSES, 'status'),
        async (rows, type, status) => {
          await run('truncate console.transaction_meanings');
          await run('truncate app_transaction_log');
          for (const [kind, meanings] of Object.entries({ type, status })) {
            for (const [name, meaning] of Object.entries(meanings)) {
              if (meaning === null) continue;
              await run(`insert into console.transaction_meanings values ($1, $2, $3, 1, now(), 'Léa')`, [
                kind,
                name,
                meaning,
              ]);
            }
          }
          await run(
            `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, details)
             select 'A', r.type, r.status, r.amount, case when r.delta is not null then jsonb_build_object('ledger_delta', r.delta) end
             from jsonb_to_recordset($1) as r (type text, status text, amount numeric, delta text)`,
            [
              JSON.stringify(
                rows.map(({ amount, delta, ...words }) => ({
                  ...words,
                  amount: amount === null ? null : toNumeric(cents(amount)),
                  delta: delta === null ? null : toNumeric(cents(delta)),
                })),
              ),
            ],
          );
          const { rows: found } = await run(`select console.expected_balance('A')::numeric(12,2)::text as balance`);
          const expected = expectedOf(rows, { type, status });
          expect(parseCents(found[0]?.balance)).toBe(expected);
          if (expected !== 0) counted += 1;
        },
      ),
      { numRuns: 150 },
    );
    // Else it would hold for want of money.
    expect(counted).toBeGreaterThan(30);
  });

  it('knows the meanings that a screen offers, and no other', async () => {
    for (const kind of wordKindSchema.options) {
      for (const meaning of meaningSchema.options) {
        const accepted = await run(`insert into console.transaction_meanings values ($1, 'x', $2, 1, now(), 'Léa')`, [
          kind,
          meaning,
        ])
          .then(() => true)
          .catch(() => false);
        await run(`delete from console.transaction_meanings where word = 'x'`);
        expect([kind, meaning, accepted]).toEqual([kind, meaning, isMeaningOf(kind, meaning)]);
      }
    }
  });
});
