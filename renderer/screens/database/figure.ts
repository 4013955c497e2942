import type { CellKind } from '../../../shared/domain/database-panel.ts';
import { formatBytes } from '../../features/maintenance/format-bytes.ts';
import { formatDuration, formatNumber, formatShare, formatTime, i18n } from '../../i18n.ts';

/** A figure as its kind is written; a dash where there is none. */
export const figureText = (value: string | number | null, kind: CellKind): string => {
  if (value === null || value === '') return '–';
  if (typeof value === 'string') {
    if (kind === 'instant') return formatTime(value);
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
