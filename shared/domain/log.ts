import { z } from 'zod';
import { textSchema } from './plain-text.ts';
import { instantSchema } from './primitives.ts';
import type { Waiting } from './waiting.ts';

/*
 * The incident log (docs/log.md). An entry is never changed: a correction, a strike and the end of a follow-up are entries
 * of their own, which refer to the first one.
 */

export const LOG_KINDS = ['observation', 'decision', 'action', 'message', 'handover'] as const;
export const logKindSchema = z.enum(LOG_KINDS);
export type LogKind = z.infer<typeof logKindSchema>;

export const LINK_KINDS = ['alert', 'card', 'transaction', 'reader', 'run', 'entry'] as const;
export const logLinkSchema = z.object({ kind: z.enum(LINK_KINDS), id: textSchema.min(1).max(200) });
export type LogLink = z.infer<typeof logLinkSchema>;

/** Characters of one entry. What is longer is refused while it can still be shortened. */
export const LONGEST_ENTRY = 20_000;
/** What occurred longer ago asks why it is written down so late; the database allows some seconds more (`is_late`). */
export const LATE_MS = 5 * 60_000;
/** A laptop's clock may be so far ahead of what was measured: later than this nothing can have occurred yet. */
export const AHEAD_MS = 60_000;

const tagSchema = textSchema.trim().toLowerCase().min(1).max(40);
export const tagsSchema = z.array(tagSchema).max(20);
const shortText = textSchema.trim().max(2_000);

export const logDecisionSchema = z.strictObject({ options: shortText, why: shortText, agreed: shortText });
export type LogDecision = z.infer<typeof logDecisionSchema>;

export const followUpSchema = z.strictObject({ who: textSchema.trim().min(1).max(200), by: instantSchema });
export type FollowUp = z.infer<typeof followUpSchema>;

