import { z } from 'zod';
import { cardViewSchema } from '../domain/card.ts';
import { cardIdSchema } from '../domain/primitives.ts';
import { ANYONE } from '../domain/rights.ts';
import { live, query } from './declare.ts';

export const cardCalls = {
  /** The laptop's copy of a card, as old as its `at`; null where there is none. `card.look` asks the festival. */
  'card.get': query(z.strictObject({ cardId: cardIdSchema }), cardViewSchema.nullable()),
  'card.look': live({ input: z.strictObject({ cardId: cardIdSchema }), output: cardViewSchema, roles: ANYONE }),
} as const;
