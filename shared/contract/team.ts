import { z } from 'zod';
import { mentionSchema, withRead } from '../domain/mentions.ts';
import { instantSchema, wordsSchema } from '../domain/primitives.ts';
import { ANYONE, EVERYBODY, STAFF } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import {
  MAX_SILENCE_MINUTES,
  silenceMatchSchema,
  silenceSchema,
  withSilence,
  withSilenceEnded,
} from '../domain/silence.ts';
import { command, local, nothing, query } from './declare.ts';

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
export type TeamCache = z.infer<typeof teamKeptSchema>;

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

const onSilence = { keys: ({ silenceId }: { readonly silenceId: string }) => [`silence:${silenceId}`] };

export const teamCalls = {
  /** Silences, and the mentions of who is signed in, with what waits on this laptop. */
  'team.get': query(nothing, teamViewSchema),

  /** The operator named in these notes has read them. */
  'mention.read': command({
    input: { notes: z.array(z.uuid()).min(1).max(200) },
    roles: EVERYBODY,
    keys: ({ notes }) => notes.map((note) => `note:${note}`),
    optimistic: { mentions: withRead },
  }),
  /**
   * Holds back sound, notification and messages of what it matches, never of what moved money. `from` is now by the
   * festival's clock as the laptop knows it: what waits on a laptop ends at the same moment.
   */
  'silence.start': command({
    input: {
      silenceId: z.uuid(),
      ...silenceMatchSchema,
      from: instantSchema,
      minutes: z.int().min(1).max(MAX_SILENCE_MINUTES),
      reason: wordsSchema,
      /** The alert that it is made from. */
      eventId: rowIdSchema.nullable(),
    },
    roles: STAFF,
    records: { timeline: ['silenced', 'silence_ended'] },
    ...onSilence,
    optimistic: { silences: withSilence },
  }),
  /** Ends a silence before its time: what it held back alerts again. */
  'silence.end': command({
    input: { silenceId: z.uuid() },
    roles: STAFF,
    records: { timeline: ['silence_ended'] },
    ...onSilence,
    optimistic: { silences: withSilenceEnded },
  }),

  /** Which alert this laptop's screen shows, for the other laptops. */
  'presence.show': local({
    input: z.strictObject({ incidentId: rowIdSchema.nullable() }),
    output: nothing,
    roles: ANYONE,
  }),
  /** Whether this page is in view: one that is not draws nothing, and is not blind (docs/detection.md, "Canary"). */
  'screen.visible': local({ input: z.strictObject({ visible: z.boolean() }), output: nothing, roles: ANYONE }),
} as const;
