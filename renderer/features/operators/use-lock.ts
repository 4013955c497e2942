import { useEffect } from 'react';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

/** The core hears of hands at the console, but not of each movement. */
const TELL_MS = 20_000;
const HANDS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Nobody is signed in any more; alerts stay in sight and go on sounding. */
export const lock = (): Promise<unknown> => call('session.lock', {});

const isSignedIn = (): boolean => useSystem.getState().session?.operator != null;

/** Ctrl+L locks; and the core, which locks by itself when nobody is there, is told that somebody is. */
export const useLock = (): void => {
  useEffect(() => {
    let told = Number.NEGATIVE_INFINITY;
    const onHand = (): void => {
      if (performance.now() - told < TELL_MS || !isSignedIn()) return;
      told = performance.now();
      void call('session.active', {});
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'l' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      if (isSignedIn()) void lock();
    };
    for (const hand of HANDS) addEventListener(hand, onHand, { capture: true, passive: true });
    addEventListener('keydown', onKey);
    return () => {
      for (const hand of HANDS) removeEventListener(hand, onHand, { capture: true });
      removeEventListener('keydown', onKey);
    };
  }, []);
};
