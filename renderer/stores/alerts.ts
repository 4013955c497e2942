import { create } from 'zustand';
import type { Alert } from '../../shared/contract/alerts.ts';
import { call } from '../bridge.ts';

type Alerts = {
  /** By incident. Null until the first answer. */
  byId: ReadonlyMap<number, Alert> | null;
  /** Counts changes of an incident's detail, so that whoever shows it asks again. */
  revisions: ReadonlyMap<number, number>;
};

/** The incidents of the board. */
export const useAlerts = create<Alerts>()(() => ({ byId: null, revisions: new Map() }));

/** Loads the board from the laptop's copy. */
export const loadAlerts = async (): Promise<void> => {
  const answer = await call('board.get', { closed: true });
  if (answer.ok) useAlerts.setState({ byId: new Map(answer.value.alerts.map((alert) => [alert.incidentId, alert])) });
};

/** The incident that an event belongs to now, as far as it is on the board. */
export const incidentOf = (byId: Alerts['byId'], eventId: number): Alert | undefined =>
  byId?.get(eventId) ??
  [...(byId?.values() ?? [])].find(({ lead, linked }) => [lead, ...linked].some((event) => event.eventId === eventId));

export const applyAlerts = (changed: readonly Alert[], removed: readonly number[]): void =>
  useAlerts.setState(({ byId, revisions }) => {
    const next = new Map(byId);
    for (const id of removed) next.delete(id);
    for (const alert of changed) next.set(alert.incidentId, alert);
    // Whoever shows one that is gone as such asks again, and is led to where it is.
    const asked = new Map(revisions);
    for (const id of removed) asked.set(id, (asked.get(id) ?? 0) + 1);
    return { byId: next, revisions: asked };
  });

export const touchDetail = (incidentId: number): void =>
  useAlerts.setState(({ revisions }) => ({
    revisions: new Map(revisions).set(incidentId, (revisions.get(incidentId) ?? 0) + 1),
  }));
