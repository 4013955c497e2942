import { z } from 'zod';
import { type Checklist, type ChecklistItem, checklistSchema, type Expectation, senseSchema } from './checklist.ts';
import { channelSchema } from './escalation.ts';
import { messageReasonSchema } from './message-reason.ts';
import { instantSchema } from './primitives.ts';
import type { Waiting } from './waiting.ts';

/** A value that Regie measured, as it is kept (`console.sense`): null where it cannot be had. */
export const sensedSchema = z.object({
  sense: senseSchema,
  value: z.union([z.number(), z.string()]).nullable(),
  /** Of the data. */
  at: instantSchema.nullable(),
  readAt: instantSchema,
  query: z.string().nullable(),
});
export type Sensed = z.infer<typeof sensedSchema>;

export const SENSED_STATES = ['good', 'bad', 'old', 'unknown'] as const;

/** What was confirmed in a run, as the festival has it and as its hash covers it (`console.checklist_said`). */
export const checklistEntrySchema = z.object({
  listId: z.string(),
  windowKey: z.string(),
  /** Null while it waits on this laptop. */
  seq: z.int().min(1).nullable(),
  entryId: z.uuid().nullable(),
  act: z.enum(['ticked', 'answered', 'overridden', 'measured', 'signed']),
  itemId: z.string().nullable(),
  state: z.enum(SENSED_STATES).nullable(),
  answer: z.union([z.string(), z.number()]).nullable(),
  reason: z.string().nullable(),
  evidence: z.record(z.string(), z.json()),
  at: instantSchema,
  enteredAt: instantSchema.nullable(),
  actor: z.string(),
  actorId: z.uuid().nullable(),
  role: z.string(),
  laptop: z.string(),
  login: z.string(),
});
export type ChecklistEntry = z.infer<typeof checklistEntrySchema>;

export const checklistRunSchema = z.object({
  listId: z.string(),
  windowKey: z.string(),
  /** As it was started; null where a newer version has items that are not known here. */
  list: checklistSchema.nullable().catch(null),
  startedAt: instantSchema,
  startedBy: z.string(),
  laptop: z.string(),
  /** Over everything in it, as the festival's database has it; null while it waits on this laptop. */
  hash: z.string().nullable(),
  entries: z.array(checklistEntrySchema),
});
export type ChecklistRun = z.infer<typeof checklistRunSchema>;

type OfRun = { readonly listId: string; readonly windowKey: string };
export const runKey = ({ listId, windowKey }: OfRun): string => `checklist:${listId}:${windowKey}`;

/** A run as it waits on this laptop. */
export const waitingChecklist = ({ input, author }: Waiting<{ list: Checklist; windowKey: string }>): ChecklistRun => ({
  ...{ listId: input.list.id, windowKey: input.windowKey, list: input.list, hash: null, entries: [] },
  ...{ startedAt: author.laptopAt, startedBy: author.operator, laptop: author.laptop },
});

/** An entry as it waits on this laptop. */
export const waitingEntryOf = (
  { input, author }: Waiting<{ operationId: string } & OfRun>,
  said: Pick<ChecklistEntry, 'act'> & Partial<Pick<ChecklistEntry, 'itemId' | 'answer' | 'reason' | 'evidence'>>,
): ChecklistEntry => ({
  ...{ listId: input.listId, windowKey: input.windowKey, seq: null, entryId: input.operationId, itemId: null },
  ...{ state: null, answer: null, reason: null, evidence: {}, at: author.laptopAt, enteredAt: author.laptopAt },
  ...{ actor: author.operator, actorId: author.operatorId, role: '', laptop: author.laptop, login: '', ...said },
});

/** Whether a value is as it should be; null where there is none, or where the two cannot be compared. */
export const fits = (value: Sensed['value'], expect: Expectation): boolean | null => {
  if (value === null) return null;
  if ('equals' in expect) return typeof value === 'string' ? value === expect.equals : null;
  if (typeof value === 'string') return null;
  return 'atMost' in expect ? value <= expect.atMost : value >= expect.atLeast;
};

export type ItemProgress = {
  readonly item: ChecklistItem;
  readonly done: boolean;
  /** It is not there at this moment, as its condition says. */
  readonly leftOut: boolean;
  /** Of what Regie measures: how it is, as was last written down; null where nothing was yet. */
  readonly state: ChecklistEntry['state'];
  /** It was good, and is not any more. */
  readonly turned: boolean;
  readonly overridden: ChecklistEntry | null;
  /** What people confirmed, in its order: the first signature first. */
  readonly confirmed: readonly ChecklistEntry[];
};

/**
 * How far a run is. What the database says at sign-off has the last word.
 * @param now by the festival's clock, in milliseconds: what was good and is older by now than its item allows doesn't count, as
 * on a laptop without the network; undefined: as was written down
 */
export const progressOf = (run: ChecklistRun, values: readonly Sensed[], now?: number): ItemProgress[] => {
  const signature = signatureOf(run);
  const signed = signature !== undefined;
  const leftOutThen = z.array(z.string()).safeParse(signature?.evidence.leftOut).data;
  return (run.list?.items ?? []).map((item) => {
    const entries = run.entries.filter(({ itemId }) => itemId === item.id);
    const measured = entries.filter(({ act }) => act === 'measured');
    const written = measured.at(-1)?.state ?? null;
    const tooOld = !signed && now !== undefined && written === 'good' && isTooOld(item, values, now);
    const state = tooOld ? 'old' : written;
    const overridden = entries.find(({ act }) => act === 'overridden') ?? null;
    const confirmed = entries.filter(({ act }) => act === 'ticked' || act === 'answered');
    const condition = item.when;
    const there = condition && values.find(({ sense }) => sense === condition.sense);
    return {
      ...{ item, state, overridden, confirmed },
      done:
        overridden !== null ||
        isDone(item, { state, confirmed, channels: channelsOf(signed ? figuresOf(confirmed.at(-1)) : values) }),
      // What was left out when it was signed stays so: nothing is measured for a signed run.
      leftOut:
        leftOutThen?.includes(item.id) ??
        (condition !== undefined && there !== undefined && fits(there.value, condition.expect) === false),
      turned: written !== 'good' && measured.some((entry) => entry.state === 'good'),
    };
  });
};

