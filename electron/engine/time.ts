import type { Micros, Span } from './detector.ts';

/** A moment as Postgres reads it, with its microseconds. */
export const iso = (at: Micros): string => {
  const seconds = Math.floor(at / 1_000_000);
  const fraction = String(at - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${fraction}Z`;
};

/** The span of the rows in time, widened on both sides. */
export const spanAround = (rows: readonly { readonly at: Micros }[], margin: Micros): Span => {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { at } of rows) {
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return { from: from - margin, to: to + margin };
};
