import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { aCorrection, applyCorrection, type Correction } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { approve, propose } from '../../electron/testing/proposals.ts';
import { submitAs } from '../../electron/testing/submit.ts';
import { cents, parseCents, toNumeric } from '../../shared/domain/money.ts';

/** What happens at a festival, amounts in cents; `card` is one of three. */
type Happening =
  | {
      readonly is: 'recharge' | 'order' | 'failed_order_that_takes' | 'silent_change';
      readonly card: number;
      readonly amount: number;
    }
  | {
      readonly is: 'correction';
      readonly card: number;
      readonly kind: 'restore_card' | 'record_missing' | 'goodwill' | 'opening_balance';
      /** Of the discrepancy, in per cent; or cents for goodwill. */
      readonly part: number;
      /** The operator's figures are off by so much. */
      readonly stale: number;
    }
  /** The same as a proposal, approved at once by somebody else, by its author, or by two at the same moment. */
  | { readonly is: 'proposal'; readonly card: number; readonly amount: number; readonly by: 'Noé' | 'Léa' | 'two' }
  | { readonly is: 'undo'; readonly which: number; readonly stale: number }
  | { readonly is: 'repeat'; readonly which: number };

const card = fc.nat(2);
const amount = fc.integer({ min: 1, max: 6_000 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: fc.constantFrom('recharge' as const, 'order' as const), card, amount }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('failed_order_that_takes' as const), card, amount }) },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('silent_change' as const),
      card,
      amount: fc.integer({ min: -3_000, max: 3_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('correction' as const),
      card,
      kind: fc.constantFrom(
        'restore_card' as const,
        'record_missing' as const,
        'goodwill' as const,
        'opening_balance' as const,
      ),
      part: fc.oneof({ weight: 3, arbitrary: fc.constant(100) }, fc.integer({ min: -20, max: 150 })),
      stale: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -5, max: 5 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('proposal' as const),
      card,
      amount: fc.integer({ min: -8_000, max: 12_000 }),
      by: fc.constantFrom('Noé' as const, 'Noé' as const, 'Léa' as const, 'two' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('undo' as const),
      which: fc.nat(20),
      stale: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -5, max: 5 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('repeat' as const), which: fc.nat(20) }) },
);

/** What chance may leave out: money that is given and taken back, and money that a second person approves. */
const MONEY_AND_BACK: Happening[] = [
  { is: 'recharge', card: 0, amount: 2_000 },
  { is: 'correction', card: 0, kind: 'goodwill', part: 100, stale: 0 },
  { is: 'undo', which: 0, stale: 0 },
  { is: 'proposal', card: 0, amount: 9_000, by: 'Noé' },
  { is: 'proposal', card: 0, amount: 9_000, by: 'two' },
];

