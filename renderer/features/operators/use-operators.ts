import type { Operator } from '../../../shared/domain/operator.ts';
import { useCall } from '../../query.ts';

/** Who can sign in; null while the festival has never answered, undefined until the core has. */
export const useOperators = (): readonly Operator[] | null | undefined => {
  const { data } = useCall('operators.get', {});
  return data === null ? null : data?.operators;
};
