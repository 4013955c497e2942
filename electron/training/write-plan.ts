import { subtractCents } from '../../shared/domain/money.ts';
import type { Transaction } from '../postgres/pool.ts';
import { type Logged, lockCard, recharge, writeOrder, writeScan } from './field.ts';
import { cupsOf, type Plan } from './planner.ts';
import type { Random } from './random.ts';

const INSUFFICIENT = { code: 'INSUFFICIENT_BALANCE', message: 'Insufficient balance' };

/** Writes one plan. What it changes in our memory happens in the returned function, after the commit. */
export const writePlan = async (
  tx: Transaction,
  plan: Plan,
  { random, count }: { random: Random; count: (logged: Logged, row: { failed: boolean }) => void },
): Promise<() => void> => {
  const { card } = plan;
  const scanMs = random.between(60, 420);
  switch (plan.kind) {
    case 'failed_scan': {
      const status = random.pick(['failure', 'timeout', 'invalid_format'] as const);
      await writeScan(tx, { cardId: card.id, counter: plan.counter, status, scanMs });
      return () => {};
    }
    case 'recharge':
    case 'stripe_recharge': {
      const logged = await recharge(tx, {
        cardId: card.id,
        amount: plan.amount,
        paidByCard: random.chance(0.7),
        staff: random.between(1, 12),
        scanMs,
        ...(plan.kind === 'recharge' ? { counter: plan.counter } : {}),
      });
      return () => {
        card.balance = logged.balance;
        count(logged, { failed: false });
      };
    }
    case 'order':
    case 'refused_order': {
      const { counter, basket } = plan;
      const previous = await lockCard(tx, card.id);
      const enough = previous >= basket.total;
      if (!enough && plan.kind === 'order') {
        // A correction took from the card in the meantime; the visitor sees the balance and orders nothing.
        return () => {
          card.balance = previous;
        };
      }
      const next = enough ? subtractCents(previous, basket.total) : previous;
      const logged = await writeOrder(tx, {
        cardId: card.id,
        counter,
        basket,
        status: enough ? 'completed' : 'failed',
        previous,
        next,
        scanMs,
        ...(enough ? { card: next } : { error: INSUFFICIENT }),
      });
      return () => {
        card.balance = next;
        if (enough) card.cups = Math.max(0, card.cups + cupsOf(basket.items));
        count(logged, { failed: !enough });
      };
    }
  }
};
