import { useEffect, useState } from 'react';
import type { Operator } from '../../../shared/contract/operators.ts';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

/** Who can sign in; null while the festival has never answered, undefined until the core has. */
export const useOperators = (): readonly Operator[] | null | undefined => {
  const [operators, setOperators] = useState<readonly Operator[] | null>();
  const revision = useSystem((state) => state.operatorsRevision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is why it is asked again
  useEffect(() => {
    let wanted = true;
    void call('operators.get', {}).then((answer) => {
      if (wanted && answer.ok) setOperators(answer.value?.operators ?? null);
    });
    return () => {
      wanted = false;
    };
  }, [revision]);
  return operators;
};
