import { expect, it } from 'vitest';
import { cardIdSchema } from './primitives.ts';

it('leaves a card id as it is: blanks and line breaks around it make it another card', () => {
  for (const id of ['04AA11', '04AA11\n', ' 04AA11', '04AA11\t', ' ']) expect(cardIdSchema.parse(id)).toBe(id);
  expect(cardIdSchema.safeParse('').success).toBe(false);
});
