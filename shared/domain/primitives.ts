import { z } from 'zod';
import { textSchema } from './plain-text.ts';

/**
 * A number that Regie itself counts up, one a row of its own: below 2^53 whatever a festival does. Ids that others hand
 * out are in row-id.ts.
 */
export const serialSchema = z.int().min(1);

/** An instant in UTC, ISO 8601 with up to microseconds: `2026-07-03T21:04:05.123456Z`. */
export const instantSchema = z.iso.datetime({ offset: false });
export type Instant = z.infer<typeof instantSchema>;

export const operationIdSchema = z.uuid();

/**
 * A card id exactly as the festival has it: one with a line break at its end is another guest's than the one without. What
 * was typed or scanned is tidied where it is typed.
 */
export const cardIdSchema = textSchema.min(1).max(200);

/** Words of a person that are kept: a note, a reason. */
export const wordsSchema = textSchema.trim().min(1).max(2_000);

/**
 * An object that came out of a JSON parser. What stands in it is JSON already, and is not walked once more: it may be as
 * much as somebody else wanted.
 */
export const parsedJsonObject = z.custom<Record<string, z.core.util.JSONType>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** Figures and words that fill a translated sentence. */
export const paramsSchema = z.record(z.string(), z.union([z.string(), z.number()]));
export type Params = z.infer<typeof paramsSchema>;
