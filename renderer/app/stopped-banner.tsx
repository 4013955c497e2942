import { useTranslation } from 'react-i18next';
import { submit } from '../commands.ts';
import { formatTime } from '../i18n.ts';
import { useSystem } from '../stores/system.ts';
import { Button } from '../ui/button.tsx';

/** On every laptop, and over everything else: nothing is detected, because somebody wants it so. */
export const StoppedBanner = () => {
  const { t } = useTranslation();
  const stopped = useSystem((state) => state.status?.stopped ?? null);
  return (
    <div role="alert">
      {stopped !== null && (
        <p className="banner banner-stopped">
          <strong>
            {t('common.stoppedBy', { name: stopped.by, time: formatTime(stopped.at, { seconds: true }) })}
          </strong>{' '}
          {t('common.stoppedMeans', { laptop: stopped.on, reason: stopped.reason })}{' '}
          <Button onClick={() => void submit('monitoring.restart', {}, { done: null })}>
            {t('runbook.do_restart_monitoring')}
          </Button>
        </p>
      )}
    </div>
  );
};
