import { z } from 'zod';
import { cardViewSchema } from '../domain/card.ts';
import { cardIdSchema } from '../domain/primitives.ts';
import { ANYONE } from '../domain/rights.ts';
import { live, query } from './declare.ts';

const foundSchema = z.object({
  /** Ids that differ from what was read by case, by what stands between their parts, or by a keyboard's layout. */
  same: z.array(z.string()),
  /** Other ids that end like it. */
  ending: z.array(z.string()),
});
export type FoundCards = z.output<typeof foundSchema>;

export const cardCalls = {
  /** The laptop's copy of a card, as old as its `at`; null where there is none. `card.look` asks the festival. */
  'card.get': query(z.strictObject({ cardId: cardIdSchema }), cardViewSchema.nullable()),
  /** What an id may mean that no card has: among this laptop's copies, and `card.lookFor` among the festival's cards. */
  'card.find': query(z.strictObject({ read: cardIdSchema }), foundSchema),
  'card.lookFor': live({ input: z.strictObject({ read: cardIdSchema }), output: foundSchema, roles: ANYONE }),
  'card.look': live({ input: z.strictObject({ cardId: cardIdSchema }), output: cardViewSchema, roles: ANYONE }),
} as const;
