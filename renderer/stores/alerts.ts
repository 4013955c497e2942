import { create } from 'zustand';
import type { Alert } from '../../shared/domain/alert.ts';
import { compareIds, type RowId } from '../../shared/domain/row-id.ts';
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
const FIRST = 60;
/** So many at once hold up neither the core nor the screen for longer than a frame or two. */
const PART = 250;
/** A board that is not there yet grows by so many parts: it is drawn ten times, not forty. */
const PARTS_SHOWN = 4;

/** What is being loaded; what the core pushes meanwhile changes it as well. */
let loading: Map<RowId, Alert> | undefined;

/**
 * Loads the most urgent ones of the board, as far as none is there.
 * @returns whether the others may follow: nobody has begun anew meanwhile
 */
export const loadFirstAlerts = async (): Promise<boolean> => {
  if (useAlerts.getState().byId !== null) return true;
  const mine = new Map<RowId, Alert>();
  loading = mine;
  const answer = await call('board.get', { closed: false, part: { order: 'urgency', most: FIRST } });
  if (!answer.ok || loading !== mine) return false;
  loading = undefined;
  add(mine, answer.value.alerts);
  useAlerts.setState({ byId: mine, complete: false });
  return true;
};

/**
 * Loads the board from the laptop's copy.
 * @returns once the most urgent ones are there; the others follow, however many they are
 */
export const loadAlerts = async (): Promise<void> => {
  if (await loadFirstAlerts()) void loadAll();
};

const add = (to: Map<RowId, Alert>, alerts: readonly Alert[]): void => {
  for (const alert of alerts) to.set(alert.incidentId, alert);
};

const loadAll = async (): Promise<void> => {
  const mine = new Map<RowId, Alert>();
  loading = mine;
  const grows = !useAlerts.getState().complete;
  let parts = 0;
  let part: readonly Alert[];
  let after: RowId | null = null;
  do {
    const answer = await call('board.get', { closed: true, part: { order: 'id', after, most: PART } });
    if (!answer.ok || loading !== mine) return;
    part = answer.value.alerts;
    add(mine, part);
    parts += 1;
    if (grows && parts % PARTS_SHOWN === 0) {
      useAlerts.setState(({ byId }) => ({ byId: new Map([...(byId ?? []), ...mine]) }));
    }
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

let counted: { readonly byId: Alerts['byId']; readonly open: number } = { byId: null, open: 0 };

/** How many are open; none while that isn't known. */
export const countOpen = ({ byId, complete }: Alerts): number => {
  if (!complete || byId === null) return 0;
  if (counted.byId !== byId) {
    let open = 0;
    for (const alert of byId.values()) open += Number(alert.open);
    counted = { byId, open };
  }
  return counted.open;
};

/** The newest critical one that nobody has answered. */
export const newestCritical = ({ byId }: Alerts): RowId | null => {
  let newest: RowId | null = null;
  for (const { incidentId, open, lead } of byId?.values() ?? []) {
    if (!open || lead.severity !== 'CRITICAL' || lead.acknowledgedAt !== null) continue;
    if (newest === null || compareIds(incidentId, newest) > 0) newest = incidentId;
  }
  return newest;
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
