import type { Clock } from '../../shared/domain/clock.ts';

/** Whether somebody has touched this console lately. */
export type IdleWatch = {
  /** Somebody is there. */
  touch(): void;
  idleMs(): number;
};

/**
 * Two clocks, and the one that ran longer counts: the monotonic one stands still while a laptop sleeps, and the other one
 * can be set back.
 */
export const createIdleWatch = (clock: Clock): IdleWatch => {
  let touched = { now: clock.now(), monotonic: clock.monotonic() };
  return {
    touch: () => {
      touched = { now: clock.now(), monotonic: clock.monotonic() };
    },
    idleMs: () => Math.max(clock.now() - touched.now, clock.monotonic() - touched.monotonic),
  };
};
