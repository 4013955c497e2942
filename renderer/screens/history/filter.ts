import { historyFilterSchema, WHOLE_HISTORY } from '../../../shared/contract/history.ts';
import { filterInAddress } from '../../features/filters/filter-in-address.ts';

/** Which alerts the address of the history asks for. */
export const { filterOf, queryOf } = filterInAddress(historyFilterSchema.shape, WHOLE_HISTORY, ['least', 'most']);
