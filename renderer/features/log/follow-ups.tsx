import { useTranslation } from 'react-i18next';
import type { LogLine } from '../../../shared/domain/log.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { hrefOf } from '../../routes.ts';
import { useNow, useNowOf } from '../../ui/time.tsx';

const NONE: readonly LogLine[] = [];
const OPEN = new URLSearchParams({ open: 'true' }).toString();
const lateBy = (line: LogLine, now: number): number => now - Date.parse(line.followUp?.by ?? line.occurredAt);

/** What the log still asks for, the nearest first, and how much of it is overdue. */
export const useFollowUps = (): { readonly lines: readonly LogLine[]; readonly overdue: number } => {
  const lines = useCall('log.followUps', {}).data ?? NONE;
  // The frame asks: it is not drawn anew each second.
  const overdue = useNowOf((now) => lines.filter((line) => lateBy(line, now) > 0).length);
  return { lines, overdue };
};

/** Where the open ones are shown. */
export const FOLLOW_UPS = { screen: 'log', query: OPEN } as const;

/** What is still asked for, for whoever takes over. */
export const FollowUpList = () => {
  const { t } = useTranslation();
  const { lines } = useFollowUps();
  const now = useNow();
  if (lines.length === 0) return <p className="quiet">{t('log.noFollowUps')}</p>;
  return (
    <ul>
      {lines.map((line) => {
        const lateMs = lateBy(line, now);
        return (
          <li key={line.entryId} className="ellipsis">
            <a href={hrefOf(FOLLOW_UPS)}>{line.text.slice(0, 200)}</a>{' '}
            <span className="quiet">
              {t('log.asked', { who: line.followUp?.who, time: formatTime(line.followUp?.by ?? line.occurredAt) })}
            </span>{' '}
            {lateMs > 0 && <span className="clock-late">{t('log.overdue', { age: formatSpan(lateMs) })}</span>}
          </li>
        );
      })}
    </ul>
  );
};
