import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';
import { readTraffic } from './traffic-report.ts';

const world = engineWorld();
const { festival } = world;

describe('the traffic of the last quarter of an hour', () => {
  it('is what the tail has counted, in steps of half a minute, without what is older', async () => {
    await festival.card('A', 100);
    await festival.order('A', 3, { secondsAgo: 1_000 });
    for (const secondsAgo of [700, 300, 300]) await festival.order('A', 3, { secondsAgo });
    await festival.failedOrder('A', 3, { takes: 0, secondsAgo: 300 });
    await world.engine.runCycle('tail');
    const { at, steps } = await readTraffic(world.database.festival);
    expect(steps.map(({ total, failed }) => [total, failed])).toEqual([
      [1, 0],
      [3, 1],
    ]);
    const oldest = Date.parse(at) - Date.parse(steps[0]?.at ?? '');
    expect(Math.round(oldest / 60_000)).toBeGreaterThanOrEqual(11);
    expect(Math.round(oldest / 60_000)).toBeLessThanOrEqual(13);
  });
});
