import { answered } from '../../shared/contract/errors.ts';
import { curvesSchema, type overviewCalls, pulseSchema } from '../../shared/contract/overview.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const overviewHandlers = (parts: Parts): HandlersOf<typeof overviewCalls> => ({
  'overview.get': () => {
    const { cache } = parts.festival();
    return answered({
      curves: cache.get('curves', curvesSchema) ?? null,
      pulse: cache.get('pulse', pulseSchema) ?? null,
    });
  },
});
