import { useEffect } from 'react';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import type { HistoryRow } from '../../../shared/contract/history.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { useCall, useLive } from '../../query.ts';
import { goTo, parseRoute } from '../../routes.ts';

/** An incident, and where it is kept: what the maintenance has archived can be read, and nothing be done about it. */
export type OpenedAlert = AlertDetail & { readonly kept: HistoryRow['kept'] };

/**
 * The detail of an incident: from this laptop's copy, else from the festival's history. `gone` when there is none, `offline` when
 * the copy has none and the festival does not answer; null until the first answer.
 */
export const useIncident = (incidentId: RowId): OpenedAlert | 'gone' | 'offline' | null => {
  const { data, error } = useCall('alert.get', { incidentId });
  const notHere = error !== null;
  const { data: old, error: oldError } = useLive('history.open', { incidentId }, { wanted: notHere });
  const leading = (notHere ? old?.detail : data)?.alert.incidentId;
  useEffect(() => {
    // It became part of another one, wherever that was done: the screen goes with it.
    if (leading === undefined || leading === incidentId) return;
    const route = parseRoute(location.hash);
    if ((route.screen === 'board' || route.screen === 'history') && route.incidentId === incidentId) {
      goTo({ ...route, incidentId: leading });
    }
  }, [leading, incidentId]);
  if (!notHere) return data === undefined ? null : { ...data, kept: 'alerts' };
  if (oldError !== null) return oldError.code === 'offline' ? 'offline' : 'gone';
  return old === undefined ? null : { ...old.detail, runbook: old.detail.run?.runbook ?? null, kept: old.kept };
};
