import { useEffect } from 'react';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { useCall } from '../../query.ts';
import { goTo, parseRoute } from '../../routes.ts';

/** The detail of an incident. `gone` when there is none; null until the first answer. */
export const useIncident = (incidentId: RowId): AlertDetail | 'gone' | null => {
  const { data, error } = useCall('alert.get', { incidentId });
  const leading = data?.alert.incidentId;
  useEffect(() => {
    // It became part of another one, wherever that was done: the screen goes with it.
    if (leading === undefined || leading === incidentId) return;
    const route = parseRoute(location.hash);
    if (route.screen === 'board' && route.incidentId === incidentId) goTo({ ...route, incidentId: leading });
  }, [leading, incidentId]);
  return error === null ? (data ?? null) : 'gone';
};
