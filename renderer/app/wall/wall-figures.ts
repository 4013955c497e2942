import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { SEVERITIES, type Severity } from '../../../shared/domain/severity.ts';

/** The severities that call for somebody. */
export const WALL_SEVERITIES = SEVERITIES.filter((severity) => severity !== 'INFO');

export type WallAlerts = {
  readonly counts: Readonly<Record<Severity, number>>;
  /** The one that nobody has had for the longest. */
  readonly oldestUnowned: Alert | null;
};

/** The open alerts as the wall shows them. */
export const wallAlerts = (byId: ReadonlyMap<RowId, Alert>): WallAlerts => {
  const counts = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 };
  let oldestUnowned: Alert | null = null;
  for (const alert of byId.values()) {
    const { open, lead } = alert;
    if (!open) continue;
    counts[lead.severity] += 1;
    if (lead.takenBy !== null || lead.acknowledgedBy !== null || lead.severity === 'INFO') continue;
    if (oldestUnowned === null || lead.detectedAt < oldestUnowned.lead.detectedAt) oldestUnowned = alert;
  }
  return { counts, oldestUnowned };
};

/** What is older than this makes the wall a frozen one. */
export const FROZEN_MS = 40_000;

/**
 * Since when what the wall shows is not of this moment; null while it is. The oldest of its parts decides, and a page whose
 * core has gone is frozen at once.
 * @param times when each part was so; null: it never was
 */
export const frozenSince = (
  times: readonly (string | null)[],
  { connected, now }: { connected: boolean; now: number },
): string | 'never' | null => {
  if (times.includes(null)) return 'never';
  const oldest = times.reduce((first, at) => (at !== null && (first === null || at < first) ? at : first), null);
  if (oldest === null) return 'never';
  return !connected || now - Date.parse(oldest) > FROZEN_MS ? oldest : null;
};
