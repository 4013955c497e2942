import { formatNumber, i18n } from '../../i18n.ts';

const STEP = 1_024;

/** `340 kB`, `1.2 GB`. */
export const formatBytes = (bytes: number): string => {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)));
  return i18n.t(`database.bytes_${power}`, { value: formatNumber(Math.round((bytes / STEP ** power) * 10) / 10) });
};
