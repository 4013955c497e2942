import { z } from 'zod';

/**
 * A value in what reconciling says of a row: a number or a name as it stands; an amount in cents, a stored text, a kind of correction or
 * the name of a column, which each language writes in its own way. Null: there is none, or none that can be read.
 */
const valueSchema = z.union([
  z.string(),
  z.number(),
  z.object({ cents: z.int().nullable() }),
  z.object({ text: z.string().nullable() }),
  z.object({ kind: z.string().nullable() }),
  z.object({ column: z.string() }),
]);
export type SaidValue = z.infer<typeof valueSchema>;

/** A sentence without its words, which stand in shared/i18n/reconcile.ts. */
export const saidSchema = z.object({ code: z.string(), params: z.record(z.string(), valueSchema) });
export type Said = z.infer<typeof saidSchema>;
