import { type Micros, SECOND } from '../detector.ts';

/** Under one request id, an order is the same one again within so much. */
export const SAME_REQUEST: Micros = 120 * SECOND;

/**
 * Splits rows into bursts: neighbours in time at most `within` apart belong together (sliding, never cut at a full
 * second or minute). Only bursts of at least `least` rows are returned, each in the order of time.
 */
export const bursts = <Row extends { readonly at: Micros }>(
  rows: readonly Row[],
  options: { within: Micros; least: number },
): Row[][] => {
  const groups: Row[][] = [];
  for (const row of rows.toSorted((a, b) => a.at - b.at)) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && row.at - last.at <= options.within) group.push(row);
    else groups.push([row]);
  }
  return groups.filter((group) => group.length >= options.least);
};
