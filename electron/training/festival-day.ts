/** The guide's day: 6,000 transactions over 14 opening hours, from noon to two in the morning. */
const TRANSACTIONS_PER_DAY = 6_000;
const OPENING_HOURS = 14;
const OPENS_AT = 12;

/** How busy each opening hour is; 1 is the mean of them. */
const CURVE = [0.4, 0.5, 0.5, 0.6, 0.7, 0.9, 1.2, 1.5, 1.7, 1.8, 1.6, 1.3, 0.8, 0.5];

/** Outside of opening hours a few staff and campers still buy something: a training festival is never dead. */
const CLOSED = 0.25;

/**
 * The hour of the festival at each start. Not this laptop's: people train in the morning too, and early evening has
 * something to see.
 */
const STARTS_AT_HOUR = 18;

const HOUR_MS = 3_600_000;

/** Transactions per second at speed 1, `elapsedMs` of festival time after the start. */
export const transactionsPerSecond = (elapsedMs: number): number => {
  const hour = Math.floor(STARTS_AT_HOUR + elapsedMs / HOUR_MS) % 24;
  const busy = CURVE[(hour - OPENS_AT + 24) % 24] ?? CLOSED;
  return (busy * TRANSACTIONS_PER_DAY) / (OPENING_HOURS * 3_600);
};
