import type { cardCalls } from '../../shared/contract/cards.ts';
import { answered } from '../../shared/contract/errors.ts';
import { readCardPage } from '../operations/cards/card-page.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const cardHandlers = (parts: Parts): HandlersOf<typeof cardCalls> => ({
  'card.get': ({ cardId }) => answered(parts.festival().cards.copy(cardId)),
  'card.find': ({ read }) => answered(parts.festival().cards.findCopies(read)),
  'card.lookFor': ({ read }) => whenReachable(parts, async () => answered(await parts.festival().cards.find(read))),
  'card.page': ({ cardId, before, after }) =>
    whenReachable(parts, async () => answered(await readCardPage(parts.festival().database, cardId, after ?? before))),
  'card.look': ({ cardId }) => whenReachable(parts, async () => answered(await parts.festival().cards.read(cardId))),
});
