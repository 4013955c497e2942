import { randomUUID } from 'node:crypto';
import type { Instant } from '../../shared/contract/primitives.ts';
import type { FaultKind } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { addCents, type Cents, cents, subtractCents, ZERO } from '../../shared/domain/money.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { type Card, SOUND_MS } from './card-book.ts';
import { expected, FaultImpossible, type OnCard } from './fault.ts';
import { changeCardSilently, type Logged, lockCard, writeFailedOrders, writeOrder, writeScan } from './field.ts';
import type { Label, LabelStore } from './labels.ts';
import { createOtherFaults } from './other-faults.ts';
import type { Basket } from './planner.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';
import { BARS } from './world.ts';

export type Faults = {
  /**
   * Does to the festival what this fault would, and says what it did. Takes as long as the fault does: most are done at
   * once, failures in a row take up to twelve seconds.
   * @throws FaultImpossible when no card can have it now.
   */
  inject(kind: FaultKind): Promise<Label>;
};

/** Transactions of one card closer than 2 s would be another fault. */
const RETRY_MS = 2_600;
/** A spike's share of the last 15 minutes, above the alarm's 5 %; the lower one where the higher takes too many orders. */
const SPIKE_SHARE = 0.08;
const SMALL_SPIKE_SHARE = 0.057;
const LARGE_SPIKE = 600;
const FEWEST_SPIKE_ROWS = 3;
const SPIKE_PATIENCE_MS = 60_000;
const ALARM_SHARE = 0.05;

