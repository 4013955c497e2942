import { answered } from '../../shared/contract/errors.ts';
import type { operatorCalls } from '../../shared/contract/operators.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const operatorHandlers = (parts: Parts): HandlersOf<typeof operatorCalls> => ({
  'operators.get': () => {
    const operators = parts.people.operators();
    return answered(operators === undefined ? null : { operators });
  },
  'operators.save': (input) => whenReachable(parts, () => parts.people.save(input)),
  'operators.changePin': ({ pin, newPin }) => whenReachable(parts, () => parts.people.changePin(pin, newPin)),
});
