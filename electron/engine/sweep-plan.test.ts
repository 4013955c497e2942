import { describe, expect, it } from 'vitest';
import { createSweepPlan } from './sweep-plan.ts';

const plan = () => {
  let now = 0;
  const sweeps = createSweepPlan({ monotonic: () => now }, 60);
  /** A cycle that carries out what the plan says over so many cards, in one batch or two. */
  const cycle = (cards: number, sweptTo: string | null = null) => {
    const sweep = sweeps.next(true);
    sweeps.note(sweep, { caughtUp: true, cardsSwept: cards, sweptTo });
    return sweep;
  };
  return {
    sweeps,
    cycle,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

describe('the plan of the sweep', () => {
  it('compares all cards with every critical cycle while they fit into one batch', () => {
    const { cycle } = plan();
    expect([cycle(50_000), cycle(50_000), cycle(50_000)]).toEqual([{ after: '' }, { after: '' }, { after: '' }]);
  });

  it('goes on where a batch ended, and compares all of many cards every five minutes', () => {
    const { sweeps, cycle, pass } = plan();
    expect(cycle(50_000, 'M')).toEqual({ after: '' });
    expect(sweeps.continuesAfter()).toBe('M');
    expect(cycle(10_000)).toEqual({ after: 'M' });
    expect(sweeps.continuesAfter()).toBeNull();
    expect(sweeps.next(true)).toEqual({ changedWithinSeconds: 60 });
    expect(sweeps.next(false)).toBeNull();
    pass(5 * 60_000);
    expect(sweeps.next(false)).toEqual({ after: '' });
  });

  it('stays where it is while there is more of the log to read', () => {
    const { sweeps, cycle } = plan();
    cycle(50_000, 'M');
    sweeps.note(sweeps.next(true), { caughtUp: false, cardsSwept: 0, sweptTo: null });
    expect(sweeps.continuesAfter()).toBe('M');
  });

  it('starts over after a cycle that failed', () => {
    const { sweeps, cycle } = plan();
    cycle(50_000, 'M');
    sweeps.abandon();
    expect(sweeps.continuesAfter()).toBeNull();
    expect(sweeps.next(false)).toEqual({ after: '' });
  });
});
