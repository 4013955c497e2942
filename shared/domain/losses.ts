import type { Alert, AlertEvent } from './alert.ts';
import { eventsOf } from './incident.ts';
import { addCents, type Cents, cents, ZERO } from './money.ts';
import { isOpen } from './severity.ts';

/*
 * What is lost, counted once (docs/alerts.md, "One loss"). Several detectors see the same euros: a failed order that took
 * money, the balance that no longer agrees because of it, the next order that begins where nothing ended.
 */

/**
 * How directly a kind of finding shows a loss: what comes first explains what comes after it on the same card. Charges
 * that came twice stand apart: card and history agree about them, so no difference repeats them.
 */
const DIFFERENCES = [
  'balance_deduction_on_failure',
  'balance_mismatch_detection',
  'balance_chain_break',
  'ledger_drift',
  'negative_balance_detection',
] as const;
const CHARGES = ['duplicate_charge', 'temporal_duplicate_detection', 'concurrent_transaction_detection'] as const;

const rankIn = (kinds: readonly string[], { algorithm }: AlertEvent): number => kinds.indexOf(algorithm);
const amountOf = ({ amountCents }: AlertEvent): number => Math.abs(amountCents ?? 0);

/** The largest of the sums that each kind of finding gives: they see the same euros. */
const largestSum = (events: readonly AlertEvent[]): number => {
  const sums = new Map<string, number>();
  for (const event of events) sums.set(event.algorithm, (sums.get(event.algorithm) ?? 0) + amountOf(event));
  return Math.max(0, ...sums.values());
};

/** What is lost on one card by all that was found there. */
const lossOnCard = (events: readonly AlertEvent[]): number => {
  if (events.length === 1) return events[0] === undefined ? 0 : amountOf(events[0]);
  const charges = events.filter((event) => rankIn(CHARGES, event) >= 0);
  return largestSum(events.filter((event) => !charges.includes(event))) + largestSum(charges);
};

/** Findings that moved money, of which the amount is known: others count nothing. */
const movers = (events: readonly AlertEvent[]): readonly AlertEvent[] =>
  events.filter(({ movedMoney, amountCents }) => movedMoney && amountCents !== null);

const lossOfMovers = (moved: Iterable<AlertEvent>): Cents => {
  let loss = 0;
  const byCard = new Map<string, AlertEvent[]>();
  for (const event of moved) {
    const ofCard = event.cardId === null ? undefined : byCard.get(event.cardId);
    if (ofCard !== undefined) ofCard.push(event);
    else if (event.cardId !== null) byCard.set(event.cardId, [event]);
    else loss += amountOf(event);
  }
  for (const ofCard of byCard.values()) loss += lossOnCard(ofCard);
  return cents(loss);
};

/** What is lost by these findings together, each euro once. */
export const lossOf = (events: readonly AlertEvent[]): Cents => lossOfMovers(movers(events));

/** The findings of an alert that its amount is about: the open ones, or all of a closed one. */
const counted = (alert: Alert): readonly AlertEvent[] =>
  alert.open ? eventsOf(alert).filter(({ status }) => isOpen(status)) : eventsOf(alert);

/** Of each alert once: another state of it is another alert. */
const memoized = <Value extends object | null>(of: (alert: Alert) => Value): ((alert: Alert) => Value) => {
  const known = new WeakMap<Alert, { readonly value: Value }>();
  return (alert) => {
    const before = known.get(alert);
    if (before !== undefined) return before.value;
    const value = of(alert);
    known.set(alert, { value });
    return value;
  };
};

const countedMovers = memoized((alert) => movers(counted(alert)));

/** What is lost by a storm's findings that are not at hand: of those the database knows the sum alone. */
const unseenLoss = (alert: Alert): Cents =>
  alert.storm === null || alert.stormCents === null
    ? ZERO
    : cents(Math.max(0, alert.stormCents - lossOfMovers(countedMovers(alert))));

/** What is lost by these alerts together, each euro once, also where nobody has joined two that are about the same. */
export const moneyAtRisk = (alerts: readonly Alert[]): Cents => {
  const unseen = alerts.reduce<number>((sum, alert) => sum + unseenLoss(alert), 0);
  return addCents(lossOfMovers(alerts.flatMap(countedMovers)), cents(unseen));
};

/** A loss as the board shows it: the alert that explains it, and others that only repeat it. */
export type Loss = { readonly alert: Alert; readonly repeats: readonly Alert[] };

/** An open alert about one difference on one card, which may repeat another one's or be repeated. */
export type Difference = {
  readonly alert: Alert;
  readonly card: string;
  readonly rank: number;
  readonly amount: number;
};

export const differenceOf = memoized((alert): Difference | null => {
  const { lead, open, storm } = alert;
  // What a person has split off stays apart.
  if (!open || storm !== null || lead.cardId === null || lead.amountCents === null || lead.placed === 'split')
    return null;
  const rank = Math.min(...counted(alert).map((event) => rankIn(DIFFERENCES, event)));
  return rank < 0 ? null : { alert, card: lead.cardId, rank, amount: lossOf(counted(alert)) };
});

/**
 * One loss, one row: of the differences on one card, one that only repeats another one's, with the same amount, folds into
 * it; one whose amount is what several explain together, into the first of those. Whether or not anybody has joined them.
 * @returns what each of those that repeat something folds into
 */
export const foldCard = (ofCard: readonly Difference[]): ReadonlyMap<Alert, Alert> => {
  const into = new Map<Alert, Alert>();
  if (ofCard.length < 2) return into;
  const inOrder = [...ofCard].sort(
    (a, b) => a.rank - b.rank || a.alert.lead.detectedAt.localeCompare(b.alert.lead.detectedAt),
  );
  for (const { alert, rank, amount } of inOrder) {
    const stronger = inOrder.filter((other) => other.rank < rank && !into.has(other.alert));
    const one = stronger.find((other) => other.amount === amount);
    const strongest = stronger.filter((other) => other.rank === stronger[0]?.rank);
    const together = strongest.reduce((sum, other) => sum + other.amount, 0) === amount ? strongest[0] : undefined;
    const cause = one ?? together;
    if (cause !== undefined && amount > 0) into.set(alert, cause.alert);
  }
  return into;
};

/** What one row of the board is about, in cents; null where no money moved. */
export const lossOfRow = ({ alert, repeats }: Loss): Cents | null => {
  const moved = [alert, ...repeats].some((one) => one.stormCents !== null || countedMovers(one).length > 0);
  return moved ? moneyAtRisk([alert, ...repeats]) : null;
};
