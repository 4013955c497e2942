import { BookOpen, Search, Upload } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../shared/domain/row-id.ts';
import { TeamChips } from '../features/team/team-chips.tsx';
import { formatTime } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { nameOf } from '../sentence.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { openDialog } from '../stores/ui.ts';
import { Pill } from '../ui/pill.tsx';
import { useNow } from '../ui/time.tsx';
import { Canary } from './canary.tsx';
import { SoundPill } from './sound-pill.tsx';
import { StatusPill } from './status-pill.tsx';
import { TrainingPill } from './training-pill.tsx';
import { UserMenu } from './user-menu.tsx';

/** Festival, state, operator, clock: what must be true before anything else on the screen is. */
export const TopBar = memo(({ running }: { running: RowId | null }) => {
  const { t } = useTranslation();
  const name = useSystem((state) => state.session?.festival.name);
  return (
    <header className="top-bar">
      <strong className="top-name" title={name || undefined}>
        <bdi>{name === '' ? t('common.trainingFestival') : name}</bdi>
      </strong>
      <TrainingPill />
      <StatusPill />
      {running !== null && <RunningRunbook incidentId={running} />}
      <TeamChips />
      <Waiting />
      <span className="top-space" />
      <Pill
        icon={Search}
        className="search-pill"
        aria-label={t('common.paletteTitle')}
        onClick={() => openDialog({ kind: 'palette' })}
      >
        {t('common.paletteTitle')} <kbd>Ctrl K</kbd>
      </Pill>
      <SoundPill />
      <UserMenu />
      <Clock />
      <Canary />
    </header>
  );
});

/** The runbook that was shown last, as long as its alert is open. */
const RunningRunbook = ({ incidentId }: { incidentId: RowId }) => {
  const { t } = useTranslation();
  const alert = useAlerts((state) => state.byId?.get(incidentId));
  if (!alert?.open) return null;
  const name = nameOf(alert.lead);
  return (
    <a className="pill running-pill" href={hrefOf({ screen: 'runbook', incidentId })} title={name}>
      <BookOpen size={14} aria-hidden="true" />
      <span className="pill-text">{t('common.runbookOf', { name })}</span>
    </a>
  );
};

/** What this laptop still has to send. */
const Waiting = () => {
  const { t } = useTranslation();
  const waiting = useSystem((state) => state.status?.waiting ?? 0);
  if (waiting === 0) return null;
  return (
    <a className="pill pill-warn" href={hrefOf({ screen: 'waiting' })}>
      <Upload size={14} aria-hidden="true" />
      <span className="pill-text">{t('common.waiting', { count: waiting })}</span>
    </a>
  );
};

const Clock = () => {
  const now = useNow();
  return <time className="top-clock">{formatTime(new Date(now).toISOString(), { seconds: true })}</time>;
};
