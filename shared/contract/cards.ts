import { z } from 'zod';
import { cardTransactionSchema, cardViewSchema } from '../domain/card.ts';
import { cardIdSchema } from '../domain/primitives.ts';
import { ANYONE } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
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
  /** Rows of its history before `before`, and of a later page before `after`, the newest first. */
  'card.page': live({
    input: z.strictObject({ cardId: cardIdSchema, before: rowIdSchema, after: rowIdSchema.nullable() }),
    output: z.object({ rows: z.array(cardTransactionSchema), next: rowIdSchema.nullable() }),
    roles: ANYONE,
  }),
  'card.look': live({ input: z.strictObject({ cardId: cardIdSchema }), output: cardViewSchema, roles: ANYONE }),
} as const;
