import type { SystemStatus } from '../../shared/contract/status.ts';
import { linkTone } from '../features/connection/link-tone.ts';
import { formatTime, i18n } from '../i18n.ts';
import { engineText, engineTone, readingOf } from '../screens/health/engine-state.ts';
import type { PillTone } from '../ui/pill.tsx';

/** The one state that everything else on the screen rests on, in a few words. */
export const statusText = (status: SystemStatus): string => {
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

export const statusTone = (status: SystemStatus, connected: boolean): PillTone => {
  // Without the core, what it last pushed is not of this moment.
  if (!connected) return 'stale';
  const tones = [linkTone(status.link), engineTone(status)];
  return tones.includes('bad') ? 'bad' : tones.includes('warn') ? 'warn' : 'good';
};
