import type { CellKind } from '../../../shared/domain/database-panel.ts';
import { formatDuration, formatNumber, formatShare, formatTime, i18n } from '../../i18n.ts';

const STEP = 1_024;

/** `340 kB`, `1.2 GB`. */
export const formatBytes = (bytes: number): string => {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)));
  return i18n.t(`database.bytes_${power}`, { value: formatNumber(Math.round((bytes / STEP ** power) * 10) / 10) });
};

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
