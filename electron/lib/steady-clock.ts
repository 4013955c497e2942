import { uptime } from 'node:os';
import type { Clock } from '../../shared/domain/clock.ts';

/** Where time is read from; tests have their own. Milliseconds, except `uptime`: seconds, as node:os has it. */
export type TimeSources = {
  /** The clock on the wall of this laptop, which anybody can set. */
  wall(): number;
  /** Stands still while the laptop sleeps. */
  monotonic(): number;
  /** Since the laptop was started, sleep included; on some systems in whole seconds. */
  uptime(): number;
};

export type SteadyClock = Clock & {
  /** By how much this laptop's clock was set since Regie started: milliseconds in whole seconds; 0 while it was not. */
  setByMs(): number;
  close(): void;
};

/** Finer than the sources agree, and coarser than what a time server corrects little by little. */
const NOTICED_MS = 1_500;
const EVERY_MS = 1_000;

const SYSTEM: TimeSources = { wall: () => Date.now(), monotonic: () => performance.now(), uptime };

/**
 * Time that starts as this laptop's clock says and then runs by itself: setting the clock changes nothing in what waits,
 * expires or is locked (docs/architecture.md, "Time"). Sleep counts.
 * @param options.onSet the clock was set, or set back: called within a second
 */
export const createSteadyClock = (options: { sources?: TimeSources; onSet?: () => void } = {}): SteadyClock => {
  const { sources = SYSTEM, onSet } = options;
  const start = { wall: sources.wall(), monotonic: sources.monotonic(), uptime: sources.uptime() };
  let sleptMs = 0;
  let setByMs = 0;
  const awakeMs = (): number => sources.monotonic() - start.monotonic;
  const now = (): number => start.wall + awakeMs() + sleptMs;

  const compare = (): void => {
    const asleep = (sources.uptime() - start.uptime) * 1_000 - awakeMs();
    if (asleep - sleptMs > NOTICED_MS) sleptMs = asleep;
    // The sources differ by parts of a millisecond: an hour is said as an hour.
    const apart = Math.round((sources.wall() - now()) / 1_000) * 1_000;
    if (Math.abs(apart - setByMs) <= NOTICED_MS) return;
    setByMs = Math.abs(apart) <= NOTICED_MS ? 0 : apart;
    onSet?.();
  };
  const timer = setInterval(compare, EVERY_MS);
  timer.unref();
  return { now, monotonic: sources.monotonic, setByMs: () => setByMs, close: () => clearInterval(timer) };
};
