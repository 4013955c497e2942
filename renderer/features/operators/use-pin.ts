import { useState } from 'react';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { Operator } from '../../../shared/domain/operator.ts';
import { call } from '../../bridge.ts';

/** A PIN that is typed for a name, and what came of it. */
export const usePin = (onDone: () => void) => {
  const [pin, setPin] = useState('');
  const [error, setError] = useState<RegieError>();
  const [busy, setBusy] = useState(false);
  return {
    pin,
    error,
    busy,
    type: setPin,
    clearError: () => setError(undefined),
    /** Starts over, with a reason where there is one. */
    reset: (reason?: RegieError) => {
      setPin('');
      setError(reason);
    },
    /** @returns whether it was right; what was wrong is `error` then */
    signIn: async ({ operatorId }: Operator): Promise<boolean> => {
      setBusy(true);
      const answer = await call('session.signIn', { operatorId, pin });
      setBusy(false);
      setPin('');
      if (answer.ok) onDone();
      else setError(answer.error.code === 'bad_input' ? { code: 'pin_short', params: {} } : answer.error);
      return answer.ok;
    },
  };
};
