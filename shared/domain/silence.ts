import { z } from 'zod';
import type { Alert, AlertEvent } from './alert.ts';
import { textSchema } from './plain-text.ts';
import { cardIdSchema, instantSchema, wordsSchema } from './primitives.ts';
import { isOpen } from './severity.ts';
import type { Waiting } from './waiting.ts';

/** What a silence matches: each that is set must fit. */
export const silenceMatchSchema = {
  /** A detector; none whose findings move money. */
  algorithm: textSchema.trim().min(1).max(60).nullable(),
  device: textSchema.trim().min(1).max(200).nullable(),
  cardId: cardIdSchema.nullable(),
};

/** Sound, notification and messages of what it matches are held back until it ends; the alerts stay on the board. */
export const silenceSchema = z.object({
  silenceId: z.uuid(),
  ...silenceMatchSchema,
  reason: wordsSchema,
  by: z.string(),
  laptop: z.string(),
  from: instantSchema,
  until: instantSchema,
  /** Who ended it before its time. */
  endedBy: z.string().nullable(),
  /** It, or its end, waits in this laptop's outbox. */
  waiting: z.boolean(),
});
export type Silence = z.infer<typeof silenceSchema>;

/** Detectors whose findings are always about money and cannot be silenced. `console.money_detectors()` has the same list. */
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
 * event of it must be covered, and none of them may have moved money (docs/alerts.md, "Money is never silenced").
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

/** The silences with one that starts, unless it is there already. */
export const withSilence = (
  silences: readonly Silence[],
  {
    input,
    author,
  }: Waiting<Pick<Silence, 'silenceId' | 'algorithm' | 'device' | 'cardId' | 'reason' | 'from'> & { minutes: number }>,
): readonly Silence[] => {
  const { silenceId, algorithm, device, cardId, reason, from, minutes } = input;
  if (silences.some((one) => one.silenceId === silenceId)) return silences;
  const until = new Date(Date.parse(from) + minutes * 60_000).toISOString();
  const { operator: by, laptop } = author;
  return [
    ...silences,
    { silenceId, algorithm, device, cardId, reason, by, laptop, from, until, endedBy: null, waiting: true },
  ];
};

/** The silences with one that ends before its time. */
export const withSilenceEnded = (
  silences: readonly Silence[],
  { input, author }: Waiting<{ silenceId: string }>,
  at: string,
): readonly Silence[] =>
  silences.map((one) =>
    one.silenceId === input.silenceId ? { ...one, until: at, endedBy: author.operator, waiting: true } : one,
  );
