import { create } from 'zustand';
import type { Alert } from '../../shared/domain/alert.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { call } from '../bridge.ts';

type Alerts = {
  /** By incident. Null until the first answer. */
  byId: ReadonlyMap<RowId, Alert> | null;
};

/** The incidents of the board, changed by what the core pushes. */
export const useAlerts = create<Alerts>()(() => ({ byId: null }));

/** Loads the board from the laptop's copy. */
export const loadAlerts = async (): Promise<void> => {
  const answer = await call('board.get', { closed: true });
  if (answer.ok) useAlerts.setState({ byId: new Map(answer.value.alerts.map((alert) => [alert.incidentId, alert])) });
};

/** The incident that an event belongs to now, as far as it is on the board. */
export const incidentOf = (byId: Alerts['byId'], eventId: RowId): Alert | undefined =>
  byId?.get(eventId) ??
  [...(byId?.values() ?? [])].find(({ lead, linked }) => [lead, ...linked].some((event) => event.eventId === eventId));

export const applyAlerts = (changed: readonly Alert[], removed: readonly RowId[]): void =>
  useAlerts.setState(({ byId }) => {
    const next = new Map(byId);
    for (const id of removed) next.delete(id);
    for (const alert of changed) next.set(alert.incidentId, alert);
    return { byId: next };
  });
