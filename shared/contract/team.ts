import { z } from 'zod';
import { cardIdSchema, idSchema, instantSchema, wordsSchema } from './primitives.ts';

/** What a silence matches: each that is set must fit. */
export const silenceMatchSchema = {
  /** A detector; none whose findings move money. */
  algorithm: z.string().trim().min(1).max(60).nullable(),
  device: z.string().trim().min(1).max(200).nullable(),
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

/** Somebody's name in a note, which is for them to read. */
export const mentionSchema = z.object({
  /** The command that wrote the note. */
  operationId: z.uuid(),
  operator: z.string(),
  eventId: idSchema,
  author: z.string(),
  laptop: z.string(),
  words: z.string(),
  at: instantSchema,
  readAt: instantSchema.nullable(),
});
export type Mention = z.infer<typeof mentionSchema>;

/** As a laptop keeps it: of everybody. */
export const teamKeptSchema = z.object({
  /** Those that hold, and those that ended in the last day; the newest first. */
  silences: z.array(silenceSchema.omit({ waiting: true })),
  /** Unread ones, and those of the last day; the newest first. */
  mentions: z.array(mentionSchema),
  /** Who is known by name. */
  people: z.array(z.string()),
  at: instantSchema,
});
export type TeamKept = z.infer<typeof teamKeptSchema>;

/** As the screens show it, with what waits on this laptop. */
export const teamViewSchema = z.object({
  silences: z.array(silenceSchema),
  /** Of who is signed in here. */
  mentions: z.array(mentionSchema),
  people: z.array(z.string()),
  /** When the festival's database last said so. */
  at: instantSchema.nullable(),
});
export type TeamView = z.infer<typeof teamViewSchema>;
