import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CauseDimension, type ComparedRow, commonCause } from './common-cause.ts';

/** A generator that gives the same numbers for the same seed. */
const randomOf = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

let cards = 0;
const aRow = (values: ComparedRow['values'], card?: string): ComparedRow => {
  cards += 1;
  return { card: card ?? `card ${cards}`, values };
};
const times = (count: number, make: (index: number) => ComparedRow): ComparedRow[] =>
  Array.from({ length: count }, (_, index) => make(index));
const atBar = (bar: number, more: ComparedRow['values'] = {}): ComparedRow =>
  aRow({ pointOfSale: [`Bar ${bar}`], function: ['create-order'], ...more });

/** Orders at twelve bars with three readers each, eight products, forty card batches. */
const anOrder = (random: () => number): ComparedRow => {
  const bar = Math.floor(random() * 12);
  const product = Math.floor(random() ** 2 * 8);
  return aRow({
    pointOfSale: [`Bar ${bar}`],
    reader: [`reader ${bar * 3 + Math.floor(random() * 3)}`],
    product: [`product ${product}`],
    amount: [String((product + 2) * 150 * (1 + Math.floor(random() * 3)))],
    cardPrefix: [`batch ${Math.floor(random() * 40)}`],
    function: ['create-order'],
    type: ['bar_order'],
    clock: ['right'],
  });
};

it('names the bar with its figures: 92 % of them at Bar 3, which makes 6 % of all orders', () => {
  const failing = [...times(23, () => atBar(3)), ...times(2, (index) => atBar(7 + index))];
  const healthy = [...times(10, () => atBar(3)), ...times(515, (index) => atBar(10 + (index % 9)))];
  expect(commonCause(failing, healthy)).toEqual({
    ...{ found: 'cause', dimension: 'pointOfSale', value: 'Bar 3', failingShare: 0.92, trafficShare: 33 / 550 },
    ...{ lift: expect.closeTo(0.92 / 0.06), failing: 25, healthy: 525, compared: 13, also: [] },
    chance: expect.any(Number),
  });
});

describe('it names none', () => {
  it('where everything fails alike', () => {
    const random = randomOf(1);
    expect(
      commonCause(
        times(60, () => anOrder(random)),
        times(900, () => anOrder(random)),
      ).found,
    ).toBe('none');
  });

  it('where too few fail, or too little is healthy', () => {
    const healthy = times(300, (index) => atBar(index % 12));
    expect(
      commonCause(
        times(4, () => atBar(3)),
        healthy,
      ).found,
    ).toBe('none');
    expect(
      commonCause(
        times(30, () => atBar(3)),
        healthy.slice(0, 19),
      ).found,
    ).toBe('none');
  });

  it('where one visitor tried again and again', () => {
    const healthy = times(300, (index) => atBar(index % 12));
    const unlucky = times(20, () => aRow({ pointOfSale: ['Bar 3'] }, 'card of the one'));
    expect(commonCause([...unlucky, ...times(4, (index) => atBar(index))], healthy).found).toBe('none');
  });

  it('for what all traffic has as well', () => {
    const failing = times(40, (index) => atBar(index % 12));
    const healthy = times(400, (index) => atBar(index % 12));
    expect(commonCause(failing, healthy).found).toBe('none');
  });
});

describe('a type', () => {
  const order = (index: number) => atBar(index % 12, { type: ['bar_order'] });
  const recharge = () => atBar(99, { type: ['recharge'] });

  it('is no cause where it only says that orders fail as orders', () => {
    const healthy = [...times(40, order), ...times(900, recharge)];
    expect(commonCause(times(30, order), healthy)).toMatchObject({ found: 'none', healthy: 40 });
  });

  it('is one where nothing of it works', () => {
    const cause = commonCause(
      times(30, (index) => atBar(index % 12, { type: ['recharge'] })),
      times(900, order),
    );
    expect(cause).toMatchObject({ found: 'cause', dimension: 'type', value: 'recharge' });
  });
});

describe('of two that go together', () => {
  const healthy = times(900, (index) => atBar(index % 12, { reader: [`reader ${index % 36}`] }));

  it('the reader is named where the other readers of its bar work', () => {
    // Readers 3, 15 and 27 stand at Bar 3.
    const cause = commonCause(
      times(30, () => atBar(3, { reader: ['reader 3'] })),
      healthy,
    );
    expect(cause).toMatchObject({ dimension: 'reader', value: 'reader 3', also: [] });
  });

  it('the bar is named where all of its readers fail', () => {
    const cause = commonCause(
      times(30, (index) => atBar(3, { reader: [`reader ${3 + 12 * (index % 3)}`] })),
      healthy,
    );
    expect(cause).toMatchObject({ dimension: 'pointOfSale', value: 'Bar 3', also: [] });
  });

  it('both are named where the numbers cannot tell them apart', () => {
    const alike = times(900, (index) => atBar(index % 12, { reader: [`reader ${index % 12}`] }));
    const cause = commonCause(
      times(30, () => atBar(3, { reader: ['reader 3'] })),
      alike,
    );
    expect(cause).toMatchObject({
      ...{ dimension: 'pointOfSale', value: 'Bar 3' },
      also: [{ dimension: 'reader', value: 'reader 3' }],
    });
  });
});

it('whatever the rows: shares are shares, a cause is in them, and their order says nothing', () => {
  const dimension = constantFrom<CauseDimension>('pointOfSale', 'reader', 'amount');
  const values = record({ dimension, value: integer({ min: 1, max: 4 }), card: integer({ min: 1, max: 90 }) });
  const rows = array(values, { maxLength: 120 }).map((some) =>
    some.map((one): ComparedRow => aRow({ [one.dimension]: [String(one.value)] }, `card ${one.card}`)),
  );
  assert(
    property(rows, rows, (failing, healthy) => {
      const cause = commonCause(failing, healthy);
      expect(commonCause(failing, healthy.toReversed())).toEqual(cause);
      if (cause.found === 'none') return;
      expect(cause.failingShare).toBeGreaterThanOrEqual(0.6);
      expect(cause.lift).toBeGreaterThanOrEqual(2);
      expect(cause.chance).toBeLessThanOrEqual(0.001 + 1e-9);
      expect(failing.some((row) => row.values[cause.dimension]?.includes(cause.value))).toBe(true);
    }),
  );
});

it('chance makes a cause in less than one of a hundred floods of noise, however many values are compared', () => {
  const random = randomOf(7);
  let named = 0;
  for (let run = 0; run < 300; run += 1) {
    const failing = times(5 + Math.floor(random() * 60), () => anOrder(random));
    const healthy = times(20 + Math.floor(random() * 600), () => anOrder(random));
    if (commonCause(failing, healthy).found === 'cause') named += 1;
  }
  expect(named).toBeLessThan(3);
});
