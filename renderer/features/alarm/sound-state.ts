import { create } from 'zustand';

/** Whether this browser lets the console be heard: most want a click or a key first. */
export const useSound = create<{ blocked: boolean }>()(() => ({ blocked: false }));

const GESTURES = ['pointerdown', 'keydown'] as const;

/** Watches until sound is possible. Call once, at the start. */
export const watchSound = (): void => {
  if (navigator.userActivation.hasBeenActive) return;
  // A context that may play runs at once; one that may not waits for a gesture.
  const probe = new AudioContext();
  let settled = false;
  const settle = (): void => {
    // Its closing is a change of its state as well, and says nothing of what may be heard.
    if (settled) return;
    const blocked = probe.state !== 'running' && !navigator.userActivation.hasBeenActive;
    useSound.setState({ blocked });
    if (blocked) return;
    settled = true;
    for (const gesture of GESTURES) removeEventListener(gesture, onGesture, { capture: true });
    void probe.close();
  };
  const onGesture = (): void => void setTimeout(settle, 0);
  for (const gesture of GESTURES) addEventListener(gesture, onGesture, { capture: true });
  probe.addEventListener('statechange', settle, { once: true });
  // It starts, where it may, before this.
  setTimeout(settle, 500);
};
