import { useEffect, useRef, useState } from 'react';

/** However busy the screen is, it is not older than this. */
const LATEST_MS = 500;

/** A value for what nobody waits for: the newest one, as soon as there is nothing else to do. */
export const useWhenIdle = <Value>(value: Value): Value => {
  const [shown, setShown] = useState({ value });
  const newest = useRef(value);
  useEffect(() => {
    newest.current = value;
  });
  // Another one after each update: what came before that was drawn leaves it behind still, and is waited for as well.
  const behind = shown.value === value ? null : shown;
  useEffect(() => {
    if (behind === null) return;
    const waiting = requestIdleCallback(() => setShown({ value: newest.current }), { timeout: LATEST_MS });
    return () => cancelIdleCallback(waiting);
  }, [behind]);
  return shown.value;
};
