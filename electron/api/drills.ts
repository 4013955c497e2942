import type { drillCalls } from '../../shared/contract/drills.ts';
import { answered } from '../../shared/contract/errors.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const drillHandlers = (parts: Parts): HandlersOf<typeof drillCalls> => ({
  'drills.get': () => answered(parts.drills.view()),
  'drill.begin': (input) => parts.drills.start({ ...input, operator: parts.session.operator() }),
  'drill.finish': () => parts.drills.finish(),
  'drill.abandon': () => parts.drills.abandon(),
});
