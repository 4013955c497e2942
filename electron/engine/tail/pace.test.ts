import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';
import { BATCH } from './positions.ts';

const behind = { behind: 1_000_000, history: true };

describe('how much one cycle reads', () => {
  it('is a live batch until there is more to read, and then as much as stays short', () => {
    const pace = createPace();
    expect(pace.next().batch).toBe(BATCH);
    pace.note({ ...behind, durationMs: 300 });
    const larger = pace.next();
    expect(larger.batch).toBeGreaterThan(BATCH);
    pace.note({ ...behind, durationMs: 6_000 });
    expect(pace.next()).toEqual(larger);
    pace.note({ ...behind, durationMs: 16_000 });
    expect(pace.next().batch).toBeLessThan(larger.batch);
    pace.note({ behind: 0, history: false, durationMs: 10 });
    expect(pace.next()).toEqual(createPace().next());
  });

  it('is bounded on both sides', () => {
    const pace = createPace();
    for (let cycle = 0; cycle < 20; cycle += 1) pace.note({ ...behind, durationMs: 10 });
    expect(pace.next()).toEqual({ batch: 50_000, history: 400_000 });
    for (let cycle = 0; cycle < 20; cycle += 1) pace.note({ ...behind, durationMs: 60_000 });
    expect(pace.next()).toEqual({ batch: BATCH, history: 50_000 });
  });

  it('is the least after a cycle that failed: it may have taken too long', () => {
    const pace = createPace();
    for (let cycle = 0; cycle < 5; cycle += 1) pace.note({ ...behind, durationMs: 10 });
    pace.failed();
    expect(pace.next()).toEqual({ batch: BATCH, history: 50_000 });
  });

  it('stays as it is told', () => {
    const pace = createPace(7);
    pace.note({ ...behind, durationMs: 1 });
    expect(pace.next()).toEqual({ batch: 7, history: 7 });
  });
});
