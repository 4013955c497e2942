import { addCents, type Cents, cents, subtractCents, ZERO } from '../../shared/domain/money.ts';
import { type Card, type CardBook, FAILURE_SPACING_MS } from './card-book.ts';
import type { Random } from './random.ts';
import {
  BARS,
  CUP_DEPOSIT,
  type PointOfSale,
  PRODUCTS,
  type Product,
  RECHARGE_AMOUNTS,
  RECHARGE_POINTS,
  WATER,
} from './world.ts';

export type OrderItem = {
  readonly name: string;
  readonly price: Cents;
  readonly quantity: number;
  readonly kind: 'product' | 'deposit' | 'return';
};
export type Basket = { readonly items: readonly OrderItem[]; readonly total: Cents };
export type Counter = { readonly place: PointOfSale; readonly reader: string };

/** What one visitor does next. */
export type Plan =
  | { readonly kind: 'order'; readonly card: Card; readonly counter: Counter; readonly basket: Basket }
  /** More than the card holds: an honest failure. */
  | { readonly kind: 'refused_order'; readonly card: Card; readonly counter: Counter; readonly basket: Basket }
  | { readonly kind: 'recharge'; readonly card: Card; readonly counter: Counter; readonly amount: Cents }
  | { readonly kind: 'stripe_recharge'; readonly card: Card; readonly amount: Cents }
  | { readonly kind: 'failed_scan'; readonly card: Card; readonly counter: Counter };

export type Planner = {
  /** Claims a card and plans what its visitor does; undefined while all rest. `sure`: nothing that fails. */
  next(now: number, options?: { sure?: boolean }): Plan | undefined;
  /** A basket for a card at a bar, of at most `limit`. */
  basketUpTo(limit: Cents): Basket | undefined;
  /** A basket of more than `limit`. */
  basketAbove(limit: Cents): Basket;
  counterAt(places: readonly [PointOfSale, ...PointOfSale[]]): Counter;
};

const REFUSED = 0.008;
const FAILED_SCANS = 0.006;
/** A reader that fails more often than once in so many scans would count as failing. */
const SCANS_BETWEEN_FAILURES = 25;
/** Who buys the same at the same bar within 30 s counts as charged twice. Cards rest 7.5 s: another bar is free. */
const SAME_BAR_MS = 45_000;
const LOW_BALANCE = cents(600);
const POOR = cents(1_500);

/** Decides what visitors do. The same seed, cards and times give the same decisions. */
export const createPlanner = (options: {
  random: Random;
  book: () => CardBook;
  /** Whether one more failed order is inconspicuous. */
  mayFail: () => boolean;
}): Planner => {
  const { random, book, mayFail } = options;
  const scansSinceFailure = new Map<string, number>();

  const counterAt = (places: readonly [PointOfSale, ...PointOfSale[]]): Counter => {
    const place = random.pick(places);
    return { place, reader: random.pick(place.readers) };
  };

  const barFor = (card: Card, now: number): Counter => {
    let counter = counterAt(BARS);
    const wasThere = ({ place }: Counter): boolean =>
      now - (card.orderedAt.get(place.name) ?? -SAME_BAR_MS) < SAME_BAR_MS;
    while (wasThere(counter)) counter = counterAt(BARS);
    return counter;
  };

  const basketUpTo = (limit: Cents): Basket | undefined => {
    const lines: OrderItem[] = [];
    let left: Cents = limit;
    for (let wanted = random.between(1, 3); wanted > 0; wanted -= 1) {
      const line = linesOf(random.pick(PRODUCTS), random.chance(0.25) ? 2 : 1);
      if (totalOf(line) > left) continue;
      lines.push(...line);
      left = subtractCents(left, totalOf(line));
    }
    if (lines.length === 0) lines.push(...linesOf(WATER, 1));
    const total = totalOf(lines);
    return total <= limit ? { items: lines, total } : undefined;
  };

  const withReturns = (basket: Basket, card: Card): Basket => {
    const back = Math.min(card.cups, random.between(0, 2));
    const total = subtractCents(basket.total, cents(back * CUP_DEPOSIT));
    if (back === 0 || total <= 0) return basket;
    const returned: OrderItem = { name: 'Retour gobelet', price: CUP_DEPOSIT, quantity: back, kind: 'return' };
    return { items: [...basket.items, returned], total };
  };

  const basketAbove = (limit: Cents): Basket => {
    const lines: OrderItem[] = [];
    while (totalOf(lines) <= limit) lines.push(...linesOf(random.pick(PRODUCTS), random.between(1, 3)));
    return { items: lines, total: totalOf(lines) };
  };

  const recharge = (card: Card): Plan => {
    const amount = random.pick(RECHARGE_AMOUNTS);
    return random.chance(0.3)
      ? { kind: 'stripe_recharge', card, amount }
      : { kind: 'recharge', card, counter: counterAt(RECHARGE_POINTS), amount };
  };

  const readerMayFail = (reader: string): boolean => {
    const scans = (scansSinceFailure.get(reader) ?? 0) + 1;
    scansSinceFailure.set(reader, scans);
    return scans > SCANS_BETWEEN_FAILURES;
  };

  const next = (now: number, { sure = false }: { sure?: boolean } = {}): Plan | undefined => {
    const draw = random.fraction();
    if (!sure && draw < REFUSED && mayFail()) {
      const card = book().claim(now, (one) => one.balance > 0 && one.balance < POOR && one.noFailureUntil <= now);
      if (card !== undefined) {
        card.noFailureUntil = now + FAILURE_SPACING_MS;
        return { kind: 'refused_order', card, counter: barFor(card, now), basket: basketAbove(card.balance) };
      }
    }
    // Most of what happens is people who have money buying something; the others come for the first time.
    const usual = random.chance(0.85);
    const card = (usual ? book().claim(now, (one) => one.balance >= LOW_BALANCE) : undefined) ?? book().claim(now, any);
    if (card === undefined) return undefined;
    const basket = card.balance >= LOW_BALANCE || random.chance(0.4) ? basketUpTo(card.balance) : undefined;
    if (basket === undefined) return recharge(card);
    const counter = barFor(card, now);
    if (readerMayFail(counter.reader) && !sure && random.chance(FAILED_SCANS)) {
      scansSinceFailure.set(counter.reader, 0);
      return { kind: 'failed_scan', card, counter };
    }
    card.orderedAt.set(counter.place.name, now);
    return { kind: 'order', card, counter, basket: withReturns(basket, card) };
  };

  return { next, basketUpTo, basketAbove, counterAt };
};

const any = (): boolean => true;

const linesOf = (product: Product, quantity: number): OrderItem[] => [
  { name: product.name, price: product.price, quantity, kind: 'product' },
  ...(product.cup ? [{ name: 'Consigne gobelet', price: CUP_DEPOSIT, quantity, kind: 'deposit' } as const] : []),
];

/** Returned cups give their deposit back. */
export const totalOf = (items: readonly OrderItem[]): Cents =>
  items.reduce<Cents>(
    (sum, { price, quantity, kind }) => addCents(sum, cents(kind === 'return' ? -price * quantity : price * quantity)),
    ZERO,
  );

/** How many cups the visitor holds after the order, compared to before. */
export const cupsOf = (items: readonly OrderItem[]): number =>
  items.reduce((sum, { kind, quantity }) => sum + CUPS[kind] * quantity, 0);

const CUPS: Readonly<Record<OrderItem['kind'], number>> = { product: 0, deposit: 1, return: -1 };
