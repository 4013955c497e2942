import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { submit } from '../../commands.ts';
import { formatTime } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/time.tsx';
import { useSilence } from './use-team.ts';
import './team.css';

/** Says that an alert is held back: until when, by whom and why, with the way to end it. */
export const Silenced = ({ alert }: { alert: Alert }) => {
  const { t } = useTranslation();
  const silence = useSilence(alert, useNow());
  if (silence === null) return null;
  const { silenceId, until, by, reason, waiting } = silence;
  return (
    <div className="row">
      <span className="silenced-mark">
        {t('team.silencedBy', { time: formatTime(until), name: by, reason })}
        {waiting && <span className="waiting-mark"> {t('team.waits')}</span>}
      </span>
      <Button onClick={() => void submit('silence.end', { silenceId }, { done: t('team.ended') })}>
        {t('team.endNow')}
      </Button>
    </div>
  );
};
