import type { DetectorInfo } from '../../../shared/contract/detectors.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { useCall, useLive } from '../../query.ts';

export type DetectorList = {
  /** The last one that came, also while a newer one does not. */
  readonly detectors: readonly DetectorInfo[] | null;
  /** When the festival had them so. */
  readonly at: string | null;
  readonly error: RegieError | null;
  readonly refresh: () => Promise<unknown>;
};

/** Every detector with its thresholds and its record: at once as this laptop has them, then as the festival answers. */
export const useDetectors = (): DetectorList => {
  const { data: copy } = useCall('detectors.get', {}, { fixed: true });
  const { data, error, refetch } = useLive('detectors.look', {}, { fixed: true });
  const last = data ?? copy;
  return { detectors: last?.detectors ?? null, at: last?.at ?? null, error, refresh: refetch };
};
