import { describe, expect, it } from 'vitest';
import { growthOf, type Sample, type Samples, windowOf, withSample } from './samples.ts';

const START = Date.parse('2026-07-03T12:00:00Z');
const sampleAt = (minutes: number, some: Partial<Sample> = {}): Sample => ({
  ...{ at: new Date(START + minutes * 60_000).toISOString(), bytes: 1_000, hit: 0, read: 0, reset: '' },
  ...{ tempFiles: 0, tempBytes: 0, deadlocks: 0, commits: minutes, rollbacks: 0 },
  ...some,
});
const taken = (every: number, until: number): Samples => {
  let samples: Samples = [];
  for (let minute = 0; minute <= until; minute += every) samples = withSample(samples, sampleAt(minute));
  return samples;
};

describe('samples of the counters', () => {
  it('lie ten minutes apart in the last hours and an hour before, and are bounded', () => {
    expect(taken(1, 30)).toHaveLength(4);
    expect(taken(10, 24 * 60).length).toBeLessThan(45);
    expect(taken(60, 16 * 24 * 60).length).toBeLessThan(14 * 24 + 10);
  });

  it('are compared with the last one that is an hour old, or with the oldest there is', () => {
    expect(windowOf(taken(10, 120), sampleAt(125))?.at).toBe(sampleAt(60).at);
    expect(windowOf(taken(10, 20), sampleAt(21))?.at).toBe(sampleAt(0).at);
    expect(windowOf([], sampleAt(5))).toBeNull();
  });

  it('are not compared across a reset, or with those of a server that has counted further', () => {
    expect(windowOf(taken(10, 20), sampleAt(21, { reset: '2026-07-03 12:20:30+00' }))).toBeNull();
    expect(windowOf([sampleAt(0, { commits: 5_000 })], sampleAt(60))).toBeNull();
  });

  it('tell growth a day once they are six hours apart', () => {
    expect(growthOf(taken(60, 300), sampleAt(300, { bytes: 5_000 }))).toBeNull();
    expect(growthOf(taken(60, 720), sampleAt(720, { bytes: 2_000 }))).toBe(2_000);
  });
});
