import { useEffect, useRef, useState } from 'react';
import type { OutboxView } from '../../../shared/contract/outbox.ts';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

/** A replay changes the outbox hundreds of times a second: it is asked for at most this often. */
const EVERY_MS = 250;

/** What waits and what has to be decided. Null until the first answer. */
export const useOutbox = (): OutboxView | null => {
  const [view, setView] = useState<OutboxView | null>(null);
  const revision = useSystem((state) => state.outboxRevision);
  const askedAt = useRef(Number.NEGATIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is why it is asked again
  useEffect(() => {
    let wanted = true;
    const ask = async (): Promise<void> => {
      askedAt.current = performance.now();
      const answer = await call('outbox.get', {});
      if (wanted && answer.ok) setView(answer.value);
    };
    const timer = setTimeout(() => void ask(), Math.max(0, askedAt.current + EVERY_MS - performance.now()));
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [revision]);
  return view;
};
