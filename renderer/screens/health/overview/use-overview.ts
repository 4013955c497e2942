import type { Overview } from '../../../../shared/contract/overview.ts';
import { useCall } from '../../../query.ts';

const NOTHING: Overview = { curves: null, pulse: null };

/** The overview as this laptop has it. */
export const useOverview = (): Overview => useCall('overview.get', {}).data ?? NOTHING;
