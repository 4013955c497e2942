import type { Alert, AlertEvent } from '../contract/alerts.ts';
import type { Silence } from '../contract/team.ts';
import { isOpen } from './severity.ts';

/** Detectors whose findings are always about money: nobody can silence them. `console.money_detectors()` has the same list. */
export const MONEY_DETECTORS: readonly string[] = [
  'balance_deduction_on_failure',
  'balance_mismatch_detection',
  'negative_balance_detection',
  'duplicate_charge',
  'balance_chain_break',
  'ledger_drift',
];

/** How long a silence may last. */
export const MAX_SILENCE_MINUTES = 480;

/** The readers that an event is about. */
export const devicesOf = ({ facts }: Pick<AlertEvent, 'facts'>): readonly string[] => {
  const all = [facts.device_identifier, ...(Array.isArray(facts.devices) ? facts.devices : [])];
  return [...new Set(all.filter((device) => typeof device === 'string'))];
};

const covers = (silence: Silence, event: AlertEvent): boolean => {
  const devices = devicesOf(event);
  return (
    (silence.algorithm === null || silence.algorithm === event.algorithm) &&
    (silence.cardId === null || silence.cardId === event.cardId) &&
    (silence.device === null || (devices.length === 1 && devices[0] === silence.device))
  );
};

/**
 * The silence that holds an alert back at this moment, the one that does so longest; null when it calls. Every open
 * event of it must be covered, and none of them may have moved money (product.md, "Quiet the noise, never the money").
 * @param now by the festival's clock, milliseconds
 */
export const silenceOf = (alert: Alert, silences: readonly Silence[], now: number): Silence | null => {
  const active = silences.filter(({ until }) => now < Date.parse(until));
  if (active.length === 0 || alert.movedMoney || !alert.open) return null;
  const open = [alert.lead, ...alert.linked].filter(({ status }) => isOpen(status));
  const found = open.map((event) => longest(active.filter((silence) => covers(silence, event))));
  if (found.some((silence) => silence === null)) return null;
  // Of a storm only the first events are at hand: the others must be covered by their kind alone.
  const unseen = alert.linkedCount > alert.linked.length;
  const byKind = (algorithm: string): boolean =>
    active.some((one) => one.algorithm === algorithm && one.device === null && one.cardId === null);
  if (unseen && !alert.algorithms.every(byKind)) return null;
  // It ends with the first of those that hold it.
  return found.reduce(
    (first, one) => (first !== null && one !== null && one.until < first.until ? one : first),
    found[0] ?? null,
  );
};

const longest = (silences: readonly Silence[]): Silence | null =>
  silences.reduce<Silence | null>((last, one) => (last === null || one.until > last.until ? one : last), null);
