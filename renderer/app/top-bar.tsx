import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePending, useProposals } from '../features/approvals/use-proposals.ts';
import { linkTone } from '../features/connection/link-tone.ts';
import { WhoIsHere } from '../features/operators/who-is-here.tsx';
import { TeamChips } from '../features/team/team-chips.tsx';
import { formatTime } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { PauseReading } from '../screens/health/engine-details.tsx';
import { engineText, engineTone, readingOf } from '../screens/health/engine-state.ts';
import { useSystem } from '../stores/system.ts';
import { useNow } from '../ui/time.tsx';
import { CanaryDot } from './canary-dot.tsx';
import { EnginePanel } from './engine-panel.tsx';
import { LaptopsPanel } from './laptops-panel.tsx';

/** Corrections that wait for a second person. */
const ToApprove = () => {
  const { t } = useTranslation();
  const pending = usePending(useProposals()).length;
  if (pending === 0) return null;
  return (
    <a className="state state-warn" href={hrefOf({ screen: 'approvals' })}>
      {t('proposals.count', { count: pending })}
    </a>
  );
};

/** Festival, link, engine, operator, clock: what must be true before anything else on the screen is. */
export const TopBar = () => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const status = useSystem((state) => state.status);
  // Without the core, what it last pushed is not of this moment.
  const connected = useSystem((state) => state.connection === 'open');
  const now = useNow();
  const [panel, setPanel] = useState<'engine' | 'laptops' | null>(null);
  const toggle = (one: 'engine' | 'laptops') => setPanel(panel === one ? null : one);
  const { engine } = status ?? {};
  const reading = engine === undefined ? null : readingOf(engine);
  return (
    <header className="top-bar">
      <strong className="top-name">
        {session?.festival.name === '' ? t('common.trainingFestival') : session?.festival.name}
      </strong>
      {session?.festival.training && <span className="training-mark">{t('common.training')}</span>}
      {status && engine && (
        <>
          <span className={`state state-${connected ? linkTone(status?.link) : 'stale'}`}>
            {t(`common.link_${status.link.state}`)}{' '}
            <span className="quiet">{t('common.since', { time: formatTime(status.link.since) })}</span>
          </span>
          <button
            type="button"
            className={`state state-button state-${connected ? engineTone(status) : 'stale'}`}
            aria-expanded={panel === 'engine'}
            onClick={() => toggle('engine')}
          >
            {engineText(status)} <span className="quiet">{engine.laptop}</span>
          </button>
          {status.laptops.length > 0 && (
            <button
              type="button"
              className="state-button"
              aria-expanded={panel === 'laptops'}
              onClick={() => toggle('laptops')}
            >
              {t('common.laptops', { count: status.laptops.length + 1 })}
            </button>
          )}
          <TeamChips />
          {reading !== null && <PauseReading paused={reading.paused} />}
          {status.waiting > 0 && (
            <span className="state state-warn">{t('common.waiting', { count: status.waiting })}</span>
          )}
        </>
      )}
      <ToApprove />
      <span className="top-space" />
      {session !== null && <WhoIsHere session={session} />}
      <CanaryDot />
      <time className="top-clock">{formatTime(new Date(now).toISOString(), { seconds: true })}</time>
      {panel === 'engine' && engine && <EnginePanel engine={engine} onClose={() => setPanel(null)} />}
      {panel === 'laptops' && status && <LaptopsPanel status={status} onClose={() => setPanel(null)} />}
    </header>
  );
};