/** Pictures that an entry may have, and the bytes of one. */
export const MOST_ATTACHMENTS = 10;
export const LARGEST_ATTACHMENT = 5 * 1_048_576;
/** Characters of base64 in one piece: with its signature it is smaller than the largest command. */
export const PIECE_LENGTH = 640_000;
export const pictureTypeSchema = z.enum(['image/png', 'image/jpeg', 'image/webp']);
export type PictureType = z.infer<typeof pictureTypeSchema>;
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const attachmentSchema = z.object({
  sha256: sha256Schema,
  name: textSchema.max(200),
  type: pictureTypeSchema,
  bytes: z.int().min(1).max(LARGEST_ATTACHMENT),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** What a person says in an entry. */
export const logWordsSchema = {
  kind: logKindSchema,
  text: textSchema.trim().min(1).max(LONGEST_ENTRY),
  place: textSchema.trim().min(1).max(200).nullable(),
  tags: tagsSchema,
  importance: z.enum(['normal', 'important']),
  mentions: z.array(textSchema.min(1).max(60)).max(50),
  links: z.array(logLinkSchema).max(50),
  decision: logDecisionSchema.nullable(),
  followUp: followUpSchema.nullable(),
  attachments: z.array(attachmentSchema).max(MOST_ATTACHMENTS).default([]),
};

/** When it occurred and why it is written late; the rest is filled in by the laptop before it is signed. */
export const logTimesSchema = {
  /** Null: now. */
  occurredAt: instantSchema.nullable(),
  lateReason: textSchema.trim().min(1).max(2_000).nullable(),
};

/** What only the laptop knows. */
export const logLaptopSchema = {
  /** How far the laptop's clock was measured to be from the database's, in milliseconds; null: it never was. */
  clockOffsetMs: z.int().nullable().default(null),
  /** What the entry is called until the festival gives it a number: booth-2·17. */
  laptopNumber: z.int().min(1).nullable().default(null),
};

/** An entry as the festival has it, and as its hash covers it (`console.log_said`). */
export const logEntrySchema = z.object({
  number: z.int().min(1),
  entryId: z.uuid(),
  act: z.enum(['written', 'corrected', 'struck', 'finished']),
  refersTo: z.uuid().nullable(),
  kind: logKindSchema,
  text: z.string(),
  place: z.string().nullable(),
  tags: z.array(z.string()),
  importance: z.enum(['normal', 'important']),
  mentions: z.array(z.string()),
  links: z.array(logLinkSchema),
  decision: logDecisionSchema.nullable(),
  followUp: followUpSchema.nullable(),
  attachments: z.array(attachmentSchema),
  lateReason: z.string().nullable(),
  occurredAt: instantSchema,
  enteredAt: instantSchema,
  clockOffsetMs: z.int().nullable(),
  arrivedAt: instantSchema,
  author: z.string(),
  authorId: z.uuid(),
  role: z.string(),
  laptop: z.string(),
  laptopId: z.uuid(),
  laptopNumber: z.int().min(1),
  login: z.string(),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** An entry as screens show it; number and arrival are null while it waits on this laptop. */
export const shownEntrySchema = logEntrySchema
  .omit({ authorId: true, laptopId: true, login: true })
  .extend({ number: z.int().min(1).nullable(), arrivedAt: instantSchema.nullable(), role: z.string().nullable() });
export type ShownEntry = z.infer<typeof shownEntrySchema>;

/** A line of the log: an entry with what was said of it later, in the order of arrival. */
export const logLineSchema = shownEntrySchema.extend({ later: z.array(shownEntrySchema) });
export type LogLine = z.infer<typeof logLineSchema>;

/** The name of an entry until it has its number, and for ever. */
export const labelOf = ({ laptop, laptopNumber }: Pick<ShownEntry, 'laptop' | 'laptopNumber'>): string =>
  `${laptop}·${laptopNumber}`;

/** When something is taken to have occurred: nothing occurred after it had arrived, whatever a laptop's clock says. */
export const placeInTime = ({ occurredAt, arrivedAt }: Pick<ShownEntry, 'occurredAt' | 'arrivedAt'>): number =>
  Math.min(Date.parse(occurredAt), arrivedAt === null ? Number.POSITIVE_INFINITY : Date.parse(arrivedAt));

/** How far the laptop's clock was off, where that is worth a word: by more than a few seconds, or ahead of the arrival. */
export const clockWasOff = (entry: Pick<ShownEntry, 'enteredAt' | 'arrivedAt' | 'clockOffsetMs'>): number | null => {
  const { enteredAt, arrivedAt, clockOffsetMs } = entry;
  if (clockOffsetMs !== null && Math.abs(clockOffsetMs) >= WORTH_SAYING_MS) return -clockOffsetMs;
  // It was never measured; that it was ahead shows all the same.
  const aheadMs = arrivedAt === null ? 0 : Date.parse(enteredAt) + (clockOffsetMs ?? 0) - Date.parse(arrivedAt);
  return aheadMs >= WORTH_SAYING_MS ? aheadMs : null;
};
const WORTH_SAYING_MS = 5_000;

/** Whether it has to be said why an entry comes late. @param now by the festival's clock */
export const isLate = (occurredAt: string, now: number): boolean => now - Date.parse(occurredAt) > LATE_MS;

type Later = { readonly entryId: string };
type Words = {
  readonly kind: LogKind;
  readonly text: string;
  readonly place: string | null;
  readonly tags: readonly string[];
  readonly importance: ShownEntry['importance'];
  readonly mentions: readonly string[];
  readonly links: readonly LogLink[];
  readonly decision: LogDecision | null;
  readonly followUp: FollowUp | null;
  readonly attachments: readonly Attachment[];
};
type Times = { readonly occurredAt: string | null; readonly lateReason: string | null };
type Laptop = {
  readonly clockOffsetMs: number | null;
  readonly laptopNumber: number | null;
};

/** An entry as it waits on this laptop. */
export const waitingEntry = (
  { input, author }: Waiting<{ operationId: string } & Words & Times & Laptop>,
  act: ShownEntry['act'] = 'written',
  refersTo: string | null = null,
): ShownEntry => ({
  ...{
    number: null,
    entryId: input.operationId,
    act,
    refersTo,
    kind: input.kind,
    text: input.text,
    place: input.place,
  },
  ...{ tags: [...input.tags], importance: input.importance, mentions: [...input.mentions], links: [...input.links] },
  ...{
    decision: input.decision,
    followUp: input.followUp,
    attachments: [...input.attachments],
    lateReason: input.lateReason,
  },
  ...{ occurredAt: input.occurredAt ?? author.laptopAt, enteredAt: author.laptopAt, arrivedAt: null },
  ...{ clockOffsetMs: input.clockOffsetMs, author: author.operator, role: null, laptop: author.laptop },
  laptopNumber: input.laptopNumber ?? 1,
});

/** What is said of an entry later, as it waits on this laptop. */
export const waitingLater = (
  { input, author }: Waiting<{ operationId: string; text: string } & Later & Laptop>,
  act: 'corrected' | 'struck' | 'finished',
): ShownEntry =>
  waitingEntry(
    {
      author,
      input: {
        ...{ ...input, kind: 'observation', place: null, tags: [], importance: 'normal', mentions: [] },
        ...{ links: [], decision: null, followUp: null, attachments: [], occurredAt: null, lateReason: null },
      },
    },
    act,
    input.entryId,
  );

/** What became of an entry: its newest text, whether it is struck, and whether what it asked for is done. */
export const stateOf = (line: LogLine) => ({
  text: line.later.filter(({ act }) => act === 'corrected').at(-1)?.text ?? line.text,
  corrected: line.later.filter(({ act }) => act === 'corrected').at(-1) ?? null,
  struck: line.later.find(({ act }) => act === 'struck') ?? null,
  finished: line.later.find(({ act }) => act === 'finished') ?? null,
});

/** Whether a line asks for something that is still to be done. */
export const isOpenFollowUp = (line: LogLine): boolean => {
  const { struck, finished } = stateOf(line);
  return line.followUp !== null && struck === null && finished === null;
};
