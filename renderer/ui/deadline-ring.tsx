import { useTranslation } from 'react-i18next';
import { formatCountdown } from '../i18n.ts';
import { useNow } from './time.tsx';
import './deadline-ring.css';

const RADIUS = 13;
const LENGTH = 2 * Math.PI * RADIUS;

/** The time left until the response is due: a ring that runs down, and the words. */
export const DeadlineRing = ({ from, due }: { from: string; due: string }) => {
  const { t } = useTranslation();
  const now = useNow();
  const left = Date.parse(due) - now;
  const share = Math.min(1, Math.max(0, left / (Date.parse(due) - Date.parse(from))));
  const overdue = left < 0;
  const time = formatCountdown(left);
  return (
    <span
      title={overdue ? undefined : t('board.dueTitle')}
      className={overdue ? 'deadline deadline-over' : share < 0.34 ? 'deadline deadline-soon' : 'deadline'}
    >
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <circle className="deadline-track" cx="16" cy="16" r={RADIUS} />
        <circle
          className="deadline-left"
          cx="16"
          cy="16"
          r={RADIUS}
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - share)}
          transform="rotate(-90 16 16)"
        />
      </svg>
      {overdue ? t('board.overdue', { time }) : time}
    </span>
  );
};
