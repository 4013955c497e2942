import type { LogFilter } from '../../../shared/contract/log.ts';
import { useCall } from '../../query.ts';

/** The log as this laptop has it, with what waits here; undefined until the core has answered once. */
export const useLog = (filter: LogFilter) => useCall('log.get', filter).data;
