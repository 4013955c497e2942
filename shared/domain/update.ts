import { z } from 'zod';
import { instantSchema } from './primitives.ts';

/** What keeps words from being an address of updates; null: they are one. Each is a text of i18n `updates.address_*`. */
export const updateAddressProblem = (words: string): 'none' | 'protocol' | 'secret' | null => {
  const address = URL.canParse(words) ? new URL(words) : null;
  if (address === null || words !== words.trim() || address.hostname === '') return 'none';
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(address.hostname);
  if (address.protocol !== 'https:' && !(address.protocol === 'http:' && isLocal)) return 'protocol';
  return address.username + address.password + address.search + address.hash === '' ? null : 'secret';
};

/** A folder of a web server in which releases lie: encrypted, unless it is this computer's own. */
export const updateAddressSchema = z
  .string()
  .max(500)
  .refine((words) => updateAddressProblem(words) === null, 'an https address without a password, ? or #');

/** Which updates this laptop takes. An empty address: the one that was packed, where one was. */
export const updateChoiceSchema = z.strictObject({
  on: z.boolean(),
  address: z.union([updateAddressSchema, z.literal('')]),
});
export type UpdateChoice = z.infer<typeof updateChoiceSchema>;
/** As a laptop begins: it asks nobody. */
export const NO_UPDATES: UpdateChoice = { on: false, address: '' };

/** Why looking, downloading or installing failed; each says what to do, as a text of i18n `updates.failed_*`. */
export const updateFailureSchema = z.enum([
  /** Nothing answers at the address. */
  'unreachable',
  /** A server answers, and has no list of updates there, or one that is none. */
  'list',
  /** What was downloaded is not what the list names. */
  'checksum',
  /** List or program are not signed by who has made this one. */
  'signature',
  /** This disk is full, or the folder of the program may not be written. */
  'disk',
  /** This program cannot replace itself: it was not installed by an installer. */
  'unsupported',
  'other',
]);
export type UpdateFailure = z.infer<typeof updateFailureSchema>;

export const updateStateSchema = z.discriminatedUnion('state', [
  /** Nobody has looked since it was switched on, or since Regie started. */
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('looking') }),
  z.object({ state: z.literal('current'), at: instantSchema }),
  z.object({ state: z.literal('found'), version: z.string(), at: instantSchema }),
  z.object({ state: z.literal('downloading'), version: z.string(), percent: z.int() }),
  z.object({ state: z.literal('ready'), version: z.string() }),
  z.object({ state: z.literal('failed'), reason: updateFailureSchema, at: instantSchema, words: z.string() }),
]);
export type UpdateState = z.infer<typeof updateStateSchema>;

/** What keeps an update from being installed now, as a text of i18n `updates.refused_*`. */
export const updateRefusalSchema = z.enum(['open', 'waiting', 'runbook']);
export type UpdateRefusal = z.infer<typeof updateRefusalSchema>;

/** Why an update that is ready is installed by a person's click alone, as a text of i18n `updates.click_*`. */
export const updateClickSchema = z.enum(['hours', 'soon', 'system']);
export type UpdateClick = z.infer<typeof updateClickSchema>;

export const updatesSchema = z.object({
  /** Whether this program has a key that tells updates of its maker from others; without one it takes none. */
  verifiable: z.boolean(),
  /** The address that was packed; null: somebody has to type one. */
  builtIn: z.string().nullable(),
  choice: z.object({ on: z.boolean(), address: z.string() }),
  state: updateStateSchema,
  /** Whether anybody has set opening hours. */
  hoursKnown: z.boolean(),
  /** While the festival is open, until when; else when it opens next, where that is known. */
  openUntil: instantSchema.nullable(),
  opensAt: instantSchema.nullable(),
  /** Of an update that is ready, and its number where it counts something. */
  refusal: z.object({ why: updateRefusalSchema, count: z.int() }).nullable(),
  /** Null: one that is ready is installed when Regie is quit. */
  click: updateClickSchema.nullable(),
  /** Whether Regie starts again by itself after it: not where it was started with options, which an installer does not know. */
  restarts: z.boolean(),
});
export type Updates = z.infer<typeof updatesSchema>;
