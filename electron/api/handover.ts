import { answered } from '../../shared/contract/errors.ts';
import { type handoverCalls, handoverViewSchema } from '../../shared/contract/handover.ts';
import { readHandovers } from '../operations/handover/handover-view.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const handoverHandlers = (parts: Parts): HandlersOf<typeof handoverCalls> => ({
  'handover.get': () => answered(parts.festival().kept.answer('handover', handoverViewSchema) ?? null),
  'handover.look': () =>
    whenReachable(parts, async () => {
      const { database, kept } = parts.festival();
      const view = await database.read(readHandovers);
      kept.keep('handover', view);
      return answered(view);
    }),
});
