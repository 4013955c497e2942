import { formatNumber } from '../../i18n.ts';

/** Bytes of a file, in megabytes. */
export const formatSize = (bytes: number): string => `${formatNumber(Math.round(bytes / 1e4) / 100)} MB`;
