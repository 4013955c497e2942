import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { SystemStatus } from '../../shared/contract/status.ts';
import { linkTone } from '../features/connection/link-tone.ts';
import { formatTime, i18n } from '../i18n.ts';
import { later } from '../later.ts';
import { engineText, engineTone, readingOf } from '../screens/health/engine-state.ts';
import { useSystem } from '../stores/system.ts';
import { Pill, type PillTone } from '../ui/pill.tsx';
import { Popover } from '../ui/popover.tsx';

const StatusPanel = later(() => import('./status-panel.tsx').then((module) => module.StatusPanel));

/** The one state that everything else on the screen rests on, in a few words. */
const textOf = (status: SystemStatus): string => {
  const { link, engine, canary } = status;
  const since = formatTime(link.since);
  if (link.state !== 'online' && link.state !== 'degraded') return i18n.t(`common.status_${link.state}`, { since });
  if (status.stopped !== null) return i18n.t('common.engine_stopped');
  if (canary.blindSince !== null) return i18n.t('common.status_blind', { since: formatTime(canary.blindSince) });
  const live = i18n.t(link.state === 'online' ? 'common.status_live' : 'common.status_slow');
  const leader = engine.leader?.laptop ?? engine.laptop;
  const detects = (engine.state === 'running' && readingOf(engine) === null) || engine.state === 'standby';
  if (detects && engine.breaker.state !== 'open') {
    return i18n.t('common.status_detecting', { live, laptop: engine.state === 'running' ? engine.laptop : leader });
  }
  return i18n.t('common.status_engine', { live, engine: engineText(status) });
};

const toneOf = (status: SystemStatus, connected: boolean): PillTone => {
  // Without the core, what it last pushed is not of this moment.
  if (!connected) return 'stale';
  const tones = [linkTone(status.link), engineTone(status)];
  return tones.includes('bad') ? 'bad' : tones.includes('warn') ? 'warn' : 'good';
};

/** Link, engine, canary and laptops: one word about them all, and the whole of it on a click. */
export const StatusPill = () => {
  const { t } = useTranslation();
  const status = useSystem((state) => state.status);
  const connected = useSystem((state) => state.connection === 'open');
  if (status === null) return null;
  const others = status.laptops.length;
  return (
    <Popover
      title={t('common.statusTitle')}
      width={640}
      trigger={
        <Pill tone={toneOf(status, connected)} className="status-pill">
          {connected ? textOf(status) : t('common.status_lost')}
          {others > 0 && <span className="quiet"> · {t('common.laptops', { count: others + 1 })}</span>}
        </Pill>
      }
    >
      <Suspense fallback={<p className="quiet">{t('common.loading')}</p>}>
        <StatusPanel status={status} />
      </Suspense>
    </Popover>
  );
};
