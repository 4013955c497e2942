import { z } from 'zod';
import { festivalSettingsSchema } from '../domain/festival-settings.ts';
import { languageSchema } from '../domain/language.ts';
import { operatorNameSchema, pinSchema, roleSchema, shortestPin } from '../domain/operator.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE, EVERYBODY } from '../domain/rights.ts';
import { command, live, local, nothing, query } from './declare.ts';

export const AUTO_LOCK_MINUTES = [5, 10, 15, 30] as const;

/** A mute returns by itself after so long. */
export const MUTE_MINUTES = 10;

export const preferencesSchema = z.strictObject({
  language: languageSchema,
  theme: z.enum(['dark', 'light']),
  /** Sound volume 0..1. */
  volume: z.number().min(0).max(1),
  /** Minutes without a touch until nobody is signed in any more; null: never. */
  autoLockMinutes: z.literal(AUTO_LOCK_MINUTES).nullable(),
  /** Views of the board, or of another screen, that somebody has named; `view` as its address has it. */
  boardViews: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(40),
        view: z.string().max(4_000),
        /** Left out: the board. */
        screen: z.literal('history').optional(),
      }),
    )
    .max(40),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const sessionSchema = z.object({
  /** Name and role of who is signed in; null while nobody is. */
  operator: z.string().nullable(),
  role: roleSchema.nullable(),
  /** Whether what needs the key of a session can be done: they signed in with the network, and not long ago. */
  steppedUp: z.boolean(),
  /** Why somebody is not signed in any more; null where somebody is, or nobody was since the festival was opened. */
  locked: z
    .object({
      /** inactive: they may not sign in any more; newPin: their PIN was changed elsewhere; laptopEnded: this laptop was. */
      why: z.enum(['byHand', 'idle', 'inactive', 'newPin', 'laptopEnded']),
      name: z.string(),
      at: instantSchema,
    })
    .nullable(),
  /** Until when this screen makes no sound of its own; null while it does. It ends by then. */
  mutedUntil: instantSchema.nullable(),
  /** Who was signed in here on this festival, the last one first: their PIN is asked for first. */
  recentOperatorIds: z.array(z.uuid()),
  laptop: z.string(),
  preferences: preferencesSchema,
  festival: z.object({
    training: z.boolean(),
    /** host/database, never a password; empty for the training festival. */
    address: z.string(),
    /** As its settings name it, else its address. */
    name: z.string(),
    settings: festivalSettingsSchema,
  }),
  /** IANA zone in which times are shown: the festival's, or this laptop's where the festival has none. */
  timeZone: z.string(),
  version: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

export const sessionCalls = {
  'session.get': query(nothing, sessionSchema),

  /** Somebody tried what their role may not do. Submitted by the core itself, for the audit trail. */
  'session.refused': command({
    input: { call: z.string().max(100) },
    roles: EVERYBODY,
    records: { audit: ['refused'] },
    keys: () => ['session'],
  }),

  /** Makes the first supervisor of a festival, enrols this laptop, and signs them in. */
  'session.begin': live({
    input: z.strictObject({ name: operatorNameSchema, pin: pinSchema.min(shortestPin('supervisor')) }),
    output: sessionSchema,
    roles: ANYONE,
  }),
  /** Works without the network for whoever has signed in on this laptop with it. */
  'session.signIn': local({
    input: z.strictObject({ operatorId: z.uuid(), pin: pinSchema }),
    output: sessionSchema,
    roles: ANYONE,
  }),
  'session.lock': local({ input: nothing, output: sessionSchema, roles: ANYONE }),
  /** Somebody touches this console: it does not lock itself. */
  'session.active': local({ input: nothing, output: nothing, roles: ANYONE }),
  /** No sound for so many minutes; null: sound again. */
  'session.mute': local({
    input: z.strictObject({ minutes: z.literal(MUTE_MINUTES).nullable() }),
    output: sessionSchema,
    roles: ANYONE,
  }),
  'session.setPreferences': local({ input: preferencesSchema.partial(), output: sessionSchema, roles: EVERYBODY }),
} as const;
