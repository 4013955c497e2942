import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '../../../shared/domain/log.ts';
import { formatSpan, formatTime, i18n } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { goTo, hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast, useUi } from '../../stores/ui.ts';
import { useNow, useNowOf } from '../../ui/time.tsx';
import { playMention } from '../alarm/sounds.ts';

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

/** Those of which this screen has said that they are overdue. */
const announced = new Set<string>();

/** Says once, with a sound, that what was asked for is overdue. */
export const useFollowUpAlarm = (): void => {
  const { lines, overdue } = useFollowUps();
  useEffect(() => {
    const late = lines.slice(0, overdue).filter(({ entryId }) => !announced.has(entryId));
    const [first] = late;
    if (first === undefined) return;
    for (const { entryId } of late) announced.add(entryId);
    const { who = '', by = first.occurredAt } = first.followUp ?? {};
    showToast(i18n.t('log.overdueToast', { who, time: formatTime(by), text: first.text.slice(0, 100) }), 'bad', {
      label: i18n.t('log.show'),
      act: () => goTo(FOLLOW_UPS),
    });
    if (useUi.getState().mutedUntil < Date.now()) playMention(useSystem.getState().session?.preferences.volume ?? 0);
  }, [lines, overdue]);
};

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
