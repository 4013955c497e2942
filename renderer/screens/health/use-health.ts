import { useCallback, useEffect, useRef, useState } from 'react';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { Health } from '../../../shared/contract/health.ts';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

/** A status comes with every cycle: the report is asked for again at most this often. */
const EVERY_MS = 5_000;

export type HealthReport = {
  /** The last one that came, kept while newer ones do not. */
  readonly health: Health | null;
  readonly readAt: string | null;
  readonly error: RegieError | null;
  readonly refresh: () => Promise<void>;
};

/** Regie's own health: on entering, with the status, and when asked. */
export const useHealth = (): HealthReport => {
  const status = useSystem((state) => state.status);
  const [report, setReport] = useState<Pick<HealthReport, 'health' | 'readAt' | 'error'>>({
    health: null,
    readAt: null,
    error: null,
  });
  const askedAt = useRef(Number.NEGATIVE_INFINITY);
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const refresh = useCallback(async () => {
    askedAt.current = performance.now();
    const answer = await call('health.look', {});
    if (!shown.current) return;
    if (answer.ok) setReport({ health: answer.value, readAt: answer.value.at, error: null });
    else setReport((last) => ({ ...last, error: answer.error }));
  }, []);
  useEffect(() => {
    // At once what is kept, with its age; the festival's own answer replaces it.
    void call('health.get', {}).then((kept) => {
      const health = kept.ok ? kept.value : null;
      if (health !== null) setReport((last) => (last.health === null ? { ...last, health, readAt: health.at } : last));
    });
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new status is the reason to ask again
  useEffect(() => {
    if (performance.now() - askedAt.current >= EVERY_MS) void refresh();
  }, [status, refresh]);
  return { ...report, refresh };
};
