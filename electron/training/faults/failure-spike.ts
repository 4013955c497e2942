import { randomUUID } from 'node:crypto';
import { ZERO } from '../../../shared/domain/money.ts';
import { type Card, FAILURE_SPACING_MS } from '../card-book.ts';
import { expected, FaultImpossible } from '../fault.ts';
import { type Logged, writeFailedOrders } from '../field.ts';
import type { Label } from '../labels.ts';
import { BARS } from '../world.ts';
import { type Fault, type FaultKit, lastOf } from './kit.ts';

/** A spike's share of the last 15 minutes, above the alarm's 5 %; the lower one where the higher needs too many orders. */
const SPIKE_SHARE = 0.08;
const SMALL_SPIKE_SHARE = 0.057;
const LARGE_SPIKE = 600;
const FEWEST_SPIKE_ROWS = 3;
const SPIKE_PATIENCE_MS = 60_000;

export const failureSpike: Fault = async (kit) => {
  const { labels, traffic, random, pause, now } = kit;
  const id = randomUUID();
  const begun = now();
  const share = missingFailures(kit, SPIKE_SHARE) > LARGE_SPIKE ? SMALL_SPIKE_SHARE : SPIKE_SHARE;
  const many = missingFailures(kit, share) > 60;
  const rows: Logged[] = [];
  const orders = new Map<string, number>();
  labels.begin({ id, kind: 'failure_spike', cardId: null, at: new Date(traffic.databaseNow()).toISOString() });
  const missingRows = () => Math.max(FEWEST_SPIKE_ROWS - rows.length, missingFailures(kit, share));
  for (let missing = missingRows(); missing > 0; missing = missingRows()) {
    const cards = cardsForSpike(kit, Math.min(missing, many ? 50 : 1), orders);
    if (cards.length === 0) {
      if (now() - begun > SPIKE_PATIENCE_MS) throw new FaultImpossible('too few cards for so much traffic');
      await pause(200);
      continue;
    }
    rows.push(...(await failOrders(kit, cards)));
    if (!many) await pause(random.between(30, 120));
  }
  const label: Label = {
    ...{ id, kind: 'failure_spike', cardId: null, about: null, amountCents: null, discrepancyCents: ZERO },
    ...{ logIds: rows.map((row) => row.logId), at: lastOf(rows) },
    expects: [expected('system_failure_spike', null)],
  };
  labels.finish(label);
  return label;
};

/** Failed orders that are missing for this share of the last 15 minutes. */
const missingFailures = ({ account, traffic }: FaultKit, share: number): number => {
  const { total, failed } = account.all(traffic.databaseNow());
  return Math.max(Math.ceil((share * total - failed) / (1 - share)), 11 - total);
};

/** Each card once, and a second time when there are not enough: three in a row would be another fault. */
const cardsForSpike = ({ traffic, now }: FaultKit, count: number, orders: Map<string, number>): Card[] => {
  const cards: Card[] = [];
  while (cards.length < count) {
    const card =
      traffic.book().claim(now(), (one) => one.noFailureUntil <= now()) ??
      traffic.book().claim(now(), (one) => orders.get(one.id) === 1);
    if (card === undefined) break;
    card.noFailureUntil = now() + FAILURE_SPACING_MS;
    orders.set(card.id, (orders.get(card.id) ?? 0) + 1);
    cards.push(card);
  }
  return cards;
};

/** An order of each card fails, all in one transaction. */
const failOrders = async ({ database, planner, traffic, now }: FaultKit, cards: readonly Card[]): Promise<Logged[]> => {
  try {
    const written = await database.write((tx) =>
      writeFailedOrders(
        tx,
        cards.map((card) => ({
          cardId: card.id,
          counter: planner.counterAt(BARS),
          basket: planner.basketAbove(ZERO),
        })),
        { code: 'PAYMENT_SERVICE_UNAVAILABLE', message: 'Payment service unavailable' },
      ),
    );
    for (const row of written) traffic.count(row, { failed: true, spike: true });
    return written;
  } finally {
    for (const card of cards) traffic.book().release(card, now());
  }
};