export const createFaults = (options: {
  database: FestivalDatabase;
  traffic: Traffic;
  random: Random;
  clock: Clock;
  labels: LabelStore;
  /** Lets honest traffic make so many failures inconspicuous first. */
  makeRoom: (failures: number) => Promise<void>;
  /** Rejects when the simulator closes. */
  pause: (ms: number) => Promise<void>;
  /** Where an earlier monitoring system writes. */
  monitoring: FestivalDatabase;
}): Faults => {
  const { database, traffic, random, clock, labels, makeRoom, pause, monitoring } = options;
  const { planner, account } = traffic;
  const now = () => clock.monotonic();

  const onCard: OnCard = async (kind, fits, work) => {
    const sound = (card: Card) => card.soundUntil <= now() && fits(card);
    const book = traffic.book();
    const card = book.take(now(), (one) => !one.marked && sound(one)) ?? book.take(now(), sound);
    if (card === undefined) throw new FaultImpossible(`no card is in a state in which ${kind} could happen to it`);
    card.faulted = true;
    card.marked = true;
    const id = randomUUID();
    try {
      labels.begin({ id, kind, cardId: card.id, at: new Date(traffic.databaseNow()).toISOString() });
      const label: Label = { id, kind, cardId: card.id, about: null, discrepancyCents: ZERO, ...(await work(card)) };
      labels.finish(label);
      return label;
    } finally {
      book.giveBack(card, now());
    }
  };

  /** Counts failed rows, and says whether they alone set off the alarm: only while no honest traffic runs. */
  const countFailures = (rows: readonly Logged[]): Label['expects'] => {
    const quiet = !alarmed(account.all(traffic.databaseNow()));
    for (const row of rows) traffic.count(row, { failed: true });
    return quiet && alarmed(account.all(traffic.databaseNow())) ? [expected('system_failure_spike', null)] : [];
  };

  const basketFor = (limit: Cents): Basket => {
    const basket = planner.basketUpTo(limit);
    if (basket === undefined) throw new FaultImpossible('the card holds too little');
    return basket;
  };
  const scanMs = () => random.between(60, 420);

  const deductionOnFailure = async (): Promise<Label> => {
    await makeRoom(1);
    return onCard(
      'deduction_on_failure',
      (card) => card.balance >= 800,
      async (card) => {
        const { logged, basket } = await database.write(async (tx) => {
          const previous = await lockCard(tx, card.id);
          const basket = basketFor(previous);
          const next = subtractCents(previous, basket.total);
          card.balance = next;
          const logged = await writeOrder(tx, {
            ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs() },
            ...{ status: 'failed', previous, next, card: next },
            error: { code: 'CONFIRMATION_TIMEOUT', message: 'Timeout while the order was confirmed' },
          });
          return { logged, basket };
        });
        return {
          amountCents: basket.total,
          discrepancyCents: cents(-basket.total),
          logIds: [logged.logId],
          at: logged.at,
          expects: [
            expected('balance_deduction_on_failure', card),
            expected('balance_mismatch_detection', card),
            ...countFailures([logged]),
          ],
        };
      },
    );
  };

  const balanceMismatch = (): Promise<Label> =>
    onCard(
      'balance_mismatch',
      (card) => card.balance >= 1_000,
      async (card) => {
        const change = cents(random.between(2, 18) * 50 * (random.chance(0.7) ? -1 : 1));
        const at = await database.write(async (tx) => {
          card.balance = addCents(await lockCard(tx, card.id), change);
          return changeCardSilently(tx, card.id, card.balance);
        });
        return {
          amountCents: cents(Math.abs(change)),
          discrepancyCents: change,
          logIds: [],
          at,
          expects: [expected('balance_mismatch_detection', card)],
        };
      },
    );

  const consecutiveFailures = async (): Promise<Label> => {
    const attempts = random.between(3, 5);
    await makeRoom(attempts);
    return onCard(
      'consecutive_failures',
      (card) => card.balance >= 800,
      async (card) => {
        card.soundUntil = now() + SOUND_MS;
        const counter = planner.counterAt(BARS);
        const basket = basketFor(card.balance);
        const rows: Logged[] = [];
        const spikes: Label['expects'] = [];
        for (let attempt = 0; attempt < attempts; attempt += 1) {
          // The barkeeper tries again without a new tap.
          if (attempt > 0) await pause(RETRY_MS);
          const row = await database.write(async (tx) => {
            const previous = await lockCard(tx, card.id);
            return writeOrder(tx, {
              ...{ cardId: card.id, counter, basket, scanMs: scanMs(), scanned: attempt === 0 },
              ...{ status: 'failed', previous, next: previous },
              error: { code: 'READER_TIMEOUT', message: 'The reader did not confirm the payment' },
            });
          });
          rows.push(row);
          spikes.push(...countFailures([row]));
        }
        return {
          amountCents: null,
          logIds: rows.map((row) => row.logId),
          at: lastOf(rows),
          expects: [expected('consecutive_failures', card), ...spikes.slice(0, 1)],
        };
      },
    );
  };

  const duplicateScans = (): Promise<Label> =>
    onCard(
      'duplicate_scans',
      (card) => card.balance >= 800,
      async (card) => {
        const counter = planner.counterAt(BARS);
        const logged = await database.write(async (tx) => {
          const previous = await lockCard(tx, card.id);
          const basket = basketFor(previous);
          const next = subtractCents(previous, basket.total);
          card.balance = next;
          return writeOrder(tx, {
            ...{ cardId: card.id, counter, basket, scanMs: scanMs() },
            ...{ status: 'completed', previous, next, card: next },
          });
        });
        traffic.count(logged, { failed: false });
        let at = logged.at;
        for (let more = random.between(1, 3); more > 0; more -= 1) {
          await pause(random.between(250, 900));
          at = await database.write((tx) =>
            writeScan(tx, { cardId: card.id, counter, status: 'success', scanMs: scanMs() }),
          );
        }
        return {
          amountCents: null,
          logIds: [logged.logId],
          at,
          expects: [expected('temporal_duplicate_detection', card)],
        };
      },
    );

  const concurrentTransactions = (): Promise<Label> =>
    onCard(
      'concurrent_transactions',
      (card) => card.balance >= 1_000,
      async (card) => {
        const previous = await database.write((tx) => lockCard(tx, card.id));
        const first = basketFor(previous);
        let second = basketFor(previous);
        while (second.total === first.total) second = basketFor(previous);
        const rows: Logged[] = [];
        // Both tills have read the same balance; the later one overwrites what the first had left.
        for (const basket of [first, second]) {
          if (rows.length > 0) await pause(random.between(200, 700));
          card.balance = subtractCents(previous, basket.total);
          const row = await database.write((tx) =>
            writeOrder(tx, {
              ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs() },
              ...{ status: 'completed', previous, next: card.balance, card: card.balance, scanned: rows.length === 0 },
            }),
          );
          traffic.count(row, { failed: false });
          rows.push(row);
        }
        return {
          amountCents: first.total,
          discrepancyCents: first.total,
          logIds: rows.map((row) => row.logId),
          at: lastOf(rows),
          expects: [
            expected('concurrent_transaction_detection', card),
            expected('balance_chain_break', card),
            expected('balance_mismatch_detection', card),
          ],
        };
      },
    );

  const negativeBalance = (): Promise<Label> =>
    onCard(
      'negative_balance',
      (card) => card.balance > 0 && card.balance <= 4_000,
      async (card) => {
        const { logged, next } = await database.write(async (tx) => {
          const previous = await lockCard(tx, card.id);
          const basket = planner.basketAbove(previous);
          const next = subtractCents(previous, basket.total);
          const logged = await writeOrder(tx, {
            ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs() },
            ...{ status: 'completed', previous, next, card: next },
          });
          return { logged, next };
        });
        card.balance = next;
        traffic.count(logged, { failed: false });
        return {
          amountCents: cents(-next),
          logIds: [logged.logId],
          at: logged.at,
          expects: [expected('negative_balance_detection', card)],
        };
      },
    );

  const failureSpike = async (): Promise<Label> => {
    const id = randomUUID();
    const begun = now();
    const share = missingFailures(SPIKE_SHARE) > LARGE_SPIKE ? SMALL_SPIKE_SHARE : SPIKE_SHARE;
    const many = missingFailures(share) > 60;
    const rows: Logged[] = [];
    const orders = new Map<string, number>();
    labels.begin({ id, kind: 'failure_spike', cardId: null, at: new Date(traffic.databaseNow()).toISOString() });
    const missingRows = () => Math.max(FEWEST_SPIKE_ROWS - rows.length, missingFailures(share));
    for (let missing = missingRows(); missing > 0; missing = missingRows()) {
      const cards = takeForSpike(Math.min(missing, many ? 50 : 1), orders);
      if (cards.length === 0) {
        if (now() - begun > SPIKE_PATIENCE_MS) throw new FaultImpossible('too few cards for so much traffic');
        await pause(200);
        continue;
      }
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
        rows.push(...written);
      } finally {
        for (const card of cards) traffic.book().giveBack(card, now());
      }
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
  const missingFailures = (share: number): number => {
    const { total, failed } = account.all(traffic.databaseNow());
    return Math.max(Math.ceil((share * total - failed) / (1 - share)), 11 - total);
  };

  /** Each card once, and a second time when there are not enough: three in a row would be another fault. */
  const takeForSpike = (count: number, orders: Map<string, number>): Card[] => {
    const cards: Card[] = [];
    while (cards.length < count) {
      const card =
        traffic.book().take(now(), (one) => one.soundUntil <= now()) ??
        traffic.book().take(now(), (one) => orders.get(one.id) === 1);
      if (card === undefined) break;
      card.soundUntil = now() + SOUND_MS;
      orders.set(card.id, (orders.get(card.id) ?? 0) + 1);
      cards.push(card);
    }
    return cards;
  };

  const others = createOtherFaults({
    ...{ database, traffic, random, clock, labels, pause, monitoring, onCard, basketFor },
  });

  const inject = (kind: FaultKind): Promise<Label> => {
    switch (kind) {
      case 'deduction_on_failure':
        return deductionOnFailure();
      case 'balance_mismatch':
        return balanceMismatch();
      case 'consecutive_failures':
        return consecutiveFailures();
      case 'failure_spike':
        return failureSpike();
      case 'duplicate_scans':
        return duplicateScans();
      case 'concurrent_transactions':
        return concurrentTransactions();
      case 'negative_balance':
        return negativeBalance();
      default:
        return others[kind]();
    }
  };
  return { inject };
};

const alarmed = ({ total, failed }: { total: number; failed: number }): boolean =>
  total > 10 && failed / total > ALARM_SHARE;

const lastOf = (rows: readonly Logged[]): Instant => {
  const last = rows.at(-1);
  if (last === undefined) throw new FaultImpossible('nothing was written');
  return last.at;
};
