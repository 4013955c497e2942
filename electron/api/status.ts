import { answered } from '../../shared/contract/errors.ts';
import type { statusCalls } from '../../shared/contract/status.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const statusHandlers = (parts: Parts): HandlersOf<typeof statusCalls> => ({
  'status.get': () => answered(parts.festival().status()),
  'disk.acknowledge': () => {
    parts.disk.acknowledge();
    return answered({});
  },
  'databaseBreak.understood': () => {
    const { memory, publishStatus } = parts.festival();
    memory.markRead(parts.session.operator() ?? '');
    publishStatus();
    return answered({});
  },
});
