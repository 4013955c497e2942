import { answered, failed } from '../../shared/contract/errors.ts';
import type { outsideCalls } from '../../shared/contract/outside.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const outsideHandlers = ({ outside, session }: Parts): HandlersOf<typeof outsideCalls> => ({
  'outside.get': () => answered(outside.view()),
  'outside.setHeartbeat': ({ address }) => {
    const by = session.operator();
    return by === null ? failed('not_signed_in') : outside.heartbeat.set(address, by);
  },
  'outside.testHeartbeat': ({ address }) => outside.heartbeat.test(address),
});
