/** Time as the composition root hands it out, so that tests run on a clock of their own. */
export type Clock = {
  /** Milliseconds since 1970 by this laptop. */
  now(): number;
  /** Monotonic milliseconds, for durations and timeouts. */
  monotonic(): number;
};
