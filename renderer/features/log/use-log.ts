import type { LogFilter } from '../../../shared/contract/log.ts';
import { useCall } from '../../query.ts';

export const WHOLE_LOG: LogFilter = {
  ...{
    words: '',
    kind: null,
    tag: null,
    author: null,
    place: null,
    open: false,
    source: 'people',
    since: null,
    until: null,
    limit: 100,
  },
};

/** The log as this laptop has it, with what waits here; undefined until the core has answered once. */
export const useLog = (filter: LogFilter) => useCall('log.get', filter).data;
