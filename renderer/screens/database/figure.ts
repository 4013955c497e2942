import type { CellKind } from '../../../shared/domain/database-panel.ts';
import { formatBytes } from '../../features/maintenance/format-bytes.ts';
import { formatCount, formatDuration, formatNumber, formatShare, formatTime, i18n } from '../../i18n.ts';

/** A figure as its kind is written; a dash where there is none. */
export const figureText = (value: string | number | null, kind: CellKind): string => {
  if (value === null || value === '') return '–';
  if (typeof value === 'string') {
    if (kind === 'instant') return formatTime(value);
    // A sequence's end is more than a number of JavaScript holds.
    if (kind === 'count' && /^\d{1,20}$/.test(value)) return formatCount(BigInt(value));
    if (kind === 'state') return stateText(value);
    return kind === 'word' ? i18n.t(`database.word_${value}`) : value;
  }
  switch (kind) {
    case 'bytes':
      return formatBytes(value);
    case 'ms':
      return formatDuration(value);
    case 'share':
      return formatShare(value);
    case 'code':
      return String(value);
    default:
      return formatNumber(value);
  }
};

/** A state of a session or a replica in the language of the screen: `idle in transaction (aborted)`; one that nobody knows, as it is. */
const stateText = (state: string): string =>
  i18n.t(`database.state_${state.match(/[a-z]+/g)?.join('_') ?? ''}`, { defaultValue: state });
