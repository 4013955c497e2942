import type { RegieEvent } from '../../shared/contract/events.ts';
import {
  byBegin,
  causesIn,
  causesInOrder,
  type Flood,
  type FloodAlarm,
  floodAlarmOf,
  floodsIn,
} from '../../shared/domain/alarm-flood.ts';
import { type CommonCause, commonCauseSchema } from '../../shared/domain/common-cause.ts';
import { eventsOf } from '../../shared/domain/incident.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { type Silence, silenceOf } from '../../shared/domain/silence.ts';
import type { Overlay } from './overlay.ts';

type Raised = Extract<RegieEvent, { event: 'raised' }>;

/**
 * Alerts reach sound and notification through it, behind the silences: in a flood one sound stands for all of them
 * (docs/alarm-quality.md, "Flood mode"). Nothing is held back from the board.
 */
export type FloodGate = {
  /** These alerts are new or changed. */
  check(incidentIds: readonly RowId[]): void;
  /** Alerts were copied that nobody has told of. */
  copied(): void;
  /** Time has passed. */
  tick(): void;
  raise(event: Raised): void;
  flood(): Flood | null;
};

const KEPT_MS = 6 * 3_600_000;
/** A laptop's clock may be a little behind the festival's. */
const AHEAD_MS = 5_000;

export const createFloodGate = (options: {
  alerts: Pick<Overlay['view'], 'incident' | 'byEvent'>;
  /** What began since, as this laptop has copied it. */
  copy: { alarms(sinceMs: number): readonly (Omit<FloodAlarm, 'incidentId'> & { readonly eventId: RowId })[] };
  silences: () => readonly Silence[];
  /** By the festival's clock, milliseconds. */
  now: () => number;
  publish: (event: RegieEvent) => void;
}): FloodGate => {
  const { alerts, copy, silences, now, publish } = options;
  const alarms = new Map<RowId, FloodAlarm>();
  let current: Flood | null = null;
  /** For whom the flood's one sound stands. */
  let covered: ReadonlySet<RowId> = new Set();

  const add = (alarm: FloodAlarm): void => {
    if (alarm.beginsMs > now() - KEPT_MS && !alarms.has(alarm.incidentId)) alarms.set(alarm.incidentId, alarm);
  };
  const addCopied = (): void => {
    for (const { eventId, beginsMs, algorithm, about } of copy.alarms(now() - KEPT_MS))
      add({ incidentId: eventId, beginsMs, algorithm, about });
  };
  const isSilenced = (incidentId: RowId): boolean => {
    const alert = alerts.incident(incidentId)?.alert;
    return alert !== undefined && silenceOf(alert, silences(), now()) !== null;
  };
  const ofFlood = (sinceMs: number): FloodAlarm[] =>
    [...alarms.values()].filter(({ beginsMs }) => beginsMs >= sinceMs).sort(byBegin);

  const read = (): Flood | null => {
    const begins = [...alarms.values()].map(({ beginsMs }) => beginsMs);
    const newest = begins.reduce((latest, at) => Math.max(latest, at), 0);
    const time = floodsIn(begins, Math.max(now(), Math.min(newest, now() + AHEAD_MS))).at(-1);
    if (time === undefined || time.endedMs !== null) return null;
    const inFlood = ofFlood(time.sinceMs);
    const causeIn = causesIn(inFlood);
    const [firstCause] = causesInOrder(inFlood, causeIn).keys();
    const first = inFlood.find((alarm) => causeIn(alarm).key === firstCause);
    const [earliest] = inFlood;
    if (first === undefined || earliest === undefined) return null;
    return {
      since: new Date(time.sinceMs).toISOString(),
      alarms: time.alarms,
      first: first.incidentId,
      cause: causeOf(earliest.incidentId, alerts),
    };
  };

  const coveredBy = (flood: Flood | null): ReadonlySet<RowId> =>
    new Set(flood === null ? [] : ofFlood(Date.parse(flood.since)).map(({ incidentId }) => incidentId));

  const update = ({ sounds }: { sounds: boolean }): void => {
    for (const [id, { beginsMs }] of alarms) if (beginsMs <= now() - KEPT_MS) alarms.delete(id);
    const before = current;
    current = read();
    if (JSON.stringify(current) === JSON.stringify(before)) return;
    const began = current !== null && before === null;
    if (current === null || began) covered = coveredBy(current);
    publish({ event: 'flood', flood: current, sounds: sounds && began && [...covered].some((id) => !isSilenced(id)) });
  };

  /** Whether nobody has heard of its like: an alert of the flood that came before it, and was as urgent. */
  const isOfAnotherCause = ({ incidentId, severity }: Raised, sinceMs: number): boolean => {
    const alarm = alarms.get(incidentId);
    if (alarm === undefined) return true;
    if (severity !== 'CRITICAL' || covered.has(incidentId)) return false;
    const earlier = ofFlood(sinceMs).filter((one) => byBegin(one, alarm) < 0);
    const cause = causesIn(earlier);
    return !earlier.some((one) => cause(one).key === cause(alarm).key && wasCritical(one.incidentId, alerts));
  };

  // What went on before this start is known to whoever asks; nobody can hear of it yet.
  addCopied();
  current = read();
  covered = coveredBy(current);

  return {
    check: (incidentIds) => {
      for (const id of incidentIds) {
        const alert = alerts.incident(id)?.alert;
        if (alert?.open) add(floodAlarmOf(alert));
      }
      update({ sounds: true });
    },
    copied: () => {
      addCopied();
      update({ sounds: true });
    },
    tick: () => {
      if (current !== null) update({ sounds: false });
    },
    raise: (event) => {
      if (current === null) return publish(event);
      const sinceMs = Date.parse(current.since);
      const beganBefore = (alarms.get(event.incidentId)?.beginsMs ?? 0) < sinceMs;
      if (beganBefore || isOfAnotherCause(event, sinceMs)) publish(event);
    },
    flood: () => current,
  };
};

const eventOf = (incidentId: RowId, alerts: Pick<Overlay['view'], 'incident' | 'byEvent'>) => {
  const alert = (alerts.incident(incidentId) ?? alerts.byEvent(incidentId))?.alert;
  return alert && eventsOf(alert).find(({ eventId }) => eventId === incidentId);
};

/** What the engine has found that the flood's alerts have in common: it stands on the first of them. */
const causeOf = (first: RowId, alerts: Pick<Overlay['view'], 'incident' | 'byEvent'>): CommonCause | null =>
  commonCauseSchema.safeParse(eventOf(first, alerts)?.facts.flood_cause).data ?? null;

const wasCritical = (incidentId: RowId, alerts: Pick<Overlay['view'], 'incident' | 'byEvent'>): boolean =>
  eventOf(incidentId, alerts)?.severity === 'CRITICAL';
