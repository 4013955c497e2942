import { useTranslation } from 'react-i18next';
import type { Silence } from '../../../shared/domain/silence.ts';
import { submit } from '../../commands.ts';
import { formatTime } from '../../i18n.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/time.tsx';
import { matchText } from './silence-text.ts';
import { useTeam } from './use-team.ts';
import './team.css';

/** What is held back now, with the way to end it, and what was in the last day. */
export const SilencesPanel = () => {
  const { t } = useTranslation();
  const now = useNow();
  const over = useTeam().silences.filter(({ until }) => Date.parse(until) <= now);
  return (
    <section className="panel stack" aria-labelledby="silences">
      <h2 id="silences">{t('team.silences')}</h2>
      <p className="quiet">{t('team.silencesText')}</p>
      <SilenceList />
      <div>
        <Button onClick={() => openDialog({ kind: 'silence', alert: null })}>{t('team.newSilence')}</Button>
      </div>
      {over.length > 0 && (
        <>
          <h3>{t('team.endedBefore')}</h3>
          <ul className="stack">
            {over.map((one) => (
              <Ended key={one.silenceId} silence={one} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

/** The silences that hold. */
export const SilenceList = () => {
  const { t } = useTranslation();
  const now = useNow();
  const active = useTeam().silences.filter(({ until }) => Date.parse(until) > now);
  if (active.length === 0) return <p className="quiet">{t('team.noSilences')}</p>;
  return (
    <ul className="stack">
      {active.map((one) => (
        <li key={one.silenceId} className="silence">
          <div>
            <strong>{matchText(one)}</strong> {t('team.until', { time: formatTime(one.until) })}
            {one.waiting && <span className="waiting-mark"> {t('team.waits')}</span>}
            <p className="quiet">
              {one.reason} · {t('team.by', { name: one.by, laptop: one.laptop })}
            </p>
          </div>
          <Button
            aria-label={`${t('common.label', { label: t('team.endNow') })} ${matchText(one)}`}
            onClick={() => void submit('silence.end', { silenceId: one.silenceId }, { done: t('team.ended') })}
          >
            {t('team.endNow')}
          </Button>
        </li>
      ))}
    </ul>
  );
};

const Ended = ({ silence }: { silence: Silence }) => {
  const { t } = useTranslation();
  const time = formatTime(silence.until);
  return (
    <li>
      {matchText(silence)}{' '}
      <span className="quiet">
        {silence.endedBy === null ? t('team.endedAt', { time }) : t('team.endedBy', { time, name: silence.endedBy })} ·{' '}
        {silence.reason} · {t('team.by', { name: silence.by, laptop: silence.laptop })}
      </span>
      {silence.waiting && <span className="waiting-mark"> {t('team.endWaits')}</span>}
    </li>
  );
};
