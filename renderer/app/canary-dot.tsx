import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../bridge.ts';
import { formatTime } from '../i18n.ts';
import { DUE_MS } from '../screens/health/due.ts';
import { useSystem } from '../stores/system.ts';
import { afterPaint } from '../ui/after-paint.ts';
import { useStale } from '../ui/fresh.tsx';

/** The newest canary; the core is notified once this screen displays it. */
export const CanaryDot = () => {
  const { t } = useTranslation();
  const canary = useSystem((state) => state.canary);
  const probeId = canary?.probeId;
  useEffect(() => {
    if (probeId === undefined) return;
    return afterPaint(() => void call('canary.displayed', { probeId }));
  }, [probeId]);
  const stopped = useSystem((state) => (state.status?.stopped ?? null) !== null);
  // While monitoring is stopped no probe is sent: the last one says nothing of now.
  const stale = useStale(canary?.at ?? null, DUE_MS.canary) !== null || stopped;
  const words =
    canary === null ? t('common.noCanary') : t('common.lastCanary', { time: formatTime(canary.at, { seconds: true }) });
  return (
    <span
      className={`state canary state-${stale ? 'stale' : 'good'}`}
      data-canary={probeId}
      role="img"
      aria-label={words}
      title={words}
    />
  );
};
