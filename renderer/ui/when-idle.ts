import { useEffect, useRef, useState } from 'react';

/** However busy the screen is, it is not older than this. */
const LATEST_MS = 500;

/** A value for what nobody waits for: the newest one, as soon as there is nothing else to do. */
export const useWhenIdle = <Value>(value: Value): Value => {
  const [shown, setShown] = useState(value);
  const newest = useRef(value);
  useEffect(() => {
    newest.current = value;
  });
  const isBehind = shown !== value;
  useEffect(() => {
    if (!isBehind) return;
    const waiting = requestIdleCallback(() => setShown(newest.current), { timeout: LATEST_MS });
    return () => cancelIdleCallback(waiting);
  }, [isBehind]);
  return shown;
};
