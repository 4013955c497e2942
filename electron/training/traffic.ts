import type { Clock } from '../../shared/domain/clock.ts';
import { type FestivalDatabase, pipelined } from '../postgres/pool.ts';
import { type Card, type CardBook, createCardBook, FAILURE_SPACING_MS, REST_MS } from './card-book.ts';
import { createFailureAccount, type FailureAccount } from './failure-account.ts';
import type { FestivalState } from './festival-state.ts';
import type { Logged } from './field.ts';
import { createPlanner, type Plan, type Planner } from './planner.ts';
import type { Random } from './random.ts';
import { writePlan } from './write-plan.ts';

/** Visitors and tills: honest transactions, each as the festival's own system makes them. */
export type Traffic = {
  readonly planner: Planner;
  readonly account: FailureAccount;
  book(): CardBook;
  /** The database's clock as last read, milliseconds since 1970. */
  databaseNow(): number;
  /** Transactions written since the start. */
  written(): number;
  /** One visitor does something. @returns false while every card rests. */
  act(): Promise<boolean>;
  /**
   * Many visitors at once, none of whom fails, in one transaction: no reader sees a part of it.
   * @returns how many there were: fewer where too many cards rest.
   */
  rush(count: number): Promise<number>;
  /** Counts a row of the log that was written. */
  count(logged: Logged, row: { failed: boolean; spike?: boolean }): void;
  /** Loads what the database has, at the start and after a lost connection. */
  load(state: FestivalState): void;
};

/** An honest failure may not make more than 2 % of any 15 minutes. */
const HONEST_SHARE = 0.018;
/** So many visitors at most hold their cards' rows in one transaction. */
export const RUSH_SIZE = 60;

export const createTraffic = (options: { database: FestivalDatabase; random: Random; clock: Clock }): Traffic => {
  const { database, random, clock } = options;
  const account = createFailureAccount();
  let book: CardBook = createCardBook([], random);
  let offset = 0;
  let written = 0;

  const now = () => clock.monotonic();
  const databaseNow = () => now() + offset;
  const planner = createPlanner({
    random,
    book: () => book,
    mayFail: () => account.hasRoom(databaseNow(), 1, HONEST_SHARE),
  });

  const count: Traffic['count'] = ({ at }, row) => {
    const instant = Date.parse(at);
    offset = Math.max(offset, instant - now());
    account.add(instant, row);
    written += 1;
  };

  return {
    planner,
    account,
    book: () => book,
    databaseNow,
    written: () => written,
    count,
    act: async () => {
      const plan = planner.next(now());
      if (plan === undefined) return false;
      try {
        (await database.write((tx) => writePlan(tx, plan, { random, count })))();
      } finally {
        book.release(plan.card, now());
      }
      return true;
    },
    rush: async (visitors) => {
      const plans: Plan[] = [];
      while (plans.length < Math.min(visitors, RUSH_SIZE)) {
        const plan = planner.next(now(), { sure: true });
        if (plan === undefined) break;
        plans.push(plan);
      }
      try {
        const remember = await database.write((tx) =>
          pipelined(plans.map((plan) => writePlan(tx, plan, { random, count }))),
        );
        for (const one of remember) one();
        return plans.length;
      } finally {
        for (const { card } of plans) book.release(card, now());
      }
    },
    load: (state) => {
      offset = state.now - now();
      book = createCardBook(state.cards, random, book);
      for (const [id, ageMs] of state.active) raise(book.find(id), 'restsUntil', now() - ageMs + REST_MS);
      for (const [id, ageMs] of state.failing)
        raise(book.find(id), 'noFailureUntil', now() - ageMs + FAILURE_SPACING_MS);
      account.clear();
      for (const { at, completed, failed, spike } of state.recent) {
        account.add(at, { failed: false }, completed);
        account.add(at, { failed: true }, failed);
        account.add(at, { failed: true, spike: true }, spike);
      }
    },
  };
};

const raise = (card: Card | undefined, field: 'restsUntil' | 'noFailureUntil', to: number): void => {
  if (card !== undefined) card[field] = Math.max(card[field], to);
};
