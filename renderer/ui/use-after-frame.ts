import { startTransition, useEffect, useState } from 'react';
import { afterFrame } from './after-frame.ts';

/**
 * A value once the frame that shows what else came with it is drawn: what can wait for that does not hold it up. React's own
 * deferred value is drawn as soon as nothing else is, which may be before the frame.
 * @param first what there is until then; left out: the same value
 */
export const useAfterFrame = <Value>(value: Value, first: Value = value): Value => {
  const [shown, setShown] = useState(() => first);
  useEffect(() => afterFrame(() => startTransition(() => setShown(() => value))), [value]);
  return shown;
};
