import type { Drills } from '../../../shared/contract/drills.ts';
import { useCall } from '../../query.ts';

const EMPTY: Drills = { running: null, results: [] };

/** The drill that runs, and what became of the others. */
export const useDrills = (): Drills => useCall('drills.get', {}).data ?? EMPTY;