describe('money under any traffic and any corrections', () => {
  let database: TestDatabase;
  let laptop: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    // What a day allows one person is limits.test.ts; here the same three cards are corrected again and again.
    await database.admin.query(
      'update console.festival_settings set card_day_limit = 99999, operator_day_limit = 99999',
    );
    laptop = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
    await laptop.connect();
  });
  afterAll(async () => {
    await laptop.end();
    await database.close();
  });

  const figures = async (cardId: string) => {
    const { rows } = await database.admin.query<{ amount: string; expected: string }>(
      'select amount, console.expected_balance(id)::numeric(10,2)::text as expected from table_cards where id = $1',
      [cardId],
    );
    return { actual: parseCents(rows[0]?.amount ?? ''), expected: parseCents(rows[0]?.expected ?? '') };
  };
  const figuresOf = async (cardIds: readonly string[]) => {
    const found = [];
    for (const cardId of cardIds) found.push(await figures(cardId));
    return found;
  };
  const book = async (cardId: string, type: string, status: string, involved: number, delta: number) => {
    await database.admin.query(
      `with moved as (update table_cards set amount = amount + $4::numeric where id = $1 returning amount)
       insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       select $1, $2, $3, $5::numeric, amount - $4::numeric, amount from moved`,
      [cardId, type, status, toNumeric(cents(delta)), toNumeric(cents(involved))],
    );
  };

  const deltasOf = (step: Extract<Happening, { is: 'correction' }>, discrepancy: number): readonly [number, number] => {
    const share = Math.trunc((discrepancy * step.part) / 100);
    switch (step.kind) {
      case 'restore_card':
        return [-share, 0];
      case 'record_missing':
      case 'opening_balance':
        return [0, share];
      case 'goodwill':
        return [step.part * 40, step.part * 40];
    }
  };

  it('keeps the invariants of money', async () => {
    let applied = 0;
    let undone = 0;
    let approved = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25, size: 'max' }), async (steps) => {
        const cards = [0, 1, 2].map((n) => `${randomUUID()}-${n}`);
        await database.admin.query(`insert into table_cards (id, amount) select unnest($1::text[]), 0`, [cards]);
        const sent: Correction[] = [];
        /**
         * What Σ (actual − expected) must be. The festival's faults move it, and a correction by card_delta − ledger_delta:
         * restore_card from the side of the card, record_missing and opening_balance from that of the history, goodwill
         * not at all.
         */
        let discrepancy = 0;
        for (const step of steps) {
          if (step.is === 'repeat') {
            const again = sent[step.which];
            if (again === undefined) continue;
            const before = await figuresOf(cards);
            // What was refused once is nobody's command any more: the function is not for it.
            const answer = await applyCorrection(laptop, again).catch((error: { code: string }) => {
              expect(error.code).toBe('42501');
              return { outcome: 'refused' };
            });
            if (answer.outcome === 'applied') {
              discrepancy += parseCents(again.cardDelta ?? '') - parseCents(again.ledgerDelta ?? '');
            } else expect(await figuresOf(cards)).toEqual(before);
            continue;
          }
          if (step.is === 'undo') {
            const first = sent[step.which % Math.max(1, sent.length)];
            if (first === undefined) continue;
            const before = await figures(first.cardId ?? '');
            const [cardDelta, ledgerDelta] = [first.cardDelta, first.ledgerDelta].map(
              (delta) => -parseCents(delta ?? ''),
            );
            const back = aCorrection(first.cardId ?? '', {
              kind: 'undo',
              cardDelta: toNumeric(cents(cardDelta ?? 0)),
              ledgerDelta: toNumeric(cents(ledgerDelta ?? 0)),
              seenActual: toNumeric(cents(before.actual + step.stale)),
              seenExpected: toNumeric(before.expected),
              undoes: first.operationId,
            });
            sent.push(back);
            const answer = await applyCorrection(laptop, back);
            const after = await figures(first.cardId ?? '');
            if (answer.outcome !== 'applied') expect(after).toEqual(before);
            else {
              undone += 1;
              expect(step.stale).toBe(0);
              expect(after.actual >= 0 || after.actual >= before.actual).toBe(true);
              discrepancy += (cardDelta ?? 0) - (ledgerDelta ?? 0);
            }
            continue;
          }
          const cardId = cards[step.card] ?? '';
          switch (step.is) {
            case 'recharge':
              await book(cardId, 'checkpoint_recharge', 'completed', step.amount, step.amount);
              break;
            case 'order':
              await book(cardId, 'bar_order', 'completed', step.amount, -step.amount);
              break;
            case 'failed_order_that_takes':
              await book(cardId, 'bar_order', 'failed', step.amount, -step.amount);
              discrepancy -= step.amount;
              break;
            case 'silent_change':
              await database.admin.query('update table_cards set amount = amount + $2::numeric where id = $1', [
                cardId,
                toNumeric(cents(step.amount)),
              ]);
              discrepancy += step.amount;
              break;
            case 'proposal': {
              const before = await figures(cardId);
              const delta = toNumeric(cents(step.amount));
              const { proposalId, outcome } = await propose(
                database.festival,
                aCorrection(cardId, {
                  kind: 'goodwill',
                  cardDelta: delta,
                  ledgerDelta: delta,
                  seenActual: toNumeric(before.actual),
                  seenExpected: toNumeric(before.expected),
                }),
              );
              expect(await figures(cardId)).toEqual(before);
              if (outcome.outcome !== 'applied') break;
              const names = step.by === 'two' ? ['Noé', 'Ana'] : [step.by];
              const answers = await Promise.all(names.map((name) => approve(database.festival, name, proposalId)));
              const done = answers.filter((answer) => answer.outcome === 'applied').length;
              expect(done).toBe(step.by === 'Léa' ? 0 : 1);
              const moved = step.by === 'Léa' ? 0 : step.amount;
              expect(await figures(cardId)).toEqual({
                actual: before.actual + moved,
                expected: before.expected + moved,
              });
              approved += done;
              // The next one of this card is not kept waiting by it.
              if (done === 0) await submitAs(database.festival, 'Léa', 'correction.withdraw', { proposalId });
              break;
            }
            case 'correction': {
              const before = await figures(cardId);
              const [cardDelta, ledgerDelta] = deltasOf(step, before.actual - before.expected);
              const correction = aCorrection(cardId, {
                kind: step.kind,
                cardDelta: toNumeric(cents(cardDelta)),
                ledgerDelta: toNumeric(cents(ledgerDelta)),
                seenActual: toNumeric(cents(before.actual + step.stale)),
                seenExpected: toNumeric(before.expected),
              });
              sent.push(correction);
              const answer = await applyCorrection(laptop, correction);
              const after = await figures(cardId);
              if (answer.outcome === 'applied') {
                applied += 1;
                expect(step.stale).toBe(0);
                expect(after).toEqual({ actual: before.actual + cardDelta, expected: before.expected + ledgerDelta });
                expect(after.actual >= 0 || (step.kind === 'restore_card' && after.actual > before.actual)).toBe(true);
                discrepancy += cardDelta - ledgerDelta;
              } else {
                expect(after).toEqual(before);
              }
              break;
            }
          }
        }
        const now = await figuresOf(cards);
        expect(now.reduce((sum, { actual, expected }) => sum + actual - expected, 0)).toBe(discrepancy);
        const { rows: wrong } = await database.admin.query(
          `select t.log_id from app_transaction_log t
           left join console.corrections c on c.log_id = t.log_id
           where t.card_id = any ($1) and t.transaction_type = 'manual_correction'
             and (c.operation_id::text is distinct from t.client_request_id
               or t.new_balance - t.previous_balance <> c.card_delta
               or (t.details ->> 'card_delta')::numeric <> c.card_delta
               or (t.details ->> 'ledger_delta')::numeric <> c.ledger_delta
               or 1 <> (select count(*) from console.audit a where a.operation_id = c.operation_id)
               or (c.undoes is not null and 1 <> (select count(*) from console.corrections o
                 where o.operation_id = c.undoes and o.undone_by = c.operation_id
                   and (o.card_delta, o.ledger_delta) = (-c.card_delta, -c.ledger_delta)))
               or 1 <> (select count(*) from app_transaction_log o where o.client_request_id = t.client_request_id))`,
          [cards],
        );
        expect(wrong).toEqual([]);
        const { rows: orphans } = await database.admin.query(
          `select seq from console.audit a where action = 'correction'
           and not exists (select from app_transaction_log t where t.client_request_id = a.operation_id::text)`,
        );
        expect(orphans).toEqual([]);
      }),
      { numRuns: 60, examples: Array.from({ length: 4 }, () => [MONEY_AND_BACK]) },
    );
    // Else the property would hold for want of anything happening.
    expect(applied).toBeGreaterThan(20);
    expect(undone).toBeGreaterThan(3);
    expect(approved).toBeGreaterThan(5);
  });
});
