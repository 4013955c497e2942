import { create } from 'zustand';
import type { Alert } from '../../shared/domain/alert.ts';
import { eventsOf } from '../../shared/domain/incident.ts';
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
  for (const alert of alerts) to.set(alert.incidentId, withSubmitted(alert));
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
  submitted.clear();
  useAlerts.setState({ byId: null, complete: false });
};

type Counted = { readonly open: number; readonly newestCritical: RowId | null };
let counted: (Counted & { readonly byId: Alerts['byId'] }) | undefined;

/** A screen asks several times for each state of the board: it is counted once. */
const count = (byId: Alerts['byId']): Counted => {
  if (counted?.byId === byId) return counted;
  let open = 0;
  let newest: RowId | null = null;
  for (const alert of byId?.values() ?? []) {
    if (!alert.open) continue;
    open += 1;
    const { incidentId, lead } = alert;
    if (lead.severity !== 'CRITICAL' || lead.acknowledgedAt !== null) continue;
    if (newest === null || compareIds(incidentId, newest) > 0) newest = incidentId;
  }
  counted = { byId, open, newestCritical: newest };
  return counted;
};

/** How many are open; none while that isn't known. */
export const countOpen = ({ byId, complete }: Alerts): number => (complete ? count(byId).open : 0);

/** The newest critical one that nobody has answered. */
export const newestCritical = ({ byId }: Alerts): RowId | null => count(byId).newestCritical;

/** The incident that an event belongs to now, as far as it is on the board. */
export const incidentOf = (byId: Alerts['byId'], eventId: RowId): Alert | undefined =>
  byId === null ? undefined : (byId.get(eventId) ?? incidentsByEvent(byId).get(eventId));

const byEvent = new WeakMap<ReadonlyMap<RowId, Alert>, ReadonlyMap<RowId, Alert>>();

/** Hundreds of lines ask for each state of the board, which is searched through for the first of them alone. */
const incidentsByEvent = (byId: ReadonlyMap<RowId, Alert>): ReadonlyMap<RowId, Alert> => {
  const known = byEvent.get(byId);
  if (known !== undefined) return known;
  const made = new Map<RowId, Alert>();
  for (const alert of byId.values()) for (const { eventId } of eventsOf(alert)) made.set(eventId, alert);
  byEvent.set(byId, made);
  return made;
};

/** What was handed to the core a moment ago: how it shows, and the core's last word on the alerts that it is about. */
type Submitted = { readonly show: (alert: Alert) => Alert; readonly said: Map<RowId, Alert> };
const submitted = new Set<Submitted>();

/** What the core says of an alert before it has heard of an action: the action is shown on it all the same. */
const withSubmitted = (alert: Alert): Alert => {
  let shown = alert;
  for (const { show, said } of submitted) {
    if (!said.has(alert.incidentId)) continue;
    said.set(alert.incidentId, alert);
    // With something that waits it is the core's own view of it.
    if (alert.waiting === 0) shown = show(shown);
  }
  return shown;
};

/**
 * Shows an action on these alerts at once, as one that waits.
 * @returns to be called with what the core answered: whether it has the action now. If not, its last word is shown again.
 */
export const showSubmitted = (alerts: readonly Alert[], show: Submitted['show']): ((taken: boolean) => void) => {
  const { byId } = useAlerts.getState();
  const before = new Map(
    alerts.flatMap(({ incidentId }) => {
      const alert = byId?.get(incidentId);
      return alert === undefined ? [] : [[incidentId, alert] as const];
    }),
  );
  const one: Submitted = { show, said: new Map(before) };
  applyAlerts([...before.values()].map(show), []);
  submitted.add(one);
  return (taken) => {
    submitted.delete(one);
    const words = [...one.said.values()].filter((word) => !taken || word !== before.get(word.incidentId));
    if (words.length > 0) applyAlerts(words, []);
  };
};

export const applyAlerts = (changed: readonly Alert[], removed: readonly RowId[]): void => {
  const apply = (alerts: Map<RowId, Alert>): Map<RowId, Alert> => {
    for (const id of removed) {
      alerts.delete(id);
      for (const { said } of submitted) said.delete(id);
    }
    add(alerts, changed);
    return alerts;
  };
  if (loading !== undefined) apply(loading);
  useAlerts.setState(({ byId }) => ({ byId: apply(new Map(byId)) }));
};
