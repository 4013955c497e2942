import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/button.tsx';
import { useNow } from '../components/time.tsx';
import { formatTime } from '../i18n.ts';
import { useSystem } from '../stores/system.ts';
import { openDialog } from '../stores/ui.ts';
import { EnginePanel } from './engine-panel.tsx';

/** Festival, link, engine, operator, clock: what must be true before anything else on the screen is. */
export const TopBar = () => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const status = useSystem((state) => state.status);
  const now = useNow();
  const [engineOpen, setEngineOpen] = useState(false);
  const linkTone = status?.link.state === 'online' ? (status.link.reason === null ? 'good' : 'warn') : 'bad';
  const engineTone = status?.engine.state === 'running' ? 'good' : 'bad';
  return (
    <header className="top-bar">
      <strong className="top-name">
        {session?.festival.training ? t('common.trainingFestival') : session?.festival.name}
      </strong>
      {session?.festival.training && <span className="training-mark">{t('common.training')}</span>}
      {status && (
        <>
          <span className={`state state-${linkTone}`}>
            {t(`common.link_${status.link.state}`)}{' '}
            <span className="quiet">{t('common.since', { time: formatTime(status.link.since) })}</span>
          </span>
          <button
            type="button"
            className={`state state-button state-${engineTone}`}
            aria-expanded={engineOpen}
            onClick={() => setEngineOpen(!engineOpen)}
          >
            {t(`common.engine_${status.engine.state}`)} <span className="quiet">{status.engine.laptop}</span>
          </button>
          {status.waiting > 0 && (
            <span className="state state-warn">{t('common.waiting', { count: status.waiting })}</span>
          )}
        </>
      )}
      <span className="top-space" />
      {session?.operator && (
        <Button
          tone="quiet"
          aria-label={t('common.signedInAs', { name: session.operator })}
          onClick={() => openDialog({ kind: 'signIn' })}
        >
          {session.operator}
        </Button>
      )}
      <time className="top-clock">{formatTime(new Date(now).toISOString(), { seconds: true })}</time>
      {engineOpen && status && <EnginePanel engine={status.engine} onClose={() => setEngineOpen(false)} />}
    </header>
  );
};