/** Whether the value that an item goes by was measured longer ago than it allows. */
const isTooOld = (item: ChecklistItem, values: readonly Sensed[], now: number): boolean => {
  const found = item.kind === 'sensed' ? values.find(({ sense }) => sense === item.sense) : undefined;
  if (item.kind !== 'sensed' || found === undefined) return false;
  return now - Date.parse(found.at ?? found.readAt) > item.maxAgeS * 1_000 + LATE_MS;
};
/** Values arrive every ten seconds, and the screen's minute is a whole one. */
const LATE_MS = 30_000;

/**
 * What was written down of an item's values, the last of it: at the signature, else with what somebody confirmed, or with the
 * override, or when it was last found to be otherwise.
 */
export const writtenEvidence = (run: ChecklistRun, itemId: string): ChecklistEntry['evidence'] | undefined => {
  const atSignature = z
    .record(z.string(), z.record(z.string(), z.json()))
    .safeParse(signatureOf(run)?.evidence.measured);
  return atSignature.data?.[itemId] ?? run.entries.filter((entry) => entry.itemId === itemId).at(-1)?.evidence;
};

/** Values that were kept with what somebody signed. */
const figuresOf = (entry: ChecklistEntry | undefined): Sensed[] =>
  z.array(sensedSchema).catch([]).parse(entry?.evidence.figures);

/** Over which ways messages can leave; empty where none is set up, or that is not known. */
export const channelsOf = (values: readonly Sensed[]): string[] => {
  const value = values.find(({ sense }) => sense === 'channel_names')?.value;
  return typeof value === 'string' ? value.split(',') : [];
};

const isDone = (
  item: ChecklistItem,
  of: { state: ChecklistEntry['state']; confirmed: readonly ChecklistEntry[]; channels: readonly string[] },
): boolean => {
  const { state, confirmed, channels } = of;
  switch (item.kind) {
    case 'sensed':
      return state === 'good';
    case 'two_person':
      return confirmed.some(
        (one) => isSecond(one) || (isUndecided(one) && confirmed.some((other) => differ(one, other))),
      );
    case 'received':
      return channels.length > 0 && channels.every((channel) => confirmed.some((one) => channelOf(one) === channel));
    case 'attested':
    case 'answered':
      return confirmed.length > 0;
  }
};

const isSecond = ({ evidence }: ChecklistEntry): boolean => evidence.second === true;
/** What waits on this laptop, or was confirmed in an earlier version: nobody has said yet whether two are two. */
const isUndecided = ({ evidence }: ChecklistEntry): boolean => evidence.second === undefined;
const differ = (one: ChecklistEntry, other: ChecklistEntry): boolean => one.actorId !== other.actorId;

/**
 * The answers that count: a corrected one stays in the run and counts no more. More than one where several people have answered
 * without seeing each other's.
 */
export const standingAnswers = (entries: readonly ChecklistEntry[]): ChecklistEntry[] => {
  const answers = entries.filter(({ act }) => act === 'answered');
  const corrected = new Set(answers.flatMap(({ evidence }) => replacedSchema.parse(evidence.replaces)));
  return answers.filter(({ entryId }) => entryId === null || !corrected.has(entryId));
};
const replacedSchema = z.array(z.string()).catch([]);

/** Who has confirmed after somebody else, and whom the festival's database doesn't count as another person. */
export const notCounted = ({ item, done, confirmed }: ItemProgress): ChecklistEntry | undefined =>
  item.kind !== 'two_person' || done
    ? undefined
    : confirmed.findLast((one) => one.evidence.second === false && confirmed.some((other) => differ(one, other)));

/** Over which channel the message came whose code was read out. */
export const channelOf = ({ evidence }: ChecklistEntry): string | null =>
  typeof evidence.channel === 'string' ? evidence.channel : null;

/** A message that asks whoever receives it for its code, as the festival has it (`console.message_tests`). */
export const messageTestSchema = z.object({
  testId: z.uuid(),
  listId: z.string(),
  windowKey: z.string(),
  itemId: z.string(),
  channel: channelSchema,
  contact: z.string(),
  askedAt: instantSchema,
  expiresAt: instantSchema,
  state: z.enum(['asked', 'sent', 'failed', 'unknown']),
  reason: messageReasonSchema.nullable().catch(null),
  wrong: z.int(),
  confirmedAt: instantSchema.nullable(),
});
export type MessageTest = z.infer<typeof messageTestSchema>;

/** So many wrong codes end a test message. */
export const CODE_TRIES = 5;

/** The six digits of a code as somebody types it, with spaces, dashes or dots between them; null where it can be none. */
export const testCodeIn = (typed: string): string | null => {
  const digits = typed.replace(/[\s.\-\u2010-\u2013]/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
};

/** Who signed a run off; undefined while it goes on. */
export const signatureOf = (run: ChecklistRun): ChecklistEntry | undefined =>
  run.entries.find(({ act }) => act === 'signed');

/** Items that have to be done and are not. */
export const openItems = (progress: readonly ItemProgress[]): ItemProgress[] =>
  progress.filter(({ done, leftOut }) => !done && !leftOut);
