import { type TroubleFacts, type TroubleKind, troubleRules, WHOLE_FESTIVAL } from './troubles.ts';

/** Something that a sense finds wrong, or not clearly right, now. */
export type Reading = {
  readonly kind: TroubleKind;
  readonly subject: string;
  /** `unclear`: between two thresholds, or it cannot be known: whatever it was, it stays so. */
  readonly state: 'wrong' | 'unclear';
  /** Since when, by the monotonic clock, where the sense knows; otherwise since it was first seen wrong. */
  readonly sinceMs?: number;
  readonly facts?: TroubleFacts;
};

/** What all senses say at one moment. What is not among the readings is right, unless its whole kind is unclear. */
export type Senses = { readonly readings: readonly Reading[]; readonly unclear: readonly TroubleKind[] };

type Key = { readonly kind: TroubleKind; readonly subject: string };

/** What is remembered between two judgements, by the monotonic clock. */
type Remembered = Key & {
  readonly raised: boolean;
  readonly wrongSinceMs: number;
  /** It is raised, and has been right since then. */
  readonly rightSinceMs: number | null;
};
export type Judged = { readonly atMs: number; readonly remembered: readonly Remembered[] };

export type Raised = Key & { readonly sinceMs: number; readonly facts: TroubleFacts };
export type Ended = Key & { readonly atMs: number };

/** A longer pause between two judgements: the laptop slept, and nothing that was not raised counts through it. */
const SLEPT_MS = 10_000;

/** What was raised when this laptop was last running. */
export const judgedBefore = (raised: readonly Key[], nowMs: number): Judged => ({
  atMs: nowMs,
  remembered: raised.map(({ kind, subject }) => ({
    ...{ kind, subject, raised: true, wrongSinceMs: nowMs, rightSinceMs: null },
  })),
});

/**
 * Decides what has become a trouble and what is over (docs/watching.md, "Judging"). Pure: every duration is of the
 * monotonic clock that it is given.
 */
export const judge = (
  senses: Senses,
  before: Judged,
  nowMs: number,
): { readonly after: Judged; readonly raised: readonly Raised[]; readonly ended: readonly Ended[] } => {
  const slept = nowMs - before.atMs > SLEPT_MS;
  const known = new Map(before.remembered.map((one) => [keyOf(one), one]));
  const readings = new Map(senses.readings.map((one) => [keyOf(one), one]));
  const ended: Ended[] = [];
  const after = new Map<string, Remembered>();

  for (const [key, one] of known) {
    const { kind, subject } = one;
    const state = readings.get(key)?.state ?? (senses.unclear.includes(kind) ? 'unclear' : 'right');
    if (state === 'right' && !one.raised) continue;
    if (state !== 'right') {
      after.set(key, { ...one, rightSinceMs: null });
      continue;
    }
    const rightSinceMs = one.rightSinceMs ?? nowMs;
    if (nowMs - rightSinceMs >= troubleRules(kind).overMs) ended.push({ kind, subject, atMs: rightSinceMs });
    else after.set(key, { ...one, rightSinceMs });
  }

  const raised: Raised[] = [];
  const isRaised = (kind: string, subject: string): boolean =>
    [subject, WHOLE_FESTIVAL].some((about) => after.get(keyOf({ kind, subject: about }))?.raised === true);
  const isSymptom = ({ kind, subject }: Key): boolean =>
    troubleRules(kind).symptomOf.some((cause) => isRaised(cause, subject));
  // Causes first: what they explain is not raised beside them in the same moment.
  const inOrder = [...readings].toSorted(([, a], [, b]) => depth(a) - depth(b));
  for (const [key, { kind, subject, state, sinceMs, facts }] of inOrder) {
    const one = after.get(key);
    if (state !== 'wrong' || one?.raised) continue;
    const fresh = one === undefined || slept;
    // What was wrong before a pause, or while something else explained it, has its whole time from now on.
    const wrongSinceMs =
      isSymptom({ kind, subject }) || slept
        ? nowMs
        : fresh
          ? (sinceMs ?? nowMs)
          : Math.max(one.wrongSinceMs, sinceMs ?? one.wrongSinceMs);
    const due = nowMs - wrongSinceMs >= troubleRules(kind).afterMs && !isSymptom({ kind, subject });
    after.set(key, { kind, subject, raised: due, wrongSinceMs, rightSinceMs: null });
    if (due) raised.push({ kind, subject, sinceMs: wrongSinceMs, facts: facts ?? {} });
  }
  return { after: { atMs: nowMs, remembered: [...after.values()] }, raised, ended };
};

const keyOf = ({ kind, subject }: { readonly kind: string; readonly subject: string }): string => `${kind} ${subject}`;

const depth = ({ kind, subject }: Key): number =>
  troubleRules(kind).symptomOf.filter((cause) => cause !== kind || subject !== WHOLE_FESTIVAL).length;
