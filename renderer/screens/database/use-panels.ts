import type { RegieError } from '../../../shared/contract/errors.ts';
import { PANEL_GROUPS, type Panel, type PanelGroup } from '../../../shared/domain/database-panel.ts';
import { useCall, useLive } from '../../query.ts';

export type PanelsOf = {
  readonly panels: readonly Panel[];
  /** Why they are not read just now. */
  readonly error: RegieError | null;
  /** How old they may be before they say so. */
  readonly dueMs: number;
  readonly refresh: () => Promise<unknown>;
};

/** While nothing has answered yet, or the network is cut. */
const FIRST_MS = 10_000;

/**
 * The panels of a group: at once as this laptop has them, then as the database answers, again and again while the screen is
 * shown. The core says how often: the more an answer cost the database, the later it is asked again.
 */
export const usePanels = (group: PanelGroup): PanelsOf => {
  const { data: copy } = useCall('database.get', {});
  const { data, error, refetch } = useLive('database.look', { group }, { every: (last) => last?.nextMs ?? FIRST_MS });
  const panels = data?.panels ?? copy ?? [];
  return {
    panels: PANEL_GROUPS[group].flatMap((id) => panels.find(({ panel }) => panel === id) ?? []),
    error,
    dueMs: 3 * Math.max(FIRST_MS, data?.nextMs ?? 0),
    refresh: refetch,
  };
};
