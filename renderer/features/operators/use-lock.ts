import { useEffect } from 'react';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

/** The core hears that somebody is at the console, but not of each movement. */
const REPORT_MS = 20_000;
const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Nobody is signed in any more; alerts stay in sight and go on sounding. */
export const lock = (): Promise<unknown> => call('session.lock', {});

const isSignedIn = (): boolean => useSystem.getState().session?.operator != null;

/** Ctrl+L locks; and the core, which locks an idle console, is notified of activity. */
export const useLock = (): void => {
  useEffect(() => {
    let reportedAt = Number.NEGATIVE_INFINITY;
    const onActivity = (): void => {
      if (performance.now() - reportedAt < REPORT_MS || !isSignedIn()) return;
      reportedAt = performance.now();
      void call('session.active', {});
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'l' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      if (isSignedIn()) void lock();
    };
    for (const kind of ACTIVITY) addEventListener(kind, onActivity, { capture: true, passive: true });
    addEventListener('keydown', onKey);
    return () => {
      for (const kind of ACTIVITY) removeEventListener(kind, onActivity, { capture: true });
      removeEventListener('keydown', onKey);
    };
  }, []);
};
