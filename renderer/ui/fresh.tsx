import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatSpan } from '../i18n.ts';
import { useNow } from './time.tsx';
import './fresh.css';

export type Tone = 'good' | 'warn' | 'bad';

/** How old something is, once it is older than it may be; null while it is fresh. An unknown age is never fresh. */
export const useStale = (at: string | null, dueMs: number): number | null => {
  const now = useNow();
  if (at === null) return Number.POSITIVE_INFINITY;
  const age = now - Date.parse(at);
  return age > dueMs ? age : null;
};

/** A state with what it stands on: older than it may be, it says its age and is never green. */
export const Fresh = (props: { at: string | null; dueMs: number; tone: Tone; children: ReactNode }) => {
  const { t } = useTranslation();
  const stale = useStale(props.at, props.dueMs);
  // Bad news does not fade.
  const tone = stale === null || props.tone === 'bad' ? props.tone : 'stale';
  return (
    <span className={`state state-${tone}`}>
      <span>{props.children}</span>
      {stale !== null && Number.isFinite(stale) && (
        <span className="quiet">{t('health.stale', { age: formatSpan(stale) })}</span>
      )}
    </span>
  );
};
