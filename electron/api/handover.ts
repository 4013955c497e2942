import { answered } from '../../shared/contract/errors.ts';
import { type handoverCalls, handoverViewSchema } from '../../shared/contract/handover.ts';
import { readHandovers } from '../operations/handover/handover-view.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const handoverHandlers = (parts: Parts): HandlersOf<typeof handoverCalls> => ({
  'handover.get': () => answered(parts.festival().cache.get('handover', handoverViewSchema) ?? null),
  'handover.look': () =>
    whenReachable(parts, async () => {
      const { database, cache } = parts.festival();
      const view = await database.read(readHandovers);
      cache.set('handover', view);
      return answered(view);
    }),
});
