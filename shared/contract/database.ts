import { z } from 'zod';
import { panelSchema } from '../domain/database-panel.ts';
import { EVERYBODY } from '../domain/rights.ts';
import { live, nothing, query } from './declare.ts';

/** The panels of one group, and when to ask for them again: the more it costs the database, the later. */
const lookSchema = z.object({ panels: z.array(panelSchema), nextMs: z.int() });

export const databaseCalls = {
  /** Every panel as it was when the festival's database last answered it on this laptop. */
  'database.get': query(nothing, z.array(panelSchema)),
  /** Other sessions' statements may say what is nobody's business: only to whoever is signed in. */
  'database.look': live({
    input: z.strictObject({ group: z.enum(['now', 'store']) }),
    output: lookSchema,
    roles: EVERYBODY,
  }),
} as const;
