import { useEffect } from 'react';
import { call } from '../bridge.ts';
import { useSystem } from '../stores/system.ts';
import { afterPaint } from '../ui/after-paint.ts';

/** The newest canary reaches this screen: the core is notified once it is displayed. */
export const Canary = () => {
  const probeId = useSystem((state) => state.canary?.probeId);
  useEffect(() => {
    if (probeId === undefined) return;
    return afterPaint(() => void call('canary.displayed', { probeId }));
  }, [probeId]);
  return <span hidden data-canary={probeId} />;
};
