import { useEffect } from 'react';
import { call } from '../../bridge.ts';
import { useKeys } from '../../keys.ts';
import { useSystem } from '../../stores/system.ts';

/** The core hears that somebody is at the console, but not of each movement. */
const REPORT_MS = 20_000;
const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Nobody is signed in any more; alerts stay in sight and go on sounding. */
export const lock = (): Promise<unknown> => call('session.lock', {});

const isSignedIn = (): boolean => useSystem.getState().session?.operator != null;

/** Ctrl+L locks; and the core, which locks an idle console, is notified of activity. */
export const useLock = (): void => {
  useKeys({
    lock: () => {
      if (isSignedIn()) void lock();
    },
  });
  useEffect(() => {
    let reportedAt = Number.NEGATIVE_INFINITY;
    const onActivity = (): void => {
      if (performance.now() - reportedAt < REPORT_MS || !isSignedIn()) return;
      reportedAt = performance.now();
      void call('session.active', {});
    };
    for (const kind of ACTIVITY) addEventListener(kind, onActivity, { capture: true, passive: true });
    return () => {
      for (const kind of ACTIVITY) removeEventListener(kind, onActivity, { capture: true });
    };
  }, []);
};
