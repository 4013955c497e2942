import { answered } from '../../shared/contract/errors.ts';
import type { operatorCalls } from '../../shared/contract/operators.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const operatorHandlers = (parts: Parts): HandlersOf<typeof operatorCalls> => ({
  'operators.get': () => {
    const operators = parts.auth.operators();
    return answered(operators === undefined ? null : { operators });
  },
  'operators.save': (input) => whenReachable(parts, () => parts.auth.save(input)),
  'operators.changePin': ({ pin, newPin }) => whenReachable(parts, () => parts.auth.changePin(pin, newPin)),
});
