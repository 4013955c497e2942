import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { calledAt } from '../../../shared/domain/deadlines.ts';
import { useSilence } from '../../features/team/use-team.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { titleOf } from '../../sentence.ts';
import { DeadlineRing } from '../../ui/deadline-ring.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Age, useNow } from '../../ui/time.tsx';
import '../../features/team/team.css';

export const BoardRow = ({ alert, selected, onOpen }: { alert: Alert; selected: boolean; onOpen: () => void }) => {
  const { t } = useTranslation();
  const { lead } = alert;
  const title = titleOf(alert);
  const now = useNow();
  const silence = useSilence(alert, now);
  const urgent = alert.open && lead.acknowledgedAt === null && silence === null;
  const late = alert.open && alert.resolveBy !== null && Date.parse(alert.resolveBy) < now ? alert.resolveBy : null;
  const tone = alert.open ? lead.severity.toLowerCase() : 'closed';
  return (
    <button
      type="button"
      className={`board-row board-row-${tone} ${selected ? 'board-row-selected' : ''}`}
      aria-current={selected}
      onClick={onOpen}
    >
      <SeverityMark severity={lead.severity} />
      <span>
        <span className="board-sentence" title={title}>
          {title}
        </span>
        <span className="board-facts">
          <Age at={lead.detectedAt} />
          {alert.storm === null && alert.linkedCount > 0 && (
            <span>{t('board.linked', { count: alert.linkedCount })}</span>
          )}
          {lead.takenBy !== null ? (
            <span>
              {t('board.takenBy', { name: lead.takenBy, laptop: lead.takenOn ?? '–' })}
              {lead.takenAt !== null && (
                <>
                  {', '}
                  <Age at={lead.takenAt} />
                </>
              )}
            </span>
          ) : (
            lead.acknowledgedBy !== null && <span>{t('board.acknowledgedBy', { name: lead.acknowledgedBy })}</span>
          )}
          {late !== null && (
            <span className="clock-late">{t('team.resolveLate', { time: formatSpan(now - Date.parse(late)) })}</span>
          )}
          {silence !== null && (
            <span className="silenced-mark" title={silence.reason}>
              {t('team.silencedBy', { time: formatTime(silence.until), name: silence.by, reason: silence.reason })}
            </span>
          )}
          {alert.open && late === null && !urgent && alert.resolveBy !== null && (
            <span>{t('team.resolveByTime', { time: formatTime(alert.resolveBy) })}</span>
          )}
          {lead.snoozedUntil !== null && <span>{t('board.snoozed', { time: formatTime(lead.snoozedUntil) })}</span>}
          {urgent && lead.recalledAt !== null && (
            <span>{t('board.recalled', { time: formatTime(lead.recalledAt) })}</span>
          )}
          {urgent && alert.notSent.length > 0 && (
            <span className="clock-late">{t('board.notSent', { count: alert.notSent.length })}</span>
          )}
          {urgent && alert.unconfirmed.length > 0 && (
            <span className="clock-late">{t('board.unconfirmed', { count: alert.unconfirmed.length })}</span>
          )}
          {lead.clearedAt !== null && <span>{t('board.cleared', { time: formatTime(lead.clearedAt) })}</span>}
          {alert.waiting > 0 && <span className="waiting-mark">{t('board.waiting')}</span>}
        </span>
      </span>
      {urgent && alert.dueAt !== null && <DeadlineRing from={calledAt(lead)} due={alert.dueAt} />}
      {!alert.open && <span className="quiet">{t(`board.status_${lead.status}`)}</span>}
    </button>
  );
};
