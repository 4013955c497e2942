import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatSpan, shownSpan } from '../i18n.ts';
import { useNowOf } from './time.tsx';
import './fresh.css';

export type Tone = 'good' | 'warn' | 'bad';

/** How old something is, as it is shown, once it is older than it may be; null while it is fresh. An unknown age is never fresh. */
export const useStale = (at: string | null, dueMs: number): number | null =>
  useNowOf((now) => {
    if (at === null) return Number.POSITIVE_INFINITY;
    const exact = now - Date.parse(at);
    return exact > dueMs ? shownSpan(exact) : null;
  });

/** A state with what it stands on: older than it may be, it says its age and is never green. */
export const Fresh = (props: {
  at: string | null;
  dueMs: number;
  /** `stale`: there is nothing to assess. */
  tone: Tone | 'stale';
  /** Its words end with the time of `at`: the age follows that time, and is not another "as of". */
  dated?: boolean;
  children: ReactNode;
}) => {
  const { t } = useTranslation();
  const stale = useStale(props.at, props.dueMs);
  // Bad news does not fade.
  const tone = stale === null || props.tone === 'bad' ? props.tone : 'stale';
  return (
    <span className={`state state-${tone}`}>
      <span>{props.children}</span>
      {stale !== null && Number.isFinite(stale) && (
        <span className="quiet">
          {props.dated === true && '· '}
          {t(props.dated === true ? 'common.ago' : 'health.stale', { age: formatSpan(stale) })}
        </span>
      )}
    </span>
  );
};
