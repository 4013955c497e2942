import { describe, expect, it } from 'vitest';
import { createScheduler, DEFAULT_INTERVALS, type Intervals } from './scheduler.ts';

/** A schedule with a clock of its own. */
const startSchedule = (intervals?: Intervals) => {
  let now = 1_000_000;
  const scheduler = createScheduler({ monotonic: () => now }, intervals);
  scheduler.start();
  const pass = (ms: number): void => {
    now += ms;
  };
  /** What is due when this much time has passed, in the order in which it is handed out. */
  const dueAfter = (ms: number): string[] => {
    pass(ms);
    const due: string[] = [];
    for (let kind = scheduler.next(); kind !== 'tail'; kind = scheduler.next()) due.push(kind);
    return due;
  };
  return { scheduler, pass, dueAfter };
};

describe('the schedule', () => {
  it('starts with a tail, then runs each kind of work once, one soon after the other', () => {
    const { dueAfter } = startSchedule();
    expect(dueAfter(0)).toEqual([]);
    expect(dueAfter(2_000)).toEqual(['canary']);
    expect(dueAfter(1_000)).toEqual(['critical']);
    expect(dueAfter(2_000)).toEqual(['snapshot']);
    expect(dueAfter(2_000)).toEqual(['medium']);
  });

  it('repeats a critical cycle after 30 s, to the millisecond, and a medium one after 2 min', () => {
    const { dueAfter } = startSchedule();
    dueAfter(7_000);
    expect(dueAfter(25_999)).toEqual(['canary']);
    expect(dueAfter(1)).toEqual(['critical']);
    expect(dueAfter(93_999).includes('medium')).toBe(false);
    expect(dueAfter(1)).toEqual(['medium']);
  });

  it('hands out the most important work first when several are due', () => {
    expect(startSchedule().dueAfter(10 * 60_000)).toEqual([
      'canary',
      'critical',
      'medium',
      'snapshot',
      'cleanup',
      'recompute',
    ]);
  });

  it('runs late work once and counts the cycles that were left out, but no snapshots or probes', () => {
    const { scheduler, dueAfter } = startSchedule();
    dueAfter(7_000);
    expect(dueAfter(10 * 60_000).filter((kind) => kind === 'critical')).toHaveLength(1);
    // Twenty critical cycles and five medium ones came due, and one of each was run.
    expect(scheduler.skipped()).toBe(19 + 4);
  });

  it('keeps its beat when work is late', () => {
    const { dueAfter } = startSchedule();
    dueAfter(7_000);
    expect(dueAfter(27_000)).toContain('critical');
    expect(dueAfter(28_999)).not.toContain('critical');
    expect(dueAfter(1)).toContain('critical');
  });

  it('counts nothing as skipped that came due while another laptop led', () => {
    const { scheduler, pass, dueAfter } = startSchedule();
    pass(60 * 60_000);
    scheduler.forgiveMissed();
    expect(dueAfter(0)).toEqual(['canary', 'critical', 'medium', 'snapshot', 'cleanup', 'recompute']);
    expect(scheduler.skipped()).toBe(0);
  });

  it('takes other intervals from now on, and the first ones again afterwards', () => {
    const { scheduler, pass, dueAfter } = startSchedule();
    pass(10_000);
    for (let kind = scheduler.next(); kind !== 'tail'; kind = scheduler.next());
    scheduler.setIntervals({ criticalMs: 15_000, mediumMs: 60_000 });
    expect(dueAfter(15_000)).toContain('critical');
    expect(dueAfter(15_000)).toContain('critical');
    scheduler.setIntervals(DEFAULT_INTERVALS);
    expect(dueAfter(14_000)).not.toContain('medium');
    expect(scheduler.skipped()).toBe(0);
  });

  it('follows the configured intervals', () => {
    const { dueAfter } = startSchedule({ criticalMs: 15_000, mediumMs: 60_000 });
    dueAfter(7_000);
    expect(dueAfter(11_000)).toEqual(['canary', 'critical']);
  });
});
