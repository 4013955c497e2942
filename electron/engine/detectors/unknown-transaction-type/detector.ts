import { z } from 'zod';
import { arrivalDetector } from '../../detector.ts';
import { ALGORITHM, countTypes, typeFinding } from './rule.ts';

const stateSchema = z.object({
  types: z.array(z.object({ type: z.string(), count: z.int(), firstAt: z.int(), example: z.string() })).default([]),
});
/** A writer gone mad may invent a type a row: beyond so many, the oldest are forgotten. */
const TYPES_KEPT = 200;

export const unknownTransactionType = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: async ({ transactions, state }) => {
    const { types } = stateSchema.parse(state ?? {});
    const counts = new Map(types.map((one) => [one.type, one.count]));
    const now = countTypes(transactions, types);
    const grown = now.filter((one) => one.count !== counts.get(one.type));
    if (grown.length === 0) return { findings: [] };
    return { findings: grown.map(typeFinding), state: { types: now.slice(-TYPES_KEPT) } };
  },
});
