import type { RegieError } from '../../../shared/contract/errors.ts';
import type { Health } from '../../../shared/contract/health.ts';
import { useCall, useLive } from '../../query.ts';

export type HealthReport = {
  /** The last one that came, also while newer ones do not. */
  readonly health: Health | null;
  readonly error: RegieError | null;
  readonly refresh: () => Promise<unknown>;
};

/** Regie's own health: at once as this laptop has it, then as the festival answers, again with the status. */
export const useHealth = (): HealthReport => {
  const { data: copy } = useCall('health.get', {});
  const { data, error, refetch } = useLive('health.look', {});
  return { health: data ?? copy ?? null, error, refresh: refetch };
};
