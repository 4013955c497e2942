import { useTranslation } from 'react-i18next';
import { formatCountdown, formatTime } from '../../i18n.ts';
import { useNow } from '../../ui/time.tsx';

/** How long a proposal can still be approved, ticking. */
export const TimeLeft = ({ until }: { until: string }) => {
  const { t } = useTranslation();
  const left = Date.parse(until) - useNow();
  return (
    <time
      dateTime={until}
      title={formatTime(until, { seconds: true })}
      className={left < 120_000 ? 'approval-late' : ''}
    >
      {left <= 0 ? t('proposals.over') : t('proposals.left', { span: formatCountdown(left) })}
    </time>
  );
};
