import type { databaseCalls } from '../../shared/contract/database.ts';
import { answered } from '../../shared/contract/errors.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const databaseHandlers = (parts: Parts): HandlersOf<typeof databaseCalls> => ({
  'database.get': () => answered(parts.festival().databaseWatch.panels()),
  'database.look': ({ group }) =>
    whenReachable(parts, async () => answered(await parts.festival().databaseWatch.look(group))),
});
