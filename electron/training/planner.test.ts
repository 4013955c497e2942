import { describe, expect, it } from 'vitest';
import { cents } from '../../shared/domain/money.ts';
import { createCardBook, FAILURE_SPACING_MS, REST_MS } from './card-book.ts';
import { createPacing } from './pacing.ts';
import { createPlanner, type Plan, totalOf } from './planner.ts';
import { createRandom } from './random.ts';
import { cardIds } from './world.ts';

/** Plays visitors on a clock of its own, a tenth of a second apart, without a database. */
const play = (seed: number, visitors: number, mayFail = true): { plan: Plan; now: number; balance: number }[] => {
  const random = createRandom(seed);
  const book = createCardBook(
    cardIds(createRandom(1), 300).map((id, index) => ({ id, balance: cents(index % 3 === 0 ? 2_500 : 0) })),
    random,
  );
  const planner = createPlanner({ random, book: () => book, mayFail: () => mayFail });
  const played: { plan: Plan; now: number; balance: number }[] = [];
  for (let now = 0; played.length < visitors; now += 100) {
    const plan = planner.next(now);
    if (plan === undefined) continue;
    played.push({ plan, now, balance: plan.card.balance });
    if (plan.kind === 'order') plan.card.balance = cents(plan.card.balance - plan.basket.total);
    if (plan.kind === 'recharge' || plan.kind === 'stripe_recharge')
      plan.card.balance = cents(plan.card.balance + plan.amount);
    book.release(plan.card, now);
  }
  return played;
};

const summary = (played: ReturnType<typeof play>) =>
  played.map(({ plan, now }) => [
    now,
    plan.kind,
    plan.card.id,
    'basket' in plan ? plan.basket.total : 0,
    'counter' in plan ? plan.counter.reader : '',
  ]);

describe('what visitors decide', () => {
  it('is the same for the same seed, and different for another', () => {
    expect(summary(play(7, 500))).toEqual(summary(play(7, 500)));
    expect(summary(play(7, 500))).not.toEqual(summary(play(8, 500)));
  });

  it('never orders more than the card holds, and always something', () => {
    for (const { plan, balance } of play(3, 3_000)) {
      if (plan.kind !== 'order') continue;
      expect(plan.basket.total).toBeLessThanOrEqual(balance);
      expect(plan.basket.total).toBeGreaterThan(0);
      expect(totalOf(plan.basket.items)).toBe(plan.basket.total);
    }
  });

  it('lets a card rest before it does anything again', () => {
    const last = new Map<string, number>();
    for (const { plan, now } of play(4, 3_000)) {
      expect(now - (last.get(plan.card.id) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(REST_MS);
      last.set(plan.card.id, now);
    }
  });

  it('is refused now and then, but never twice soon on one card, and never where it may not fail', () => {
    const refused = play(5, 5_000).filter(({ plan }) => plan.kind === 'refused_order');
    expect(refused.length).toBeGreaterThan(10);
    expect(refused.length).toBeLessThan(60);
    const last = new Map<string, number>();
    for (const { plan, now, balance } of refused) {
      if (plan.kind === 'refused_order') expect(plan.basket.total).toBeGreaterThan(balance);
      expect(now - (last.get(plan.card.id) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(FAILURE_SPACING_MS);
      last.set(plan.card.id, now);
    }
    expect(play(5, 2_000, false).some(({ plan }) => plan.kind === 'refused_order')).toBe(false);
  });

  it('does not order twice at one bar within half a minute', () => {
    const last = new Map<string, number>();
    for (const { plan, now } of play(6, 3_000)) {
      if (plan.kind !== 'order') continue;
      // Also when it was elsewhere in between.
      const where = `${plan.card.id} ${plan.counter.place.name}`;
      expect(now - (last.get(where) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(30_000);
      last.set(where, now);
    }
  });

  it('keeps readers below the failure rate of a fault', () => {
    const scans = new Map<string, number>();
    for (const { plan } of play(9, 8_000)) {
      if (!('counter' in plan)) continue;
      const count = scans.get(plan.counter.reader) ?? 0;
      if (plan.kind === 'failed_scan') expect(count).toBeGreaterThanOrEqual(20);
      scans.set(plan.counter.reader, plan.kind === 'failed_scan' ? 0 : count + 1);
    }
  });
});

describe('the festival day', () => {
  it('has about 6,000 transactions while it is open, and a few more at night', () => {
    const pacing = createPacing(createRandom(2));
    let visitors = 0;
    for (let second = 0; second < 24 * 3_600; second += 1) visitors += pacing.advance(1_000, 1);
    expect(visitors).toBeGreaterThan(6_700);
    expect(visitors).toBeLessThan(7_450);
  });

  it('passes in two and a half minutes at speed 600', () => {
    const pacing = createPacing(createRandom(2));
    let visitors = 0;
    for (let tick = 0; tick < 144 * 50; tick += 1) visitors += pacing.advance(20, 600);
    expect(visitors).toBeGreaterThan(6_700);
    expect(visitors).toBeLessThan(7_450);
  });
});
