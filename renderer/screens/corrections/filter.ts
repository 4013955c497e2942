import { registerFilterSchema, WHOLE_REGISTER } from '../../../shared/contract/register.ts';
import { filterInAddress } from '../../features/filters/filter-in-address.ts';

/** Which corrections the address of the register asks for. */
export const { filterOf, queryOf } = filterInAddress(registerFilterSchema.shape, WHOLE_REGISTER);
