import { useEffect, useState } from 'react';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { Receipt } from '../../../shared/contract/proposals.ts';
import { call } from '../../bridge.ts';

/** The correction that wrote a row of the log, as the festival has it. */
export const useReceipt = (logId: number): { receipt: Receipt | null; error: RegieError | null } => {
  const [known, setKnown] = useState<{ receipt: Receipt | null; error: RegieError | null }>({
    receipt: null,
    error: null,
  });
  useEffect(() => {
    let wanted = true;
    void call('receipt.look', { logId }).then((answer) => {
      if (!wanted) return;
      setKnown(answer.ok ? { receipt: answer.value, error: null } : { receipt: null, error: answer.error });
    });
    return () => {
      wanted = false;
    };
  }, [logId]);
  return known;
};
