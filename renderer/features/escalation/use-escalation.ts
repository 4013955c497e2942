import { useCallback, useEffect, useState } from 'react';
import type { EscalationView } from '../../../shared/contract/escalation.ts';
import { call } from '../../bridge.ts';

/** Who is told and how, as this laptop knows it. Null until the festival has answered once. */
export const useEscalation = (): { view: EscalationView | null; look: () => Promise<void> } => {
  const [view, setView] = useState<EscalationView | null>(null);
  useEffect(() => {
    void call('escalation.get', {}).then((answer) => {
      if (answer.ok && answer.value !== null) setView((known) => known ?? answer.value);
    });
  }, []);
  const look = useCallback(async () => {
    const answer = await call('escalation.look', {});
    if (answer.ok) setView(answer.value);
  }, []);
  return { view, look };
};
