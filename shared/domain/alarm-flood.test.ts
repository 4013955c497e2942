import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causesIn, causesInOrder, type FloodAlarm, floodsIn } from './alarm-flood.ts';
import { rowId } from './row-id.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const every = (count: number, stepMs: number, fromMs = 0): number[] =>
  Array.from({ length: count }, (_, index) => fromMs + index * stepMs);

describe('a flood', () => {
  it('is none with ten in ten minutes', () => {
    expect(floodsIn(every(10, MINUTE), HOUR)).toEqual([]);
    // One a minute: the first leaves the window as the eleventh comes.
    expect(floodsIn(every(60, MINUTE), HOUR)).toEqual([]);
  });

  it('is one with the eleventh, since the first of them', () => {
    const begins = [-HOUR, ...every(11, 59_000)];
    expect(floodsIn(begins.slice(0, -1), 10 * 59_000)).toEqual([]);
    expect(floodsIn(begins, 10 * 59_000)).toEqual([{ sinceMs: 0, endedMs: null, alarms: 11 }]);
  });

  it('goes on below eleven, and ends when fewer than five began in ten minutes', () => {
    const begins = [...every(20, 15_000), ...every(5, MINUTE, 10 * MINUTE)];
    // The last five begin a minute apart from 10:00 on: at 20:00 the first of them leaves.
    expect(floodsIn(begins, 20 * MINUTE - 1)).toEqual([{ sinceMs: 0, endedMs: null, alarms: 25 }]);
    expect(floodsIn(begins, 20 * MINUTE)).toEqual([{ sinceMs: 0, endedMs: 20 * MINUTE, alarms: 25 }]);
    // What begins after that belongs to none, until there are eleven again.
    expect(floodsIn([...begins, 21 * MINUTE], HOUR)).toHaveLength(1);
    expect(floodsIn([...begins, ...every(11, 1_000, 30 * MINUTE)], 31 * MINUTE)).toMatchObject([
      { endedMs: 20 * MINUTE },
      { sinceMs: 30 * MINUTE, endedMs: null, alarms: 11 },
    ]);
  });
});

it('whatever begins: a flood holds eleven in ten minutes, has more than four at each moment, and none is missed', () => {
  const begins = array(integer({ min: 0, max: 2 * HOUR }), { maxLength: 150 });
  assert(
    property(begins, (some) => {
      const floods = floodsIn(some, 3 * HOUR);
      const within = (fromMs: number, toMs: number) => some.filter((at) => at > fromMs && at <= toMs).length;
      const inFlood = (at: number) =>
        floods.some(({ sinceMs, endedMs }) => at >= sinceMs && at <= (endedMs ?? Number.POSITIVE_INFINITY));
      for (const at of some) if (within(at - 10 * MINUTE, at) > 10) expect(inFlood(at)).toBe(true);
      for (const { sinceMs, endedMs, alarms } of floods) {
        expect(alarms).toBeGreaterThan(10);
        expect(endedMs).not.toBeNull();
        expect(within((endedMs ?? 0) - 10 * MINUTE, endedMs ?? 0)).toBeLessThan(5);
        expect(within((endedMs ?? 0) - 1 - 10 * MINUTE, (endedMs ?? 0) - 1)).toBeGreaterThan(4);
        expect(within(sinceMs - 1, endedMs ?? 0)).toBeGreaterThanOrEqual(alarms);
      }
    }),
  );
});

describe('the causes of a flood', () => {
  const alarms = (count: number, algorithm: string, about: string | null, fromMs: number): FloodAlarm[] =>
    every(count, 1_000, fromMs).map((beginsMs, index) => ({
      ...{ incidentId: rowId(fromMs + index), beginsMs, algorithm, about },
    }));
  const flood = [
    ...alarms(1, 'balance_deduction_on_failure', 'Bar 9', 0),
    ...alarms(12, 'balance_deduction_on_failure', 'Bar 3', 10_000),
    ...alarms(4, 'duplicate_charge', 'Bar 1', 30_000),
    ...alarms(4, 'duplicate_charge', 'Bar 2', 40_000),
  ];

  it('are kinds of faults, with the place where most of a kind is', () => {
    const cause = causesIn(flood);
    const where = (algorithm: string, about: string) => cause({ algorithm, about }).where;
    expect(where('balance_deduction_on_failure', 'Bar 3')).toEqual({ at: 'Bar 3' });
    expect(where('balance_deduction_on_failure', 'Bar 9')).toBe('elsewhere');
    expect(where('duplicate_charge', 'Bar 1')).toBe('anywhere');
    expect(where('reader_silent', 'reader-1')).toBe('anywhere');
  });

  it('come in the order in which they began; what was there by chance comes last', () => {
    expect([...causesInOrder(flood, causesIn(flood))].map(([key, makesIt]) => [...JSON.parse(key), makesIt])).toEqual([
      ['balance_deduction_on_failure', { at: 'Bar 3' }, true],
      ['duplicate_charge', 'anywhere', true],
      ['balance_deduction_on_failure', 'elsewhere', false],
    ]);
  });
});
