import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../detector.ts';
import { bursts } from './grouping.ts';

describe('bursts', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 * SECOND }), { maxLength: 40 });

  it('hold every row that has a neighbour within the time, each once, and no other', () => {
    fc.assert(
      fc.property(times, (moments) => {
        const rows = moments.map((at, id) => ({ at, id }));
        const found = bursts(rows, { within: 5 * SECOND, least: 2 }).flat();
        const neighbours = rows.filter((row) =>
          rows.some((other) => other.id !== row.id && Math.abs(other.at - row.at) <= 5 * SECOND),
        );
        expect(found.map(({ id }) => id).sort()).toEqual(neighbours.map(({ id }) => id).sort());
      }),
    );
  });

  it('are the same in whatever order the rows arrive', () => {
    fc.assert(
      fc.property(times, (moments) => {
        const rows = [...new Set(moments)].map((at) => ({ at }));
        expect(bursts(rows.toReversed(), { within: 2 * SECOND, least: 2 })).toEqual(
          bursts(rows, { within: 2 * SECOND, least: 2 }),
        );
      }),
    );
  });
});
