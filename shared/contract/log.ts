import { z } from 'zod';
import {
  LONGEST_ENTRY,
  logKindSchema,
  logLaptopSchema,
  logLineSchema,
  logTimesSchema,
  logWordsSchema,
  PIECE_LENGTH,
  pictureTypeSchema,
  sha256Schema,
  tagsSchema,
  waitingEntry,
  waitingLater,
} from '../domain/log.ts';
import { systemLineSchema } from '../domain/log-system.ts';
import { withMentions } from '../domain/mentions.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE, STAFF } from '../domain/rights.ts';
import { command, live, nothing, query } from './declare.ts';

/** Texts for what happens every night. */
export const logTemplateSchema = z.object({
  name: textSchema.trim().min(1).max(60),
  text: textSchema.trim().min(1).max(2_000),
});

export const logSettingsSchema = z.object({
  version: z.int(),
  tags: z.array(z.string()),
  templates: z.array(logTemplateSchema),
});
export type LogSettings = z.infer<typeof logSettingsSchema>;

export const LOG_SOURCES = ['both', 'people', 'system'] as const;

/** Which lines of the log are asked for; null or empty: all. */
export const logFilterSchema = z.strictObject({
  /** Words that it begins with or contains as beginnings of words; a number or `booth-2·17` as well. */
  words: z.string().max(200),
  kind: logKindSchema.nullable(),
  tag: z.string().nullable(),
  author: z.string().nullable(),
  place: z.string().nullable(),
  /** Only what still asks for something. */
  open: z.boolean(),
  /** What people wrote, what the console recorded of itself, or both. */
  source: z.enum(LOG_SOURCES),
  /** Only what arrived after that, and what waits here; null: all. */
  since: instantSchema.nullable(),
  /** Lines that occurred until then; null: the newest. */
  until: instantSchema.nullable(),
  limit: z.int().min(1).max(2_000),
});
export type LogFilter = z.infer<typeof logFilterSchema>;

/** What people wrote, the newest of it. */
export const WHOLE_LOG: LogFilter = {
  ...{ words: '', kind: null, tag: null, author: null, place: null, open: false },
  ...{ source: 'people', since: null, until: null, limit: 100 },
};

export const logViewSchema = z.object({
  /** The newest first. */
  lines: z.array(logLineSchema),
  /** What the console recorded of itself in the same time, the newest first. */
  system: z.array(systemLineSchema),
  /** Whether there are older ones that fit. */
  more: z.boolean(),
  /** Whether the festival has entries that are older than this laptop's copy. */
  older: z.boolean(),
  /** What can be filtered by: everything that occurs in the laptop's copy. */
  authors: z.array(z.string()),
  places: z.array(z.string()),
  tags: z.array(z.string()),
  settings: logSettingsSchema,
  /** The newest entry of the copy, whose hash covers all before it; null: none. */
  head: z.object({ number: z.int(), hash: z.string() }).nullable(),
  /** When the festival's database last answered about the log; null: never. */
  at: instantSchema.nullable(),
});
export type LogView = z.infer<typeof logViewSchema>;

const onEntry = { keys: ({ entryId }: { readonly entryId: string }) => [`entry:${entryId}`] };
const later = { entryId: z.uuid(), ...logLaptopSchema };

export const logCalls = {
  /** The log as this laptop has it, with what waits here. */
  'log.get': query(logFilterSchema, logViewSchema),
  /** Lines that others wrote and that arrived since then. */
  'log.unread': query(z.strictObject({ since: instantSchema }), z.strictObject({ count: z.int() })),
  /** Lines that are older than this laptop's copy, from the festival's database. */
  'log.older': live({
    input: logFilterSchema.pick({ words: true, kind: true, tag: true, author: true, place: true }),
    output: z.array(logLineSchema),
    roles: ANYONE,
  }),
  /**
   * A piece of the laptop's copy as a file, after an entry's number; `next` is null with the last one. It is long: the whole
   * would hold up the screen.
   */
  'log.export': query(
    z.strictObject({ format: z.enum(['csv', 'jsonl']), after: z.int().min(0) }),
    z.strictObject({ text: z.string(), next: z.int().nullable(), entries: z.int() }),
  ),
  /** What the log still asks for, the nearest first. */
  'log.followUps': query(nothing, z.array(logLineSchema)),

  'log.write': command({
    input: { ...logWordsSchema, ...logTimesSchema, ...logLaptopSchema },
    roles: STAFF,
    keys: ({ operationId }) => [`entry:${operationId}`],
    optimistic: {
      logEntry: (waiting) => waitingEntry(waiting),
      mentions: (mentions, waiting, at) => {
        const { mentions: named, followUp } = waiting.input;
        const read = [...named, ...(followUp === null ? [] : [followUp.who])];
        return withMentions(mentions, { ...waiting, input: { ...waiting.input, eventId: null, mentions: read } }, at);
      },
    },
  }),
  /** A piece of a picture, on its way before the entry that shows it; the last one completes it. */
  'log.attach': command({
    input: {
      fileId: z.uuid(),
      sha256: sha256Schema,
      type: pictureTypeSchema,
      piece: z.int().min(0).max(19),
      pieces: z.int().min(1).max(20),
      data: z
        .string()
        .regex(/^[A-Za-z0-9+/]*={0,2}$/)
        .min(1)
        .max(PIECE_LENGTH),
    },
    roles: STAFF,
    keys: ({ fileId }) => [`file:${fileId}`],
    // Screens and what is settled do not carry it.
    withoutSecrets: (input) => ({ ...input, data: '' }),
  }),
  /** A piece of a picture that this laptop has; null where it has not. */
  'log.file': query(
    z.strictObject({ sha256: sha256Schema, piece: z.int().min(0).max(19) }),
    z.strictObject({ data: z.string(), pieces: z.int() }).nullable(),
  ),
  /** Fetches a picture from the festival's database, for `log.file`. */
  'log.fetchFile': live({
    input: z.strictObject({ sha256: sha256Schema }),
    output: z.strictObject({ found: z.boolean() }),
    roles: ANYONE,
  }),
  /** Says it better: the first text stays readable. */
  'log.correct': command({
    input: { ...later, text: textSchema.trim().min(1).max(LONGEST_ENTRY) },
    roles: STAFF,
    ...onEntry,
    optimistic: { logEntry: (waiting) => waitingLater(waiting, 'corrected') },
  }),
  /** Says that it does not hold, and why: the text stays readable. */
  'log.strike': command({
    input: { ...later, text: textSchema.trim().min(1).max(2_000) },
    roles: STAFF,
    ...onEntry,
    optimistic: { logEntry: (waiting) => waitingLater(waiting, 'struck') },
  }),
  /** What it asked for is done. */
  'log.finish': command({
    input: { ...later, text: textSchema.trim().max(2_000) },
    roles: STAFF,
    ...onEntry,
    optimistic: { logEntry: (waiting) => waitingLater(waiting, 'finished') },
  }),
  /** The festival's own tags and templates. */
  'log.set': command({
    input: { base: z.int(), tags: tagsSchema.max(40), templates: z.array(logTemplateSchema).max(40) },
    roles: STAFF,
    keys: () => ['log:settings'],
  }),
} as const;
