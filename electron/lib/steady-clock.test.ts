import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSteadyClock, type SteadyClock } from './steady-clock.ts';

const HOUR_MS = 3_600_000;

describe('the steady clock', () => {
  const laptop = { wall: 0, monotonic: 0, uptime: 0 };
  const pass = (ms: number): void => {
    laptop.wall += ms;
    laptop.monotonic += ms;
    laptop.uptime += ms;
    vi.advanceTimersByTime(ms);
  };
  /** Neither timers nor the monotonic clock run meanwhile. */
  const sleep = (ms: number): void => {
    laptop.wall += ms;
    laptop.uptime += ms;
    pass(2_000);
  };
  let noticed = 0;
  let clock: SteadyClock;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    Object.assign(laptop, { wall: 1_700_000_000_000, monotonic: 5_000, uptime: 100_000_000 });
    noticed = 0;
    clock = createSteadyClock({
      sources: {
        wall: () => laptop.wall,
        monotonic: () => laptop.monotonic,
        // Whole seconds, as the coarsest system has it.
        uptime: () => Math.floor(laptop.uptime / 1_000),
      },
      onSet: () => {
        noticed += 1;
      },
    });
  });
  afterEach(() => {
    clock.close();
    vi.useRealTimers();
  });

  it('runs as the laptop’s clock while nobody sets it', () => {
    pass(HOUR_MS);
    expect(clock.now()).toBe(laptop.wall);
    expect(clock.setByMs()).toBe(0);
    expect(noticed).toBe(0);
  });

  it.each([HOUR_MS, -HOUR_MS, 400 * 24 * HOUR_MS])(
    'goes on when the laptop’s clock is set by %d ms, and says so',
    (by) => {
      const before = clock.now();
      laptop.wall += by;
      laptop.monotonic += 0.4;
      pass(2_000);
      expect(clock.now()).toBe(before + 2_000.4);
      expect(clock.setByMs()).toBe(by);
      expect(noticed).toBe(1);
      laptop.wall -= by;
      pass(2_000);
      expect(clock.setByMs()).toBe(0);
      expect(noticed).toBe(2);
    },
  );

  it('counts the time in which the laptop slept', () => {
    sleep(8 * HOUR_MS);
    expect(Math.abs(clock.now() - laptop.wall)).toBeLessThan(1_500);
    expect(clock.setByMs()).toBe(0);
    sleep(10_000);
    sleep(2 * HOUR_MS);
    expect(Math.abs(clock.now() - laptop.wall)).toBeLessThan(1_500);
  });

  it('tells a clock that is set during sleep from the sleep', () => {
    laptop.wall += HOUR_MS;
    sleep(3 * HOUR_MS);
    expect(Math.abs(clock.setByMs() - HOUR_MS)).toBeLessThan(1_500);
  });
});
