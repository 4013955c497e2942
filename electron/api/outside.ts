import { answered } from '../../shared/contract/errors.ts';
import type { outsideCalls } from '../../shared/contract/outside.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const outsideHandlers = ({ outside }: Pick<Parts, 'outside'>): HandlersOf<typeof outsideCalls> => ({
  'outside.get': () => answered(outside()),
});
