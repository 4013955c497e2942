import { formatDuration, formatNumber, formatShare, i18n } from '../../../i18n.ts';
import { type MetricId, STATUS_OF_HEIGHT } from './metrics.ts';

/** A figure of health as people read it. */
export const metricText = (id: MetricId, value: number | null): string => {
  if (value === null) return '–';
  switch (id) {
    case 'success':
      // As the guide's dashboard rounds it: whoever compares the two finds the same figure.
      return formatShare(value / 100, 2);
    case 'detection':
      return formatDuration(value * 1_000);
    case 'criticals':
      return formatNumber(value);
    case 'status':
      return i18n.t(`overview.status_${STATUS_OF_HEIGHT[Math.round(value)] ?? 'UNKNOWN'}`);
    case 'response':
      return formatDuration(value);
  }
};
