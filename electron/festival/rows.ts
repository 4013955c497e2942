import { z } from 'zod';
import { type Cents, parseCents } from '../../shared/domain/money.ts';

/**
 * Schemas for columns as they arrive from Postgres. The pool hands every value over as Postgres's own text, except
 * booleans, int2/int4, float8 and json (see pool.ts), so that no number loses a digit and no time a microsecond.
 */

/** A bigint id: text to a safe integer. */
export const idColumn = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number)
  .refine(Number.isSafeInteger, 'id beyond 2^53');

/** A count(*) or sum of integers. */
export const countColumn = idColumn;

/** A numeric(10,2): text to integer cents. */
export const centsColumn = z.string().transform((text, context): Cents => {
  try {
    return parseCents(text);
  } catch {
    context.addIssue({ code: 'custom', message: `not an amount: "${text}"` });
    return z.NEVER;
  }
});

/** Microseconds since 1970 as selected with `(extract(epoch from t) * 1000000)::bigint`: a safe integer until 2255. */
export const microsColumn = idColumn;

/** A timestamptz as Postgres prints it in UTC, to an ISO 8601 instant with its microseconds kept. */
export const instantColumn = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/)
  .transform((text) => `${text.slice(0, -3).replace(' ', 'T')}Z`);
