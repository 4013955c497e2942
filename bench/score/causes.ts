import { createRandom, type Random } from '../../electron/training/random.ts';
import {
  type CauseDimension,
  type CommonCause,
  type ComparedRow,
  commonCause,
} from '../../shared/domain/common-cause.ts';

/** How often the cause of a planted incident is named. */
export type CauseScore = {
  /** Incidents with a known cause, and those without any. */
  readonly planted: number;
  readonly without: number;
  /** Named; of these, beside others that the figures cannot tell from it. */
  readonly right: number;
  readonly besideOthers: number;
  /** "No common cause found", though there was one. */
  readonly silent: number;
  /** Something else was named, or something where there was nothing. */
  readonly wrong: number;
  readonly examples: readonly string[];
};

type Order = ComparedRow & { fails: boolean };
type Incident = {
  readonly orders: readonly Order[];
  readonly cause: { dimension: CauseDimension; value: string } | null;
};

const PLANTED: readonly [CauseDimension, ...CauseDimension[]] = [
  ...(['pointOfSale', 'reader', 'product', 'amount', 'cardPrefix', 'function', 'clock'] as const),
];
/** Fewer failing cards are no spike, storm or flood. */
const LEAST_FAILING = 12;
/** What makes more of the traffic than this is the traffic. */
const MOST_TRAFFIC = 0.3;

/**
 * Plants incidents in an hour of a festival whose bars, products and batches of cards are as unequal as they are, and in
 * which people stay at their bar: half of the incidents with a cause, of which not every order fails and beside which
 * others fail too; half of them without one.
 */
export const scoreCauses = ({ incidents, seed }: { incidents: number; seed: number }): CauseScore => {
  const random = createRandom(seed);
  let [planted, without, right, besideOthers, silent, wrong] = [0, 0, 0, 0, 0, 0];
  const examples: string[] = [];
  while (planted + without < incidents) {
    const { orders, cause } = (planted + without) % 2 === 0 ? withCause(random) : withoutCause(random);
    if (cause === null) without += 1;
    else planted += 1;
    const named = commonCause(
      orders.filter(({ fails }) => fails),
      orders.filter(({ fails }) => !fails),
    );
    const verdict = judge(named, cause);
    if (verdict === 'right') {
      right += 1;
      if (named.found === 'cause' && named.also.length > 0) besideOthers += 1;
    } else if (verdict === 'silent') silent += 1;
    else if (verdict === 'wrong') wrong += 1;
    if (verdict === 'wrong' || verdict === 'silent') {
      examples.push(`${verdict}: ${JSON.stringify(cause)}, named ${JSON.stringify(named)}`);
    }
  }
  return { planted, without, right, besideOthers, silent, wrong, examples: examples.slice(0, 5) };
};

const judge = (named: CommonCause, cause: Incident['cause']): 'right' | 'silent' | 'wrong' | 'none' => {
  if (named.found === 'none') return cause === null ? 'none' : 'silent';
  const all = [named, ...named.also];
  return cause !== null && all.some((one) => one.dimension === cause.dimension && one.value === cause.value)
    ? 'right'
    : 'wrong';
};

/** Small numbers come more often: the first bar sells most. */
const skewed = (random: Random, count: number): number => Math.floor(random.fraction() ** 1.6 * count);

const PRICES = ['3.00', '3.00', '3.50', '4.00', '4.50', '5.00', '5.00', '6.00', '7.50', '8.00', '9.00', '12.00'];

/** The same text each time: texts that are made anew for each order are what takes a score's time. */
const numbered = (prefix: string): ((number: number) => string) => {
  const made: string[] = [];
  return (number) => {
    made[number] ??= `${prefix}${number}`;
    return made[number];
  };
};
const barName = numbered('Bar ');
const readerName = numbered('reader-');
const productName = numbered('product ');
/** By cents. */
const amounts = new Map<number, string>();
const amountOf = (euros: number): string => {
  const cents = Math.round(euros * 100);
  const known = amounts.get(cents) ?? euros.toFixed(2);
  amounts.set(cents, known);
  return known;
};

