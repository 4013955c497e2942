import type { LaptopsView } from '../../../shared/contract/laptops.ts';
import { useCall } from '../../query.ts';

/** Which laptops people may sign in on, and what this one is; undefined until the core has answered. */
export const useLaptops = (): LaptopsView | undefined => useCall('laptops.get', {}).data;
