import { useCallback, useEffect, useState } from 'react';
import type { DetectorInfo, ThresholdChange } from '../../../shared/contract/detectors.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { call } from '../../bridge.ts';

export type DetectorList = {
  /** Kept while a newer answer does not come. */
  readonly detectors: readonly DetectorInfo[] | null;
  readonly error: RegieError | null;
  readonly reload: () => Promise<void>;
};

/** Every detector with its thresholds and its record. */
export const useDetectors = (): DetectorList => {
  const [list, setList] = useState<Pick<DetectorList, 'detectors' | 'error'>>({ detectors: null, error: null });
  useEffect(() => {
    // At once what is kept; the festival's own answer replaces it.
    void call('detectors.get', {}).then((kept) => {
      if (!kept.ok || kept.value === null) return;
      const { detectors } = kept.value;
      setList((last) => (last.detectors === null ? { ...last, detectors } : last));
    });
  }, []);
  const reload = useCallback(async () => {
    const answer = await call('detectors.look', {});
    if (answer.ok) setList({ detectors: answer.value.detectors, error: null });
    else setList((last) => ({ ...last, error: answer.error }));
  }, []);
  useEffect(() => void reload(), [reload]);
  return { ...list, reload };
};

/** Who changed a detector's thresholds, asked for again when `reason` changes. Null until the first answer. */
export const useThresholdChanges = (
  algorithm: string,
  reason: string | null,
): readonly ThresholdChange[] | RegieError | null => {
  const [changes, setChanges] = useState<readonly ThresholdChange[] | RegieError | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reason is why it is asked again
  useEffect(() => {
    let wanted = true;
    void call('detectors.changes', { algorithm }).then((answer) => {
      if (wanted) setChanges(answer.ok ? answer.value.changes : answer.error);
    });
    return () => {
      wanted = false;
    };
  }, [algorithm, reason]);
  return changes;
};
