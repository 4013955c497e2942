import { answered } from '../../shared/contract/errors.ts';
import type { sessionCalls } from '../../shared/contract/session.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const sessionHandlers = (parts: Parts): HandlersOf<typeof sessionCalls> => ({
  'session.get': () => answered(parts.session.get()),
  'session.begin': ({ name, pin }) => whenReachable(parts, () => parts.auth.begin(name, pin)),
  'session.signIn': ({ operatorId, pin }) => parts.auth.signIn(operatorId, pin),
  'session.lock': () => answered(parts.session.lock()),
  'session.active': () => {
    parts.session.active();
    return answered({});
  },
  'session.mute': ({ minutes }) => answered(parts.session.mute(minutes)),
  'session.setPreferences': (changed) => answered(parts.session.setPreferences(changed)),
});