const anHour = (random: Random): Order[] => {
  const bars = random.between(6, 20);
  const wrongClock = random.between(0, bars - 1);
  const newFunction = random.between(0, bars * 3);
  const cards = Array.from({ length: random.between(250, 1_500) }, (_, index) => {
    const id = `04${(10 + skewed(random, 40)).toString(36)}${index.toString(36).padStart(4, '0')}${random.between(1e6, 9e6)}`;
    return { id, prefixes: [4, 6, 8].map((length) => id.slice(0, length)), bar: skewed(random, bars) };
  });
  return Array.from({ length: random.between(400, 2_500) }, (): Order => {
    const card = cards[random.between(0, cards.length - 1)] ?? { id: '', prefixes: [], bar: 0 };
    // Three of four times they go where they always go.
    const bar = random.chance(0.75) ? card.bar : skewed(random, bars);
    const reader = bar * 3 + random.between(0, bar % 3);
    if (random.chance(0.15)) {
      return order(card, {
        ...{
          pointOfSale: [`Recharge ${bar % 4}`],
          reader: [`recharge-${bar % 4}`],
          amount: [`${10 * random.between(1, 5)}.00`],
        },
        ...{ function: ['recharge'], type: ['recharge'], clock: ['right'] },
      });
    }
    const products = [
      ...new Set([skewed(random, PRICES.length), ...(random.chance(0.3) ? [skewed(random, PRICES.length)] : [])]),
    ];
    const euros = products.reduce((sum, product) => sum + Number(PRICES[product]) * random.between(1, 2), 0);
    return order(card, {
      ...{ pointOfSale: [barName(bar)], reader: [readerName(reader)], amount: [amountOf(euros)] },
      product: products.map(productName),
      function: [reader === newFunction || random.chance(0.03) ? 'create-order-2' : 'create-order'],
      ...{ type: ['bar_order'], clock: [bar === wrongClock && random.chance(0.9) ? 'wrong' : 'right'] },
    });
  });
};

const order = (card: { id: string; prefixes: readonly string[] }, values: ComparedRow['values']): Order => ({
  card: card.id,
  values: { ...values, cardPrefix: card.prefixes },
  fails: false,
});

/** Now and then an order fails for its own reasons. */
const failHonestly = (orders: readonly Order[], random: Random): void => {
  const share = random.between(0, 30) / 1_000;
  for (const one of orders) if (random.chance(share)) one.fails = true;
};

const withCause = (random: Random): Incident => {
  for (;;) {
    const orders = anHour(random);
    failHonestly(orders, random);
    const dimension = random.pick(PLANTED);
    const values = new Map<string, Order[]>();
    for (const one of orders) {
      for (const value of one.values[dimension] ?? []) {
        const rows = values.get(value);
        if (rows === undefined) values.set(value, [one]);
        else rows.push(one);
      }
    }
    const fitting = [...values].filter(
      ([value, rows]) =>
        rows.length <= MOST_TRAFFIC * orders.length &&
        (dimension !== 'clock' || value === 'wrong') &&
        (dimension !== 'cardPrefix' || value.length === 4),
    );
    if (fitting.length === 0) continue;
    const [value, rows] = fitting[random.between(0, fitting.length - 1)] ?? ['', []];
    const share = random.between(50, 100) / 100;
    for (const one of rows) if (random.chance(share)) one.fails = true;
    const failing = new Set(rows.flatMap((one) => (one.fails ? one.card : [])));
    const all = new Set(orders.flatMap((one) => (one.fails ? one.card : [])));
    // What is drowned by other failures is no incident of its own.
    if (failing.size < LEAST_FAILING || failing.size < 0.7 * all.size) continue;
    return { orders, cause: { dimension, value } };
  }
};

const withoutCause = (random: Random): Incident => {
  const orders = anHour(random);
  failHonestly(orders, random);
  const many = random.between(LEAST_FAILING, 120);
  switch (random.between(0, 2)) {
    case 0:
      // Anything, anywhere.
      for (let n = 0; n < many; n += 1) failOne(orders, random.between(0, orders.length - 1));
      break;
    case 1: {
      // Everything for a while: the network was down.
      const first = random.between(0, Math.max(0, orders.length - many));
      for (let n = 0; n < many; n += 1) failOne(orders, first + n);
      break;
    }
    default: {
      // A few visitors try again and again.
      const unlucky = new Set(
        Array.from({ length: 4 }, () => orders[random.between(0, orders.length - 1)]?.card ?? ''),
      );
      for (const one of orders) if (unlucky.has(one.card)) one.fails = true;
      for (let n = 0; n < LEAST_FAILING; n += 1) failOne(orders, random.between(0, orders.length - 1));
    }
  }
  return { orders, cause: null };
};

const failOne = (orders: readonly Order[], index: number): void => {
  const one = orders[index];
  if (one !== undefined) one.fails = true;
};
