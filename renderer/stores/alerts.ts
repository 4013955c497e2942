import { create } from 'zustand';
import type { Alert } from '../../shared/domain/alert.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { call } from '../bridge.ts';

type Alerts = {
  /** By incident. Null until the first answer. */
  byId: ReadonlyMap<RowId, Alert> | null;
  /** All of them are here, and not only the most urgent ones of a long board. */
  complete: boolean;
};

/** The incidents of the board, changed by what the core pushes. */
export const useAlerts = create<Alerts>()(() => ({ byId: null, complete: false }));

/** What a screen has room for, and somewhat more: a long board shows it first. */
const FIRST = 200;
/** So many at once hold up neither the core nor the screen for long. */
const PART = 1_000;

/** What is being loaded; what the core pushes meanwhile changes it as well. */
let loading: Map<RowId, Alert> | undefined;

/**
 * Loads the board from the laptop's copy.
 * @returns once the most urgent ones are there; the others follow, however many they are
 */
export const loadAlerts = async (): Promise<void> => {
  const mine = new Map<RowId, Alert>();
  loading = mine;
  if (useAlerts.getState().byId === null) {
    const answer = await call('board.get', { closed: false, part: { order: 'urgency', most: FIRST } });
    if (!answer.ok || loading !== mine) return;
    add(mine, answer.value.alerts);
    useAlerts.setState({ byId: new Map(mine), complete: false });
  }
  void loadAll(mine);
};

const add = (to: Map<RowId, Alert>, alerts: readonly Alert[]): void => {
  for (const alert of alerts) to.set(alert.incidentId, alert);
};

const loadAll = async (mine: Map<RowId, Alert>): Promise<void> => {
  let part: readonly Alert[];
  let after: RowId | null = null;
  do {
    const answer = await call('board.get', { closed: true, part: { order: 'id', after, most: PART } });
    if (!answer.ok || loading !== mine) return;
    part = answer.value.alerts;
    add(mine, part);
    after = part.at(-1)?.incidentId ?? null;
  } while (part.length === PART);
  loading = undefined;
  useAlerts.setState({ byId: mine, complete: true });
};

/** They are another festival's. */
export const forgetAlerts = (): void => {
  loading = undefined;
  useAlerts.setState({ byId: null, complete: false });
};

/** How many are open; none while that isn't known. */
export const countOpen = ({ byId, complete }: Alerts): number => {
  let count = 0;
  if (complete) for (const { open } of byId?.values() ?? []) count += Number(open);
  return count;
};

/** The incident that an event belongs to now, as far as it is on the board. */
export const incidentOf = (byId: Alerts['byId'], eventId: RowId): Alert | undefined =>
  byId?.get(eventId) ??
  [...(byId?.values() ?? [])].find(({ lead, linked }) => [lead, ...linked].some((event) => event.eventId === eventId));

export const applyAlerts = (changed: readonly Alert[], removed: readonly RowId[]): void => {
  const apply = (alerts: Map<RowId, Alert>): Map<RowId, Alert> => {
    for (const id of removed) alerts.delete(id);
    add(alerts, changed);
    return alerts;
  };
  if (loading !== undefined) apply(loading);
  useAlerts.setState(({ byId }) => ({ byId: apply(new Map(byId)) }));
};
