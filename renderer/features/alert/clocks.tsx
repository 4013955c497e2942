import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { type Missed, missedDeadlines } from '../../../shared/domain/deadlines.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { useNow } from '../../ui/time.tsx';

/** Until when somebody must answer and it must be resolved; a deadline that was missed names the slow stage. */
export const Clocks = ({ alert }: { alert: Alert }) => {
  const { t } = useTranslation();
  const missed = missedDeadlines(alert, useNow());
  const { lead, dueAt, resolveBy } = alert;
  if (dueAt === null || resolveBy === null) return null;
  const resolvedAt = alert.open ? null : lead.resolvedAt;
  const answer = missed.find(({ deadline }) => deadline === 'answer');
  const resolution = missed.find(({ deadline }) => deadline === 'resolution');
  return (
    <section className="stack" aria-labelledby="clocks">
      <h3 id="clocks">{t('team.clocks')}</h3>
      <dl className="facts">
        <dt>{t('team.answerBy')}</dt>
        <dd>
          <Clock due={answer?.dueAt ?? dueAt} metAt={lead.firstAcknowledgedAt ?? resolvedAt} missed={answer} />
        </dd>
        <dt>{t('team.resolveBy')}</dt>
        <dd>
          <Clock due={resolveBy} metAt={resolvedAt} missed={resolution} />
        </dd>
      </dl>
    </section>
  );
};

const Clock = (props: { due: string; metAt: string | null; missed: Missed | undefined }) => {
  const { t } = useTranslation();
  const { due, metAt, missed } = props;
  return (
    <>
      {formatTime(due)}{' '}
      <span className="quiet">
        {metAt === null ? t('team.running') : t('team.metAt', { time: formatTime(metAt, { seconds: true }) })}
      </span>
      {missed !== undefined && (
        <p>
          <span className="clock-late">
            {t(missed.metAt === null ? 'team.stillLate' : 'team.late', { time: formatSpan(missed.lateMs) })}
          </span>{' '}
          {t('team.slow', { stage: t(`team.stage_${missed.stage}`), time: formatSpan(missed.stageMs) })}
        </p>
      )}
    </>
  );
};
