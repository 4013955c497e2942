import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { aCorrection, applyCorrection, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { approve, propose } from '../../electron/testing/proposals.ts';
import { cents, toNumeric } from '../../shared/domain/money.ts';

/* What a day allows, as festivals set it, under any order of what two operators do on three laptops. */

const OPERATORS = ['Ola', 'Oskar'] as const;
const LIMITS = { correction: 5_000, card: 10_000, operator: 20_000 };
const HOURS = 24;

type Step =
  /** Some at the same moment, each on a laptop of its own. */
  | { readonly is: 'give'; readonly gifts: readonly { by: number; card: number; amount: number }[] }
  | { readonly is: 'undo'; readonly by: number; readonly which: number }
  | { readonly is: 'approved'; readonly by: number; readonly card: number; readonly amount: number }
  | { readonly is: 'later'; readonly hours: number };

const gift = fc.record({
  by: fc.nat(OPERATORS.length - 1),
  card: fc.nat(2),
  amount: fc.integer({ min: -4_000, max: 6_000 }).filter((amount) => amount !== 0),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ is: fc.constant('give' as const), gifts: fc.array(gift, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('undo' as const), by: fc.nat(1), which: fc.nat(30) }) },
  { weight: 1, arbitrary: gift.map((one) => ({ is: 'approved' as const, ...one })) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('later' as const), hours: fc.integer({ min: 1, max: 25 }) }) },
);

const give = (card: number, amount: number): Step => ({ is: 'give', gifts: [{ by: 0, card, amount }] });
/** Meets each limit, which what is drawn may not: a correction's, a card's, and over three cards the operator's. */
const EACH_LIMIT = [
  give(0, 5_500),
  give(0, 4_900),
  give(0, 4_900),
  give(0, 4_900),
  give(1, 4_900),
  give(1, 4_900),
  give(2, 4_900),
];

describe('the limits of a day', () => {
  let database: TestDatabase;
  let laptops: pg.Client[];
  let world: ReturnType<typeof correctionWorld>;
  beforeAll(async () => {
    database = await createTestDatabase();
    await createOperators(database.admin, OPERATORS, 'operator');
    await database.admin.query(
      `update console.festival_settings set approval_limit = $1, card_day_limit = $2,
      operator_day_limit = $3`,
      [LIMITS.correction, LIMITS.card, LIMITS.operator].map((limit) => limit / 100),
    );
    world = correctionWorld(database);
    laptops = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
        await client.connect();
        return client;
      }),
    );
  });
  afterAll(async () => {
    for (const laptop of laptops) await laptop.end();
    await database.close();
  });

  const figures = async (cardId: string) => {
    const { rows } = await database.admin.query(
      `select amount::text as actual, console.expected_balance(id)::numeric(10,2)::text as expected from table_cards where id = $1`,
      [cardId],
    );
    return { seenActual: rows[0]?.actual, seenExpected: rows[0]?.expected };
  };
  const goodwill = async (cardId: string, by: number, amount: number) => {
    const delta = toNumeric(cents(amount));
    const one = {
      kind: 'goodwill',
      cardDelta: delta,
      ledgerDelta: delta,
      operator: OPERATORS[by] ?? '',
      reason: 'a gift',
    };
    return aCorrection(cardId, { ...one, ...(await figures(cardId)) });
  };
  /** The most that anybody has moved alone within any 24 hours: around each correction that lies there. */
  const most = async (by: 'card_id' | 'operator'): Promise<number> => {
    const { rows } = await database.admin.query(
      `select coalesce(max(moved), 0)::float8 as most from (
         select sum(greatest(abs(card_delta), abs(ledger_delta))) over (
           partition by ${by} order by applied_at
           range between interval '${HOURS} hours' - interval '1 microsecond' preceding and current row) as moved
         from console.corrections where approver is null) as days`,
    );
    return Math.round(Number(rows[0]?.most) * 100);
  };

  it('are never passed by one person alone, on a card or in sum, whatever they do in whichever order', async () => {
    const met = { applied: 0, undone: 0, approved: 0, held: new Set<unknown>() };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }), async (steps) => {
        await database.admin.query('truncate console.corrections cascade');
        const cards: string[] = [];
        for (const _ of [0, 1, 2]) cards.push(await world.card('1000.00', '1000.00'));
        for (const one of steps) {
          switch (one.is) {
            case 'give': {
              const corrections = [];
              for (const { by, card, amount } of one.gifts)
                corrections.push(await goodwill(cards[card] ?? '', by, amount));
              const answers = await Promise.all(
                corrections.map((correction, index) => applyCorrection(laptops[index] as pg.Client, correction)),
              );
              for (const { outcome, limit } of answers) {
                if (outcome === 'applied') met.applied += 1;
                if (limit !== undefined) met.held.add(limit);
              }
              break;
            }
            case 'undo': {
              const { rows } = await database.admin.query(
                `select operation_id, card_id, card_delta::text, ledger_delta::text from console.corrections
                 where kind <> 'undo' and undone_by is null order by applied_at`,
              );
              const undone = rows[one.which % Math.max(rows.length, 1)];
              if (undone === undefined) break;
              const back = aCorrection(undone.card_id, {
                ...{ kind: 'undo', undoes: undone.operation_id, operator: OPERATORS[one.by] ?? '', reason: 'back' },
                ...{ cardDelta: String(-undone.card_delta), ledgerDelta: String(-undone.ledger_delta) },
                ...(await figures(undone.card_id)),
              });
              const { outcome } = await applyCorrection(laptops[0] as pg.Client, back);
              if (outcome === 'applied') met.undone += 1;
              break;
            }
            case 'approved': {
              const correction = await goodwill(cards[one.card] ?? '', one.by, one.amount);
              const { proposalId } = await propose(database.festival, correction);
              const { outcome } = await approve(database.festival, 'Noé', proposalId);
              if (outcome === 'applied') met.approved += 1;
              break;
            }
            case 'later':
              await database.admin.query(
                'update console.corrections set applied_at = applied_at - make_interval(hours => $1)',
                [one.hours],
              );
              break;
          }
          expect(await most('card_id')).toBeLessThanOrEqual(LIMITS.card);
          expect(await most('operator')).toBeLessThanOrEqual(LIMITS.operator);
        }
      }),
      { numRuns: 25, examples: [[EACH_LIMIT]] },
    );
    // Else it would hold for want of anything happening.
    expect(met.applied).toBeGreaterThan(50);
    expect(met.undone).toBeGreaterThan(5);
    expect(met.approved).toBeGreaterThan(5);
    expect([...met.held].sort()).toEqual(['approval_limit', 'card_day_limit', 'operator_day_limit']);
  });
});
