import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { FaultKind } from '../../../shared/domain/fault.ts';
import { type Cents, ZERO } from '../../../shared/domain/money.ts';
import type { Instant } from '../../../shared/domain/primitives.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { Card } from '../card-book.ts';
import type { FailureAccount } from '../failure-account.ts';
import { expected, FaultImpossible, type OnCard } from '../fault.ts';
import type { Logged } from '../field.ts';
import type { Label, LabelStore } from '../labels.ts';
import type { Basket, Planner } from '../planner.ts';
import type { Random } from '../random.ts';
import type { Traffic } from '../traffic.ts';

export type FaultOptions = {
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
};

/** What every kind of fault works with. */
export type FaultKit = Omit<FaultOptions, 'clock'> & {
  planner: Planner;
  account: FailureAccount;
  /** Monotonic milliseconds. */
  now: () => number;
  onCard: OnCard;
  /** A fault that no card of the festival has. */
  withoutCard: (
    kind: FaultKind,
    cardId: string | null,
    work: (id: string) => Promise<Pick<Label, 'about' | 'at' | 'expects' | 'logIds'>>,
  ) => Promise<Label>;
  /** Counts failed rows. @returns whether they alone are a spike: only while no honest traffic runs. */
  countFailures: (rows: readonly Logged[]) => Label['expects'];
  /** A basket that costs no more than this. */
  basketFor: (limit: Cents) => Basket;
  scanMs: () => number;
  /** A name that nothing else in the festival has. */
  ownName: (prefix: string) => string;
};

/** Injects one kind of fault into the festival, and returns its label. */
export type Fault = (kit: FaultKit) => Promise<Label>;

const ALARM_SHARE = 0.05;

export const createFaultKit = (options: FaultOptions): FaultKit => {
  const { traffic, random, clock, labels } = options;
  const { planner, account } = traffic;
  const now = () => clock.monotonic();
  const begin = (kind: FaultKind, cardId: string | null): string => {
    const id = randomUUID();
    labels.begin({ id, kind, cardId, at: new Date(traffic.databaseNow()).toISOString() });
    return id;
  };
  const finish = (label: Label): Label => {
    labels.finish(label);
    return label;
  };

  return {
    ...options,
    planner,
    account,
    now,
    onCard: async (kind, fits, work) => {
      const sound = (card: Card) => card.noFailureUntil <= now() && fits(card);
      const book = traffic.book();
      const card = book.claim(now(), (one) => !one.marked && sound(one)) ?? book.claim(now(), sound);
      if (card === undefined) throw new FaultImpossible(`no card is in a state in which ${kind} could happen to it`);
      card.faulted = true;
      card.marked = true;
      try {
        const id = begin(kind, card.id);
        return finish({ id, kind, cardId: card.id, about: null, discrepancyCents: ZERO, ...(await work(card)) });
      } finally {
        book.release(card, now());
      }
    },
    withoutCard: async (kind, cardId, work) => {
      const id = begin(kind, cardId);
      return finish({ id, kind, cardId, amountCents: null, discrepancyCents: ZERO, ...(await work(id)) });
    },
    countFailures: (rows) => {
      const quiet = !alarmed(account.all(traffic.databaseNow()));
      for (const row of rows) traffic.count(row, { failed: true });
      return quiet && alarmed(account.all(traffic.databaseNow())) ? [expected('system_failure_spike', null)] : [];
    },
    basketFor: (limit) => {
      const basket = planner.basketUpTo(limit);
      if (basket === undefined) throw new FaultImpossible('the card holds too little');
      return basket;
    },
    scanMs: () => random.between(60, 420),
    ownName: (prefix) => `${prefix}-${randomUUID().slice(0, 4)}`,
  };
};

const alarmed = ({ total, failed }: { total: number; failed: number }): boolean =>
  total > 10 && failed / total > ALARM_SHARE;

/** When the last of these rows was written. */
export const lastOf = (rows: readonly Logged[]): Instant => {
  const last = rows.at(-1);
  if (last === undefined) throw new FaultImpossible('nothing was written');
  return last.at;
};
